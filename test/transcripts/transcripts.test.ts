import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { followTranscripts } from '../../electron/transcripts/transcripts';
import type { Engine } from '../../shared/contract/engine';
import { agent, createWorld, operator, START, temporaryHome, type World } from '../support/world';

/** The app, a person's home folder, and an engine that tells of its sessions by its hooks. */
function personWith(engine: Engine) {
  const world = createWorld();
  const person = temporaryHome();
  const { holder, send, feed, clock, logger } = world;
  const begin = () => {
    const transcripts = followTranscripts({
      ...{ holder, send, feed, clock, logger, environment: { HOME: person } },
      ownPrices: () => ({}),
    });
    onTestFinished(transcripts.close);
    return transcripts;
  };
  let transcripts = begin();
  return {
    world,
    person,
    look: () => transcripts.look(),
    /** The app is started again. */
    restart() {
      transcripts.close();
      transcripts = begin();
    },
    /** A hook tells of a session, and of where its transcript is. */
    hook: (sessionId: string, transcriptPath: string) =>
      world.execute(agent(`my-${engine}`), 'session.decide', {
        session: { engine, sessionId, workspace: '/home/me/project', transcriptPath },
        call: { toolName: 'Bash', action: { command: 'ls' }, engineAsks: 'never' },
      }),
    end: (sessionId: string, transcriptPath: string) =>
      world.execute(agent(`my-${engine}`), 'session.tell', {
        session: { engine, sessionId, workspace: '/home/me/project', transcriptPath },
        event: 'ended',
      }),
    used: (sessionId: string) => usedBy(world, `${engine}-${sessionId}`),
  };
}

type Person = ReturnType<typeof personWith>;

function usedBy(world: World, runId: string) {
  const usage = world.query(operator, 'sessions.usage', { runId });
  if (!usage.ok) return undefined;
  const count = (kind: 'inputTokens' | 'cacheReadTokens' | 'outputTokens') =>
    usage.value.models.reduce((sum, model) => sum + model[kind], 0);
  return [count('inputTokens'), count('cacheReadTokens'), count('outputTokens')];
}

function write(path: string, ...lines: readonly unknown[]): string {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return path;
}

const timestamp = new Date(START).toISOString();

/** A line of Claude Code: one block of an answer. */
const answer = (id: string, output = 50, model = 'claude-opus-4-8') => ({
  type: 'assistant',
  timestamp,
  message: {
    id,
    model,
    content: [],
    usage: { input_tokens: 600, cache_read_input_tokens: 400, cache_creation_input_tokens: 0, output_tokens: output },
  },
});

