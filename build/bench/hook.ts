import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findNodes } from '../../electron/connect/programs';
import { checkout, type RunningElectron, startElectron } from './electron';
import { interleaved, isWanted, tellAtMost, tellCount, tellLimitOfMost, timed } from './measure';
import { emptyHome, seededHome, smallSize } from './seed';

// What a hook costs its engine, with the real app beside it: its command as `connect` has written it, run by a shell as the engine does.

const CALLS = 50;
const QUESTIONS = 30;
const LONGEST_MS = 60;

const configuration = emptyHome();
const project = emptyHome();

// Certificates that somebody has Node.js load at each start would be in the baseline and not in the hook.
const inherited = Object.entries(process.env).filter(([name]) => !/^(GATEHOUSE|CLAUDE|NODE)_/.test(name));
const environment = { ...Object.fromEntries(inherited), CLAUDE_CODE_ENTRYPOINT: 'cli', CI: 'true' };

/** The app with its window open, as a bench sees it. */
type Desk = {
  /** Runs a script in the page. */
  readonly run: <T>(script: string) => Promise<T>;
  /** When the last request for an approval reached the app, in milliseconds since the epoch. */
  readonly askedAt: () => Promise<number>;
  /** The hook's command line, as it stands in the configuration of Claude Code. */
  readonly command: string;
};

async function openDesk(app: RunningElectron): Promise<Desk> {
  const address = (await app.line('bench: page')).slice('bench: page '.length);
  await app.said('Gatehouse is ready');
  await app.said('bench: frame');
  const run = async <T>(script: string) => (await (await fetch(address, { method: 'POST', body: script })).json()) as T;
  const send = async (name: string, input: object) => {
    const result = await run<{ readonly ok: boolean }>(
      `window.gatehouse.request(${JSON.stringify(name)}, ${JSON.stringify(input)})`,
    );
    if (!result.ok) throw new Error(`${name} is refused: ${JSON.stringify(result)}`);
  };
  await send('desk.connectEngine', { engine: 'claude' });
  const rule = {
    pattern: { kind: 'exact', action: { command: 'git status' } },
    duration: 'until_revoked',
    isAnywhere: true,
  };
  await send('toolRule.create', { toolName: 'Bash', ...rule });
  await run(withdrawAll);
  const settings = JSON.parse(readFileSync(join(configuration, 'settings.json'), 'utf8')) as {
    readonly hooks: { readonly PreToolUse: readonly { readonly hooks: readonly { readonly command: string }[] }[] };
  };
  const command = settings.hooks.PreToolUse[0]?.hooks[0]?.command;
  if (command === undefined) throw new Error('the hook is not in the configuration');
  // What the start and the connection still have to do is no part of it.
  await sleep(3_000);
  return { run, askedAt: async () => Number(await (await fetch(`${address}/asked`)).text()), command };
}

/** Denies what waits, so that what is asked next is the first row. */
const withdrawAll = `(async () => {
  for (;;) {
    const { value } = await window.gatehouse.request('queue.snapshot', {});
    if (value.waiting.length === 0) return null;
    for (const { approvalId, revision } of value.waiting) await window.gatehouse.request('approval.deny', { approvalId, revision });
  }
})()`;

let calls = 0;

/** What Claude Code tells its hook of one call. */
const eventOf = (name: string, command: string) =>
  JSON.stringify({
    session_id: 'bench',
    transcript_path: join(configuration, 'projects', 'shop', 'bench.jsonl'),
    cwd: project,
    permission_mode: 'default',
    hook_event_name: name,
    tool_name: 'Bash',
    tool_input: { command },
    tool_use_id: `toolu_${calls++}`,
    ...(name === 'PostToolUse' && { tool_response: { stdout: '', stderr: '', interrupted: false } }),
  });

type Ended = { readonly stdout: string; readonly endedAt: number };

