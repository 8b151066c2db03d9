import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine } from '../../../shared/contract/engine';
import { until } from '../desktop/process';
import { hookInput } from '../hook-world';
import type { RunningApp } from '../running-app';
import { makeProjects, type SampleAct, sampleActs } from './acts';
import { connectInWindow, startHook } from './hooks';
import { moreActs } from './more-acts';

/** Every shape of call that the desk must show well: what real sessions asked for in a day of three projects. */
export const fortyActs: readonly SampleAct[] = [...sampleActs, ...moreActs];

type Project = SampleAct['project'];

/** A session as its engine runs it: which one, where, and what was said in it so far. */
type RealSession = {
  readonly engine: Engine;
  readonly project: Project;
  readonly id: string;
  readonly prompt: string;
  readonly said: string;
};

const sessions: readonly RealSession[] = [
  {
    engine: 'claude',
    project: 'shop',
    id: '1f6f8a52-3f0e-4c58-9c0e-7d1a5b1c2e01',
    prompt: 'Make the cart survive a reload, and test it',
    said: 'The cart lives in memory only, so a reload empties it. I will keep it in IndexedDB:\n\n1. make `total` **round to cents**,\n2. add the store, and\n3. run the tests.',
  },
  {
    engine: 'claude',
    project: 'billing-api',
    id: '9b1c7700-aaaa-4c58-9c0e-7d1a5b1c2e02',
    prompt: 'Get rid of the old invoices table',
    said: 'Nothing reads `invoices_old` any more. I will drop it once the migration was looked at.',
  },
  {
    engine: 'claude',
    project: 'marketing',
    id: '77aa0f31-bbbb-4c58-9c0e-7d1a5b1c2e03',
    prompt: 'Why is the pricing page slow on phones?',
    said: 'The largest image is loaded last. I will write this up as an issue and then move it.',
  },
  {
    engine: 'codex',
    project: 'billing-api',
    id: '0199a213-81c0-7800-8aa1-bbab2a035a53',
    prompt: 'Round totals to cents everywhere',
    said: 'Totals are summed in two places. I will round in one helper and use it in both.',
  },
];

/** Where the engines of these sessions keep their files, as the app and its hooks are told by their environment. */
export function engineFolders(home: string) {
  return { CLAUDE_CONFIG_DIR: join(home, '.claude'), CODEX_HOME: join(home, '.codex') };
}

/**
 * Fills the desk through the real hooks, as three sessions of Claude Code, one with a sub-agent, and one of Codex would: each tells that it
 * begins and what it was asked, looks around, and then asks for its part of the forty. `home` is where their projects and transcripts are.
 */
export async function fillRealDay(app: RunningApp, home: string): Promise<void> {
  const places = makeProjects(home);
  await connectInWindow(app, ['claude', 'codex'], engineFolders(home).CODEX_HOME);
  for (const session of sessions) await begin(app, home, places, session);
  const subAgent = { agent_id: 'a8a5aea3b68767861', agent_type: 'code-reviewer' };
  const shop = commonOf(home, places, sessions[0]!);
  await startHook(app.home, 'claude', hookInput('claude', 'subagent-start', { ...shop, ...subAgent }));
  const log = { command: 'git log --oneline -5', description: 'See what changed' };
  ask(app, 'claude', { ...shop, ...subAgent, tool_name: 'Bash', tool_input: log });
  let count = 1;
  await waiting(app, count);
  for (const { engine, project, tool, input } of fortyActs) {
    const session = sessions.find((each) => each.engine === engine && each.project === project)!;
    ask(app, engine, {
      ...commonOf(home, places, session),
      tool_name: tool,
      tool_input: absolute(input, places[project]),
    });
    // One after the other, so that the order is the same each time.
    await waiting(app, (count += 1));
  }
}

function ask(app: RunningApp, engine: Engine, call: Readonly<Record<string, unknown>>): void {
  void startHook(
    app.home,
    engine,
    hookInput(engine, 'permission-request', { permission_suggestions: undefined, ...call }),
  );
}

