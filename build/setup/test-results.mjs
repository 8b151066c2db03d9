// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} [numTodoTests]
 * @property {ReadonlyArray<TestFile>} testResults
 */

/**
 * A file of tests; its times are in milliseconds.
 * @typedef {{ name: string, status: string, startTime: number, endTime: number,
 *   assertionResults: ReadonlyArray<{ status: string }> }} TestFile
 */

/**
 * Reads vitest's JSON report; a file that could not even be loaded counts as one failure. Nothing ran without a report.
 * @returns {Count}
 */
export function readTestResults(/** @type {string} */ file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const report = /** @type {VitestReport} */ (JSON.parse(readFileSync(file, 'utf8')));
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** How long each part took, from its first file to its last, and which files of it took longest; a line each. */
export function timesInWords(/** @type {string} */ file) {
  if (!existsSync(file)) return [];
  const { testResults } = /** @type {VitestReport} */ (JSON.parse(readFileSync(file, 'utf8')));
  const inMinutes = (/** @type {number} */ ms) => (ms / 60_000).toFixed(1);
  const took = (/** @type {TestFile} */ { startTime, endTime }) => endTime - startTime;
  return ['unit', 'e2e', 'engines'].flatMap((part) => {
    const files = testResults.filter(({ name }) => partOf(name) === part).sort((one, other) => took(other) - took(one));
    if (files.length === 0) return [];
    const from = Math.min(...files.map(({ startTime }) => startTime));
    const to = Math.max(...files.map(({ endTime }) => endTime));
    const longest = files.slice(0, 3).map((each) => `${basename(each.name)} ${inMinutes(took(each))}`);
    return [`${part}: ${inMinutes(to - from)} minutes, of which longest ${longest.join(', ')}`];
  });
}

function partOf(/** @type {string} */ name) {
  if (name.endsWith('.engines.test.ts')) return 'engines';
  return name.endsWith('.e2e.test.ts') ? 'e2e' : 'unit';
}

/** The one line that a person or a machine reads at the end. */
export function inWords(/** @type {Count} */ { passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