describe('a transcript of Claude Code', () => {
  const projects = (person: string, ...names: readonly string[]) => join(person, '.claude', 'projects', 'p', ...names);

  test('is charged as it grows: each answer once, however many lines it has [sessions-4.sources]', async () => {
    const { person, hook, look, used, restart } = personWith('claude');
    const path = write(projects(person, 's1.jsonl'), { type: 'user' }, answer('a', 1), answer('a', 50));
    await hook('s1', path);
    await look();
    expect(used('s1')).toEqual([600, 400, 50]);
    write(path, 'no json "usage"', answer('b'), answer('x', 9, '<synthetic>'));
    await look();
    expect(used('s1')).toEqual([1_200, 800, 100]);
    restart();
    await look();
    write(path, answer('b'), answer('c'));
    await look();
    expect(used('s1')).toEqual([1_800, 1_200, 150]);
  });

  test('is charged where its session ended just before Gatehouse did, or went on while it was away [sessions-4.sources]', async () => {
    const { person, hook, end, look, used, restart } = personWith('claude');
    const path = write(projects(person, 's1.jsonl'), answer('a'));
    await hook('s1', path);
    await end('s1', path);
    restart();
    await look();
    expect(used('s1')).toEqual([600, 400, 50]);
    restart();
    write(path, answer('b'));
    await look();
    expect(used('s1')).toEqual([1_200, 800, 100]);
  });

  test('counts a line when it is whole, and a file that was written anew for what is new in it', async () => {
    const { person, hook, look, used } = personWith('claude');
    const path = write(projects(person, 's1.jsonl'), answer('a'));
    const text = JSON.stringify(answer('b'));
    appendFileSync(path, text.slice(0, 50));
    await hook('s1', path);
    await look();
    expect(used('s1')).toEqual([600, 400, 50]);
    appendFileSync(path, `${text.slice(50)}\n`);
    await look();
    expect(used('s1')).toEqual([1_200, 800, 100]);
    truncateSync(path, 0);
    write(path, answer('c'));
    await look();
    expect(used('s1')).toEqual([1_800, 1_200, 150]);
  });

  test.each([
    ['was read before', async ({ look }: Person) => look()],
    ['is not read yet', async () => {}],
    ['is over and not read yet', async ({ end }: Person, path: string) => end('s1', path)],
  ] as const)(
    'of a fork whose parent’s %s begins with its parent’s answers, which are charged once, and its run names its parent’s [sessions-4.forks, sessions-1.forked]',
    async (_what, between) => {
      const person = personWith('claude');
      const { hook, look, used, world } = person;
      await look();
      const path = write(projects(person.person, 's1.jsonl'), answer('a'), answer('b'));
      await hook('s1', path);
      await between(person, path);
      world.clock.at += 1;
      await hook('s2', write(projects(person.person, 's2.jsonl'), answer('a'), answer('b'), answer('c')));
      await look();
      expect([used('s1'), used('s2')]).toEqual([
        [1_200, 800, 100],
        [600, 400, 50],
      ]);
      const parentOf = (runId: string) => world.store.read.runs.find(runId)?.session?.parentRunId;
      expect([parentOf('claude-s1'), parentOf('claude-s2')]).toEqual([undefined, 'claude-s1']);
    },
  );

  test('has its sub-agents’ beside it, and is read once more after the end [sessions-4.sub-agents]', async () => {
    const { person, hook, end, look, used } = personWith('claude');
    const path = write(projects(person, 's1.jsonl'), answer('a'));
    write(projects(person, 's1', 'subagents', 'agent-1.jsonl'), answer('b'));
    write(projects(person, 's2', 'subagents', 'agent-2.jsonl'), answer('of another session'));
    await hook('s1', path);
    await look();
    expect(used('s1')).toEqual([1_200, 800, 100]);
    await end('s1', path);
    write(path, answer('c'));
    await look();
    expect(used('s1')).toEqual([1_800, 1_200, 150]);
  });

  test('of a session that is over as soon as it is told of is read all the same', async () => {
    const { person, end, look, used } = personWith('claude');
    await end('s1', write(projects(person, 's1.jsonl'), answer('a')));
    await look();
    expect(used('s1')).toEqual([600, 400, 50]);
  });

  test('is read nowhere else, whatever path an agent names and wherever a link leads', async () => {
    const { person, hook, look, used } = personWith('claude');
    const outside = write(join(person, 'elsewhere', 'secret.jsonl'), answer('a'));
    mkdirSync(projects(person), { recursive: true });
    symlinkSync(outside, projects(person, 'link.jsonl'));
    symlinkSync(dirname(outside), projects(person, 'folder'));
    spawnSync('mkfifo', [projects(person, 'pipe.jsonl')]);
    const paths = [
      outside,
      projects(person, 'link.jsonl'),
      projects(person, 'folder', 'secret.jsonl'),
      projects(person, '..', '..', '..', 'elsewhere', 'secret.jsonl'),
      projects(person, 'pipe.jsonl'),
      projects(person),
      'relative.jsonl',
    ];
    for (const [index, path] of paths.entries()) await hook(`s${index}`, path);
    await look();
    for (const index of paths.keys()) expect(used(`s${index}`)).toEqual([0, 0, 0]);
    // A folder that is a link itself is the person's own doing.
    renameSync(join(person, '.claude'), join(person, 'dotfiles'));
    symlinkSync(join(person, 'dotfiles'), join(person, '.claude'));
    await hook('mine', write(projects(person, 'mine.jsonl'), answer('b')));
    await look();
    expect(used('mine')).toEqual([600, 400, 50]);
  });

  test('may be large and have a line without an end; what is behind it is read', async () => {
    const { person, hook, look, used } = personWith('claude');
    const path = projects(person, 's1.jsonl');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${'x'.repeat(17 * 1024 * 1024)}\n`);
    write(path, answer('a'), `{"padding":"${'é'.repeat(700_000)}"}`, answer('b'));
    await hook('s1', path);
    await look();
    expect(used('s1')).toEqual([1_200, 800, 100]);
  });
});

/** Lines of Codex, as 0.171 writes them. */
const codexLines = {
  meta: (id: string, more: object = {}) => ({ timestamp, type: 'session_meta', payload: { id, ...more } }),
  turn: (turn: string) => ({ timestamp, type: 'turn_context', payload: { turn_id: turn, model: 'gpt-5.5' } }),
  record: (id: string) => ({
    timestamp,
    type: 'token_usage_record',
    payload: { response_id: id, usage: { input_tokens: 1_000, cached_input_tokens: 400, output_tokens: 50 } },
  }),
  /** The total of the thread and the last answer's part of it. */
  count: (answers: number) => ({
    timestamp,
    type: 'event_msg',
    payload: {
      type: 'token_count',
      info: {
        total_token_usage: {
          input_tokens: 1_000 * answers,
          cached_input_tokens: 400 * answers,
          output_tokens: 50 * answers,
        },
        last_token_usage: { input_tokens: 1_000, cached_input_tokens: 400, output_tokens: 50 },
      },
      rate_limits: null,
    },
  }),
};

describe('a transcript of Codex', () => {
  const { meta, turn, record, count } = codexLines;
  const day = (person: string, ...names: readonly string[]) =>
    join(person, '.codex', 'sessions', '2026', '11', '22', ...names);

  test('says what each answer used, and its totals are not counted beside that [sessions-4.sources]', async () => {
    const { person, hook, look, used, restart } = personWith('codex');
    const path = write(day(person, 'rollout-1-t.jsonl'), meta('t'), turn('a'), record('r1'), count(1));
    await hook('t', path);
    await look();
    expect(used('t')).toEqual([600, 400, 50]);
    restart();
    write(path, count(1), record('r2'), count(2));
    await look();
    expect(used('t')).toEqual([1_200, 800, 100]);
  });

  test('says how much of a plan is used, which is kept until its window ends', async () => {
    const { world, person, hook, look } = personWith('codex');
    const resetsAt = START / 1_000 + 3 * 3_600;
    const limit = (used_percent: number, window_minutes: number) => ({
      used_percent,
      window_minutes,
      resets_at: resetsAt,
    });
    const limits = (primary: unknown, secondary: unknown) => ({
      timestamp,
      type: 'event_msg',
      payload: { type: 'token_count', info: null, rate_limits: { limit_id: 'codex', primary, secondary } },
    });
    const path = write(
      day(person, 'rollout-1-t.jsonl'),
      meta('t'),
      turn('a'),
      limits(limit(61, 300), limit(4, 10_080)),
    );
    await hook('t', path);
    write(path, record('r1'), limits(limit(81.5, 300), limit(12, 10_080)), limits(null, null));
    await look();
    const quotas = () => {
      const answer = world.query(operator, 'quotas.list', {});
      return answer.ok ? answer.value.quotas : answer.refusal;
    };
    const common = {
      agentId: 'my-codex',
      engine: 'codex',
      resetsAtMs: resetsAt * 1_000,
      atMs: START,
      isStopped: false,
    };
    expect(quotas()).toEqual([
      { ...common, windowMinutes: 300, usedPercent: 81.5, isNearEnd: true },
      { ...common, windowMinutes: 10_080, usedPercent: 12, isNearEnd: false },
    ]);
    world.clock.at = resetsAt * 1_000;
    expect(quotas()).toEqual([]);
  });

  test('of an older version says totals, also twice without a change', async () => {
    const { person, hook, look, used } = personWith('codex');
    const path = day(person, 'rollout-1-t.jsonl');
    await hook('t', write(path, meta('t'), turn('a'), count(1), count(1), count(2), turn('b'), count(2), count(3)));
    await look();
    expect(used('t')).toEqual([1_800, 1_200, 150]);
  });

  test.each([
    ['goes on with its parent’s totals', [turn('b'), record('r3'), count(3)]],
    ['begins with its parent’s lines', [turn('a'), record('r1'), record('r2'), turn('b'), record('r3')]],
    ['begins with the lines of an older version', [turn('old'), count(1), count(2), turn('b'), count(3)]],
  ])(
    'of a fork that %s is charged for its own alone, and its run names its parent’s [sessions-4.forks, sessions-1.forked]',
    async (_, lines) => {
      const { world, person, hook, look, used } = personWith('codex');
      const parent = [turn('a'), record('r1'), record('r2')];
      await hook('t', write(day(person, 'rollout-1-t.jsonl'), meta('t'), ...parent));
      await hook('old', write(day(person, 'rollout-2-old.jsonl'), meta('old'), turn('old'), count(1), count(2)));
      await look();
      const fork = meta('f', { forked_from_id: 't' });
      await hook('f', write(day(person, 'rollout-3-f.jsonl'), fork, ...lines));
      await look();
      expect(used('f')).toEqual([600, 400, 50]);
      expect(used('t')).toEqual([1_200, 800, 100]);
      expect(world.store.read.runs.find('codex-f')?.session).toMatchObject({ parentRunId: 'codex-t' });
    },
  );

  test('has the threads of its sub-agents beside it, and theirs; those of others are not its own [sessions-4.sub-agents]', async () => {
    const { person, hook, look, used } = personWith('codex');
    const by = (id: string) => ({ source: { subagent: { thread_spawn: { parent_thread_id: id } } } });
    const path = write(day(person, 'rollout-1-t.jsonl'), meta('t'), turn('a'), record('r1'));
    write(day(person, 'rollout-2-x.jsonl'), meta('x', by('t')), turn('b'), record('r2'));
    write(day(person, 'rollout-3-y.jsonl'), meta('y', by('x')), turn('c'), record('r3'));
    write(day(person, 'rollout-4-z.jsonl'), meta('z', by('somebody')), turn('d'), record('r4'));
    await hook('t', path);
    await look();
    expect(used('t')).toEqual([1_800, 1_200, 150]);
  });
});

test('a transcript of Gemini CLI has an answer again when more is known of it, and its sub-agents’ in a folder [sessions-4.sources]', async () => {
  const { person, hook, look, used } = personWith('gemini');
  const said = (id: string, tokens: object | null) => ({
    id,
    timestamp,
    type: 'gemini',
    tokens,
    model: 'gemini-2.5-pro',
  });
  const tokens = { input: 1_000, output: 40, cached: 400, thoughts: 10, tool: 0, total: 1_050 };
  const chats = join(person, '.gemini', 'tmp', 'project', 'chats');
  const path = write(
    join(chats, 'session-1.jsonl'),
    { $set: { lastUpdated: timestamp } },
    said('a', null),
    said('a', tokens),
    said('a', tokens),
  );
  write(join(chats, 's1', 'helper.jsonl'), said('b', tokens));
  await hook('s1', path);
  await look();
  expect(used('s1')).toEqual([1_200, 800, 100]);
});