/** Runs a command to its end, which must be a good one. */
async function life(file: string, args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(file, args, { env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  child.stdin.end(input);
  const exited = once(child, 'exit').then(() => Date.now());
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
  return { stdout, endedAt: await exited };
}

const hook = (desk: Desk, input: string) => life('/bin/sh', ['-c', desk.command], input);

/** Milliseconds of a hook that answers so. */
const answering = (desk: Desk, name: string, command: string, answer: string) => () =>
  timed(async () => {
    const { stdout } = await hook(desk, eventOf(name, command));
    if (!stdout.includes(answer)) throw new Error(`${name} of ${command} is answered ${stdout}`);
  });

const node = findNodes(process.env)[0] ?? process.execPath;

async function benchCalls(desk: Desk): Promise<void> {
  const figures = await interleaved(
    {
      bare: () => timed(() => life(node, ['-e', '0'])),
      silent: answering(desk, 'Stop', '', '{}'),
      told: answering(desk, 'PostToolUse', 'ls', '{}'),
      nothing: answering(desk, 'PreToolUse', 'ls', '{}'),
      rule: answering(desk, 'PermissionRequest', 'git status', '"allow"'),
    },
    CALLS,
  );
  const goal = { goal: 'K1', baseline: figures.bare, unit: 'ms' };
  const against = 'against node -e 0';
  tellAtMost(
    { ...goal, what: `the hook of an event that is nothing to Gatehouse, ${against}`, value: figures.silent },
    1.15,
  );
  tellAtMost({ ...goal, what: `the hook that tells of a call that is over, ${against}`, value: figures.told }, 1.15);
  tellAtMost(
    { ...goal, what: `the hook of a call about which nobody is asked, ${against}`, value: figures.nothing },
    1.15,
  );
  tellAtMost(
    { ...goal, what: `the hook of a call that a standing rule allows, ${against}`, value: figures.rule },
    1.35,
  );
}

/** System calls of a command and all that it starts; undefined where nothing counts them. */
function systemCalls(file: string, args: readonly string[], input = ''): number | undefined {
  const counted = spawnSync('strace', ['-f', '-c', '-S', 'calls', file, ...args], {
    env: environment,
    input,
    encoding: 'utf8',
  });
  const total = /^ *100\.00 +\S+ +\S* *(\d+) .*total$/m.exec(counted.stderr ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

function countCalls(desk: Desk): void {
  const bare = systemCalls(node, ['-e', '0']);
  if (bare === undefined) {
    console.log('  no strace here, so no system calls are counted');
    return;
  }
  const counted = (name: string, command: string) =>
    systemCalls('/bin/sh', ['-c', desk.command], eventOf(name, command)) ?? 0;
  const goal = { goal: 'K1', unit: `(node -e 0: ${bare})` };
  tellCount(
    { ...goal, what: 'system calls of a hook of an event that is nothing to Gatehouse', value: counted('Stop', '') },
    bare + 150,
  );
  tellCount(
    { ...goal, what: 'system calls of a hook that tells of a call that is over', value: counted('PostToolUse', 'ls') },
    bare + 250,
  );
  tellCount(
    {
      ...goal,
      what: 'system calls of a hook of a call that a standing rule allows',
      value: counted('PermissionRequest', 'git status'),
    },
    bare + 250,
  );
}

/** Finds the row of the list with this text. */
const rowWith = (text: string) =>
  `[...document.querySelectorAll('#gatehouse-list [role="option"]')].find((row) => row.textContent.includes(${JSON.stringify(text)}))`;

/** Resolves to when the row with this text was painted, and puts it on the card. The second frame begins when the first one is drawn. */
const painted = (text: string) => `(async () => {
  await new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (${rowWith(text)} === undefined) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const paintedAt = Date.now();
  ${rowWith(text)}?.click();
  return paintedAt;
})()`;

const twoFrames = `(async () => {
  const startedAt = performance.now();
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  return performance.now() - startedAt;
})()`;

const approve = `(() => {
  const clickedAt = Date.now();
  document.getElementById('gatehouse-approve').click();
  return clickedAt;
})()`;

/** Longer than clicks are ignored after another card came up, in milliseconds. */
const GUARD_MS = 600;

async function benchQuestions(desk: Desk): Promise<void> {
  const [asking, deciding, frames]: [number[], number[], number[]] = [[], [], []];
  for (let round = -1; round < QUESTIONS; round++) {
    const command = `git push origin step-${round + 1}-of-many`;
    const paintedAt = desk.run<number>(painted(command));
    const ended = hook(desk, eventOf('PermissionRequest', command));
    const asked = (await paintedAt) - (await desk.askedAt());
    frames.push(await desk.run<number>(twoFrames));
    await sleep(GUARD_MS);
    const clickedAt = await desk.run<number>(approve);
    const { stdout, endedAt } = await ended;
    if (!stdout.includes('"allow"')) throw new Error(`the question is answered ${stdout}`);
    if (round >= 0) {
      asking.push(asked);
      deciding.push(endedAt - clickedAt);
    }
  }
  const goal = { goal: 'K2', baseline: frames, unit: 'ms' };
  tellLimitOfMost(
    { ...goal, what: 'p95 from the request of a hook to its painted row, against two idle frames', value: asking },
    LONGEST_MS,
  );
  tellLimitOfMost(
    { ...goal, what: 'p95 from the click on Approve to the end of the hook, against two idle frames', value: deciding },
    LONGEST_MS,
  );
}

const app = startElectron(checkout, seededHome(smallSize), [], {
  GATEHOUSE_BENCH_PAGE: '1',
  HOME: emptyHome(),
  CLAUDE_CONFIG_DIR: configuration,
});
try {
  const desk = await openDesk(app);
  if (isWanted('K1')) {
    await benchCalls(desk);
    countCalls(desk);
  }
  if (isWanted('K2')) await benchQuestions(desk);
} finally {
  await app.quit();
}
