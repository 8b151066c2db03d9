import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { FlakyReporter } from './flaky-reporter.ts';

// Where `npm test` wants the results as JSON; nobody else needs them.
const resultsFile = process.env['GATEHOUSE_TEST_RESULTS'];

// Of itself vitest leaves one core of two idle.
const cores = Math.max(2, availableParallelism());

// What runs in plain Node; what needs a real desktop (Xvfb, D-Bus, a tray host, Electron); and what needs real engines besides, of which
// `npm test` runs the first few.
export default defineConfig({
  test: {
    reporters: [
      'default',
      new FlakyReporter(),
      ...(resultsFile === undefined ? [] : [['json', { outputFile: resultsFile }] as ['json', { outputFile: string }]]),
    ],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/**/*.e2e.test.ts', 'test/engines/**', 'test/output/**'],
          // One after the other in the same worker: to load the app anew for each would take a fifth of the time.
          isolate: false,
          globalSetup: ['test/support/command-line-folder.ts'],
          // One more than there are cores: many of these tests wait for a hook or a process.
          maxWorkers: cores + 1,
          sequence: { groupOrder: 0 },
          // Long enough for a machine that does much besides: time alone fails no test.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          expect: { poll: { timeout: 300_000 } },
        },
      },
      {
        test: {
          name: 'engines',
          include: [`test/engines/${process.env['GATEHOUSE_ENGINE_CASES'] === 'some' ? 'asked' : '*'}.engines.test.ts`],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          isolate: false,
          // Each file has a desktop of its own.
          maxWorkers: Math.min(cores, 4),
          sequence: { groupOrder: 1 },
          // A whole desktop on a busy machine: one more try, which the end of the run names.
          retry: 1,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          // One second, as it is by default, is what a busy machine takes for a single frame.
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
