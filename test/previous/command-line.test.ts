import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../electron/cli/program';
import { quickStatus } from '../../electron/cli/status';
import { endingOf, type Terminal } from '../../electron/cli/terminal';
import type { JsonObject } from '../../shared/kernel/fields';
import { runCommand } from '../support/command-line';
import { startFindableApi } from '../support/findable-api';
import { type Ending, type Endings, helpLines, type Run, runEveryCommand } from './command-lines';
import { differencesOf, inWordsOfNow, type NewWords } from './differences';
import { answersOf, leftText, previousWorld, tokenOf, withForeignBeside, withIdsInOrder } from './left';

const one = 'opencode can be connected too';
const titled = 'a request has one title on every surface';

const words: readonly NewWords[] = [
  { was: 'claude, codex, gemini.', is: 'claude, codex, gemini, opencode.', because: one },
  {
    was: 'choices are claude, codex.',
    is: 'choices are claude, codex, gemini, opencode.',
    because: 'its cost is read too',
  },
  { was: 'claude|codex|gemini\\n', is: 'claude|codex|gemini|opencode\\n', because: one },
  {
    was: 'This agent has reached',
    is: 'This agent, or one above it, has reached',
    because: 'what stops an agent stops those below it',
  },
  {
    was: 'It needs Node 20 or newer on the PATH.',
    is: 'It needs Node.js 20 or newer.',
    because: 'the launcher knows which Node.js it was written with, on the PATH or not',
  },
  { was: 'Gatehouse’s signed', is: 'Gatehouse’s of that time signed', because: 'the key can be rotated' },
  {
    was: 'spend_paused_agents: 1\\nThere',
    is: 'spend_paused_agents: 1\\nrecords_without_definition: 0\\nThere',
    because: 'the import says what it could not adopt',
  },
  { was: 'external_post channel:x  r\\n', is: 'probe wants to post externally to channel x\\n', because: titled },
  {
    was: 'capability_request agent:builder  The release train needs a helper of its own for each platform.',
    is: 'builder asks for a capability for agent builder',
    because: titled,
  },
  {
    was: /tool_call file:docs\/fr\/(?<name>\w+).md {2}The French \w+.md is behind the English one./g,
    is: 'translator: docs/fr/$<name>.md: translate docs/$<name>.md --to fr --out docs/fr/$<name>.md',
    because: titled,
  },
  {
    was: 'quota_override agent:ledger  agent weekly spend cap exceeded: ledger has reached its cap of 4.00 U…',
    is: 'Gatehouse asks to lift the spend limit of agent ledger',
    because: titled,
  },
];

/** An exported state has what the reference would refuse in a section of its own. */
function inFormsOfNow(endings: Endings): Endings {
  const formed = Object.entries(withIdsInOrder(endings)).map(([line, ending]) => {
    const { stdout, ...rest } = ending as { readonly stdout: string };
    const isState = /^operator: gatehouse export( --json)?$/.test(line);
    return [line, { ...rest, stdout: isState ? withForeignBeside(JSON.parse(stdout) as JsonObject) : stdout }];
  });
  return Object.fromEntries(formed) as Endings;
}

/** What starts other programs, writes past its terminal, or is found without the program, is a process of its own. */
const asProcess = new Set(['run', 'hook', 'complete', 'completion', '-V']);

/** Runs a command as `gatehouse` does, most of them in this process: there are hundreds. */
const run: Run = async (args, environment) => {
  if (asProcess.has(args[0] ?? '')) return runCommand(args, environment);
  const said = { stdout: '', stderr: '' };
  const terminal: Terminal = {
    environment,
    say: (line) => void (said.stdout += `${line}\n`),
    tell: (line) => void (said.stderr += `${line}\n`),
    hasColours: false,
  };
  const code = await endingOf(terminal, args.includes('--json'), () => {
    const quick = args[0] === 'status' ? quickStatus(args.slice(1), terminal) : undefined;
    return quick ?? runProgram(args, terminal, '0.1.0');
  });
  return { code, ...said };
};

test('every command ends as it ended in the version before', async () => {
  const world = previousWorld();
  await startFindableApi(world);
  const { url } = JSON.parse(readFileSync(join(world.home, 'endpoint.json'), 'utf8')) as { readonly url: string };
  const [auditExport, stateExport] = [join(world.home, 'audit.jsonl'), join(world.home, 'state.json')];
  writeFileSync(auditExport, leftText('audit.jsonl'));
  writeFileSync(stateExport, leftText('state.json'));
  const { public_key: publicKey } = JSON.parse(leftText('audit-key.json')) as { readonly public_key: string };
  const agentToken = await tokenOf(world, 'probe');
  const now = await runEveryCommand({ run, home: world.home, url, agentToken, auditExport, stateExport, publicKey });
  const before = inWordsOfNow(answersOf('command-lines'), words);
  expect(differencesOf(inFormsOfNow(before), inFormsOfNow(now))).toEqual([]);
}, 60_000);

test('every command, option and argument of the version before is in the help, and help ends as it ended', async () => {
  const answers = answersOf('help') as Readonly<Record<string, Ending>>;
  for (const line of helpLines) {
    const before = answers[line];
    const now = await run(line.split(' ').filter(Boolean), {});
    expect({ line, code: now.code }).toEqual({ line, code: before?.code });
    expect({ line, named: namedIn(now) }).toEqual({
      line,
      named: expect.arrayContaining([...namedIn(before!)]) as unknown,
    });
  }
});

/** The commands, options and arguments that a help names. */
function namedIn({ stdout, stderr }: Ending): readonly string[] {
  return (stdout + stderr).match(/(?<=^ {2})[a-z][a-z-]+(?= )|--[a-z-]+|<[^>]+>|\[[a-z ]+\]/gm) ?? [];
}