/** As the engines give them. */
function absolute(input: SampleAct['input'], folder: string): SampleAct['input'] {
  const named = Object.entries(input).map(([name, value]) =>
    /^(?:file|notebook)_path$/.test(name) ? [name, join(folder, String(value))] : [name, value],
  );
  return Object.fromEntries(named);
}

async function waiting(app: RunningApp, count: number): Promise<void> {
  await until(`${count} requests`, async () => {
    const { body } = await app.api('GET', '/governance/approvals?status=pending&limit=100', { as: 'operator' });
    return (body['approvals'] as readonly unknown[]).length >= count;
  });
}

function commonOf(home: string, places: Readonly<Record<Project, string>>, session: RealSession) {
  return { session_id: session.id, cwd: places[session.project], transcript_path: transcriptOf(home, session) };
}

function transcriptOf(home: string, { engine, project, id }: RealSession): string {
  return engine === 'claude'
    ? join(home, '.claude', 'projects', `-home-olga-${project}`, `${id}.jsonl`)
    : join(home, '.codex', 'sessions', '2026', '11', '29', `rollout-2026-11-29T10-15-00-${id}.jsonl`);
}

/** The session starts, is told what to do, looks at a file, and fails at a command; its transcript has what was said. */
async function begin(app: RunningApp, home: string, places: Readonly<Record<Project, string>>, session: RealSession) {
  const { engine, prompt } = session;
  const common = commonOf(home, places, session);
  writeTranscript(common.transcript_path, session);
  const tell = (name: string, different: object) =>
    startHook(app.home, engine, hookInput(engine, name, { ...common, ...different }));
  await tell('session-start', {});
  await tell('user-prompt-submit', { prompt });
  const calls =
    engine === 'claude'
      ? [
          { tool_name: 'Read', tool_input: { file_path: join(common.cwd, 'README.md') } },
          { tool_name: 'Bash', tool_input: { command: 'git status --short', description: 'See what changed' } },
        ]
      : [{ tool_name: 'Bash', tool_input: { command: 'rg "sum\\(" src' } }];
  for (const [index, call] of calls.entries()) {
    const told = { ...call, tool_use_id: `toolu_${session.id.slice(0, 4)}_${index}`, permission_mode: 'acceptEdits' };
    await tell('pre-tool-use', told);
    await tell('post-tool-use', told);
  }
}

function writeTranscript(path: string, { engine, id, prompt, said }: RealSession): void {
  const timestamp = new Date().toISOString();
  const claude = [
    { type: 'user', sessionId: id, timestamp, message: { role: 'user', content: prompt } },
    {
      type: 'assistant',
      sessionId: id,
      timestamp,
      message: {
        id: `msg_${id.slice(0, 8)}`,
        role: 'assistant',
        model: 'claude-opus-4-8',
        content: [{ type: 'text', text: said }],
        usage: {
          ...{ input_tokens: 2_000, cache_read_input_tokens: 90_000, cache_creation_input_tokens: 9_000 },
          output_tokens: 4_100,
        },
      },
    },
  ];
  const message = (role: string, type: string, text: string) => ({
    timestamp,
    type: 'response_item',
    payload: { type: 'message', role, content: [{ type, text }] },
  });
  const codex = [
    { timestamp, type: 'session_meta', payload: { id, timestamp } },
    message('user', 'input_text', '<environment_context>\n<cwd>/home/olga/billing-api</cwd>\n</environment_context>'),
    { timestamp, type: 'turn_context', payload: { turn_id: 't1', model: 'gpt-5.4-codex' } },
    message('user', 'input_text', prompt),
    { timestamp, type: 'event_msg', payload: { type: 'user_message', message: prompt } },
    message('assistant', 'output_text', said),
    { timestamp, type: 'event_msg', payload: { type: 'agent_message', message: said } },
    {
      timestamp,
      type: 'token_usage_record',
      payload: {
        response_id: 'resp_1',
        usage: { input_tokens: 40_000, cached_input_tokens: 30_000, output_tokens: 900 },
      },
    },
  ];
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, (engine === 'claude' ? claude : codex).map((line) => `${JSON.stringify(line)}\n`).join(''));
}
