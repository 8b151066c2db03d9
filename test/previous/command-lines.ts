import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_TOKEN, OPERATOR_TOKEN } from '../support/world';

/** How each command ended, by the command line. */
export type Endings = Readonly<Record<string, unknown>>;

type Environment = Readonly<Record<string, string>>;

/** What a command ended with. */
export type Ending = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs `gatehouse ARGS` to its end. */
export type Run = (args: readonly string[], environment: Environment) => Promise<Ending>;

/** What commands are run on. */
export type CommandPlaces = {
  readonly run: Run;
  readonly home: string;
  readonly url: string;
  /** The secret of the agent `probe`. */
  readonly agentToken: string;
  /** Exports of the audit log and of the state, as the version before wrote them. */
  readonly auditExport: string;
  readonly stateExport: string;
  readonly publicKey: string;
};

const names = [
  'status',
  'ask',
  'run',
  'spend',
  'audit',
  'audit verify',
  'import',
  'export',
  'connect',
  'doctor',
  'demo',
];
const engines = ['claude', 'codex', 'gemini'];
const otherKey = '0'.repeat(64);

/** Commands that say how they are called. */
export const helpLines: readonly string[] = [
  '',
  '--help',
  '-h',
  'help',
  'help ask',
  'help nope',
  ...names.map((name) => `${name} --help`),
];

/** Command lines that are wrong, whoever calls them. */
const wrongLines = [
  ...['nope', 'staus', '--nope', 'status --nope', 'status more', 'status --engine', 'status --engine nope'],
  ...['spend --cost abc', 'spend --cost -1', 'spend --cost 1', 'spend --reserve', 'spend --run r', 'spend --input x'],
  ...['spend --run r --reserve --cost 1', 'audit', 'audit nope', 'audit verify a b', 'audit verify --key'],
  ...['export a b', 'import', 'import {out}/none.json', 'import {out}/broken.json --on-conflict maybe'],
  ...[
    'ask',
    'ask why',
    'ask why --type nothing --target a:b',
    'ask why --wait x',
    'ask why --wait 0',
    'ask why --expires -1',
  ],
  ...[
    'ask why --target nothing',
    'ask why --action {',
    'ask why --target tool:x --context {',
    'ask why --command a --action {}',
  ],
  ...['run', 'run --automation a', 'run -- true', 'run --automation a --cost nothing -- true'],
  ...['run --automation a --reserve x -- true', 'run --automation a --if-unavailable maybe -- true'],
  ...[
    'connect',
    'connect nope',
    'connect claude --test-wait x',
    'connect claude --test-wait 61',
    'connect claude --nope',
  ],
  ...['doctor nope', 'doctor --nope', 'demo more', 'demo --nope', 'completion nope', 'hook', 'hook nope'],
];

/** What reads, for everyone who may and may not. */
const readingLines = ['status', 'spend', 'audit verify', 'export'];

/** What reads for an agent, or with the token of an engine that is not connected. */
const readingForLines = [
  ...['status --agent planner', 'status --agent ledger', 'spend --agent ledger', 'spend --agent newcomer'],
  ...['status --engine claude', 'spend --engine codex', 'audit verify --agent planner'],
];

/** What reads files and needs no Gatehouse. */
const fileLines = [
  ...['{export}', '{export} --key {key}', `{export} --key ${otherKey}`, '{out}/cut.jsonl', '{out}/changed.jsonl'].map(
    (rest) => `audit verify ${rest}`,
  ),
  ...['audit verify {out}/none.jsonl', 'audit verify {out}/empty.jsonl'],
  ...['doctor', ...engines.map((engine) => `doctor ${engine}`)],
];

/** What writes, but is refused, or changes nothing that another line reads. */
const refusedLines = [
  ...['import {out}/broken.json', 'import {out}/wrong.json', 'import {out}/state.json', 'export {out}/state.json'],
  ...['spend --run none --cost 1 --usage-id u', 'spend --run none --reserve --cost 1 --usage-id u'],
  ...[
    'run --automation none -- true',
    'run --automation leafs -- true',
    'run --automation link-check --run none -- true',
  ],
];

/** What is asked, run and charged, one after the other. */
const doingLines = [
  'import {state} --on-conflict skip',
  'import {state} --on-conflict replace',
  'ask "Nobody is there" --command "touch a" --wait 0.1',
  'ask "By nobody" --target tool:x --agent probe --wait 0.1',
  'ask "It was asked before" --agent probe --command "git push" --wait 0.1',
  'run --automation link-check --agent crawler -- true',
  'run --automation link-check --agent crawler -- sh -c "exit 3"',
  'run --automation link-check --agent crawler -- no-such-program',
  'run --automation invoice-match --agent ledger -- true',
  'spend --run run-01a2236a-10c1-72b3-b644-63b484d89b4b --cost 0.25 --usage-id late --agent crawler',
  'spend --run run-01a2236a-10c1-72b3-b644-63b484d89b4b --reserve --cost 1 --usage-id later --agent crawler',
  'status',
];

