// @ts-check
// npm run bench: measures the goals of speed against baselines in the same run, and prints a table. Words pick goals:
//   npm run bench -- D1 S3         these goals alone; also by the name of a part: counts
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './setup/app-build.mjs';
import { inCheckout, root } from './setup/checkout.mjs';
import { runCaptured } from './setup/command.mjs';
import { buildCommandLine } from './setup/command-line-build.mjs';
import { ensureCompiled } from './setup/compiled-code.mjs';
import { ensureDebianPackages, packagesToTest } from './setup/debian-packages.mjs';
import { ensureDisplay } from './setup/display.mjs';
import { resolveElectron } from './setup/electron-runtime.mjs';
import { ensureNodeModules } from './setup/node-modules.mjs';
import { runScript, say } from './setup/say.mjs';

/** @typedef {import('./bench/measure').Row} Row */
/** @typedef {{ name: string, goals: readonly string[], needsElectron?: true, flushMs?: number }} Topic */

/**
 * A file below build/bench/ each, run in a process of its own; two of them on a slower disk as well.
 * @type {readonly Topic[]}
 */
const topics = [
  { name: 'counts', goals: ['N1', 'N2'] },
  { name: 'durable', goals: ['D1', 'D2', 'D3'] },
  { name: 'slow-flush', goals: ['D2', 'D4'], flushMs: 2 },
  { name: 'http', goals: ['H1'] },
  { name: 'mcp', goals: ['M1'] },
  { name: 'command-line', goals: ['C1'] },
  { name: 'hook', goals: ['K1', 'K2'], needsElectron: true },
  { name: 'events', goals: ['E1'] },
  { name: 'decision', goals: ['P1'] },
  { name: 'judgement', goals: ['J1'] },
  { name: 'health', goals: ['B1'] },
  { name: 'audit', goals: ['G1'] },
  { name: 'growth', goals: ['G2'], needsElectron: true },
  { name: 'reads', goals: ['S2'] },
  { name: 'search', goals: ['F1'] },
  { name: 'entrance', goals: ['R1'] },
  { name: 'told', goals: ['S4'] },
  { name: 'page-counts', goals: ['N3'], needsElectron: true },
  { name: 'desktop', goals: ['T1', 'T2', 'I1'], needsElectron: true },
  { name: 'window-update', goals: ['U1'], needsElectron: true },
  { name: 'start', goals: ['S1'], needsElectron: true },
  { name: 'stalls', goals: ['S3'], needsElectron: true },
  { name: 'scroll', goals: ['U2'], needsElectron: true },
  { name: 'popover', goals: ['U3'], needsElectron: true },
];

const folder = inCheckout('out', 'bench');
const external = [
  '@photostructure/sqlite',
  'vite',
  '@cedar-policy/cedar-wasm/nodejs',
  '@microsoft/agent-governance-sdk',
];

await runScript(async () => {
  const wanted = process.argv.slice(2).map((word) => word.toUpperCase());
  const isWanted = (/** @type {Topic} */ { name, goals }) =>
    wanted.length === 0 || [name.toUpperCase(), ...goals].some((word) => wanted.includes(word));
  const picked = topics.filter(isWanted);
  if (picked.length === 0) {
    say(`no such goal; there are ${[...new Set(topics.flatMap(({ goals }) => goals))].join(' ')}`);
    return 1;
  }
  await ensureNodeModules();
  await buildTopics();
  const needsElectron = picked.some((topic) => topic.needsElectron);
  if (needsElectron) await ensureDebianPackages(packagesToTest());
  const electron = needsElectron ? await environmentForElectron() : undefined;
  const workFolder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-run-'));
  /** @type {Row[]} */
  const rows = [];
  try {
    for (const topic of picked) {
      const named = topic.goals.filter((goal) => wanted.includes(goal));
      const chosen = named.length === 0 ? topic.goals : named;
      say(`${topic.name}: ${chosen.join(' ')} …`);
      rows.push(
        ...(await runTopic(topic, chosen, { ...electron?.environment, ...(await slowFlush(topic, workFolder)) })),
      );
    }
  } finally {
    electron?.end();
    rmSync(workFolder, { recursive: true, force: true });
  }
  printTable(rows);
  return rows.every(({ isMet }) => isMet) ? 0 : 1;
});

async function buildTopics() {
  // Not before npm has put it there.
  const { build } = await import('vite');
  const input = Object.fromEntries(topics.map(({ name }) => [name, inCheckout('build', 'bench', `${name}.ts`)]));
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      target: 'node20.18',
      rollupOptions: {
        input: {
          ...input,
          'http-server': inCheckout('build', 'bench', 'http-server.ts'),
          'mcp-server': inCheckout('build', 'bench', 'mcp-server.ts'),
          'entrance-server': inCheckout('build', 'bench', 'entrance-server.ts'),
          worker: inCheckout('electron', 'kernel', 'worker.ts'),
        },
        external,
        checks: { eval: false },
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    },
    ssr: { noExternal: true, external },
  });
  await buildCommandLine(join(folder, 'cli'));
}

async function environmentForElectron() {
  const electron = await resolveElectron();
  say(`runs on ${electron.description}`);
  await ensureBuilt();
  await ensureCompiled(electron);
  const display = await ensureDisplay();
  return {
    environment: { ...display.environment, GATEHOUSE_BENCH_ELECTRON: electron.executable },
    end: display.end,
  };
}

/** A library that makes each flush to disk take longer, as ordinary disks do. */
async function slowFlush(/** @type {Topic} */ { flushMs }, /** @type {string} */ workFolder) {
  if (flushMs === undefined) return {};
  const library = join(workFolder, 'slow-flush.so');
  const { code, output } = await runCaptured('cc', [
    ...['-shared', '-fPIC', '-O2', `-DFLUSH_MS=${flushMs}`, '-o', library],
    inCheckout('build', 'bench', 'slow-flush.c'),
    '-ldl',
  ]);
  if (code !== 0 || !existsSync(library)) throw new Error(`the library for slow flushes could not be made: ${output}`);
  return { LD_PRELOAD: library };
}

/**
 * @param {Topic} topic
 * @param {readonly string[]} goals
 * @param {Record<string, string>} environment
 * @returns {Promise<Row[]>}
 */
function runTopic({ name }, goals, environment) {
  return new Promise((resolve, reject) => {
    /** @type {Row[]} */
    const rows = [];
    const child = fork(join(folder, `${name}.js`), goals, {
      execArgv: ['--expose-gc'],
      env: { ...process.env, ...environment },
    });
    child.on('message', (row) => {
      rows.push(/** @type {Row} */ (row));
      printRow(/** @type {Row} */ (row));
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve(rows);
      else reject(new Error(`${name} ended with ${code}`));
    });
  });
}

/** @param {Row} row */
function cells({ goal, what, value, baseline, ratio, wanted, isMet }) {
  return [goal, what, value, baseline, ratio, wanted, isMet ? 'ok' : 'MISSED'];
}

function printRow(/** @type {Row} */ row) {
  console.log(`  ${cells(row).join(' | ')}`);
}

function printTable(/** @type {readonly Row[]} */ rows) {
  const table = [['goal', 'what', 'value', 'baseline', 'ratio', 'wanted', ''], ...rows.map(cells)];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  console.log('');
  for (const line of table)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