/** Runs every command of 0.1.0 on what it left, plain and with --json, as all who may call it and some who may not. */
export async function runEveryCommand(places: CommandPlaces): Promise<Endings> {
  const { home, agentToken } = places;
  const prepared = prepare(places);
  const all = { HOME: prepared.user, PATH: '/usr/bin:/bin', NO_COLOR: '1' };
  const here = { ...all, GATEHOUSE_HOME: home };
  const callers: Readonly<Record<string, Environment>> = {
    operator: { ...here, GATEHOUSE_TOKEN: OPERATOR_TOKEN },
    engine: { ...here, GATEHOUSE_TOKEN: ENGINE_TOKEN },
    probe: { ...here, GATEHOUSE_TOKEN: agentToken },
    'no token': here,
    'a wrong token': { ...here, GATEHOUSE_TOKEN: 'gth_nobodys' },
  };
  const away = { ...all, GATEHOUSE_HOME: prepared.emptyHome, GATEHOUSE_TOKEN: ENGINE_TOKEN };
  const wrongUrl = { ...away, GATEHOUSE_URL: 'ftp://x' };
  const ended: Record<string, unknown> = {};
  const run = async (who: string, environment: Environment, line: string) => {
    const said = prepared.asSaid(await places.run(prepared.wordsOf(line), environment));
    ended[`${who}: gatehouse ${line}`] = said;
  };

  const reads = [
    ...wrongLines.map((line) => ['engine', line] as const),
    ...['status --nope', 'spend --cost abc', 'ask why', 'connect nope'].map(
      (line) => ['engine', `${line} --json`] as const,
    ),
    ...Object.keys(callers).flatMap((who) => both(readingLines).map((line) => [who, line] as const)),
    ...both(readingForLines).map((line) => ['engine', line] as const),
    ...both(fileLines).map((line) => ['no token', line] as const),
    ...both(refusedLines).map((line) => ['operator', line] as const),
    ...refusedLines.map((line) => ['probe', line] as const),
    ...['-V', '--version', 'complete -- sp', 'complete -- audit '].map((line) => ['no token', line] as const),
  ];
  await inTurns(reads, ([who, line]) => run(who, callers[who] ?? {}, line));
  const whereNobodyIs = both([
    'status',
    'spend',
    'audit verify',
    'export',
    'doctor',
    'ask why --target tool:x',
    'run --automation a -- true',
  ]);
  await inTurns(whereNobodyIs, (line) => run('away', away, line));
  await inTurns(both(['status', 'spend']), (line) => run('wrong address', wrongUrl, line));
  for (const line of both(engines.map((engine) => `connect ${engine} --remove`))) await run('no token', here, line);
  for (const line of ['export {out}/fresh.json', 'export {out}/fresh.json', 'export {out}/fresh.json --force']) {
    await run('then', callers['operator'] ?? {}, line);
  }
  for (const line of both(doingLines)) {
    await run('then', callers[line.startsWith('import') ? 'operator' : 'engine'] ?? {}, line);
  }
  return inOrder(ended);
}

/** Each line plain and with --json, which stands before the command that is run. */
function both(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => [
    line,
    line.startsWith('run ') ? line.replace('run', 'run --json') : `${line} --json`,
  ]);
}

/** Two processes at once, as many as there are cores on a small machine. */
async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const walk = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all([walk(), walk()]);
}

function inOrder(ended: Endings): Endings {
  return Object.fromEntries(Object.entries(ended).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Files that commands are given, and what is of this machine and this moment in what they say. */
function prepare({ home, url, auditExport, stateExport, publicKey }: CommandPlaces) {
  const out = join(home, 'out');
  const user = join(home, 'user');
  const emptyHome = join(home, 'nothing');
  for (const folder of [out, user, emptyHome]) mkdirSync(folder);
  const lines = readFileSync(auditExport, 'utf8').split('\n');
  writeFileSync(join(out, 'cut.jsonl'), lines.slice(0, 100).join('\n'));
  writeFileSync(
    join(out, 'changed.jsonl'),
    lines.map((line, at) => (at === 50 ? line.replace('human', 'agent') : line)).join('\n'),
  );
  writeFileSync(join(out, 'empty.jsonl'), '');
  writeFileSync(join(out, 'broken.json'), '{');
  writeFileSync(join(out, 'wrong.json'), '{"records": 7, "approvals": {"a": {"status": "maybe"}}}');
  writeFileSync(join(out, 'state.json'), '{"limits": {"creation_enabled": true}}');
  const filled = (word: string) =>
    word
      .replace('{out}', out)
      .replace('{export}', auditExport)
      .replace('{state}', stateExport)
      .replace('{key}', publicKey)
      .replaceAll('"', '');
  const placed = (text: string) =>
    text
      .replaceAll(out, '{out}')
      .replaceAll(user, '{user}')
      .replaceAll(emptyHome, '{nothing}')
      .replaceAll(auditExport, '{export}')
      .replaceAll(home, '{home}')
      .replaceAll(url, '{url}')
      .replaceAll(process.execPath, '{node}')
      // The row of a new token, and the clock of the machine.
      .replaceAll(/(?<=HOLDS: 390 rows, |"head_hash":")[0-9a-f]{64}/g, '{hash}')
      .replaceAll(/(?<="duration_ms":)\d+/g, '0')
      .replaceAll(/(?<=exit code \d after )\d+\.\d s/g, '0.0 s')
      .replaceAll(/(?<="waiting_until_ms":)\d+(?=,"ancestor_ids":\[\],"cancel_reason")/g, '0');
  return {
    user,
    emptyHome,
    wordsOf: (line: string) => (line.match(/"[^"]*"|\S+/g) ?? []).map(filled),
    asSaid: ({ code, stdout, stderr }: Ending) => ({ code, stdout: placed(stdout), stderr: placed(stderr) }),
  };
}
