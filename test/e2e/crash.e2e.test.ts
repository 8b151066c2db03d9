import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readDatabaseCopy } from '../support/app/database';
import { desktopForTests } from '../support/app/desk';
import { createLedger, duplicates } from '../support/app/ledger';
import { startPlainApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

/** 200 is what the project promises to have tried; each test run tries fewer. */
const ROUNDS = Number(process.env['GATEHOUSE_CRASH_ROUNDS'] ?? 20);
const SEED = Number(process.env['GATEHOUSE_CRASH_SEED'] ?? Date.now() % 1_000_000);

const desktop = desktopForTests({ tray: true });

describe('an app that is killed with -9 at any moment', () => {
  it('has every request and decision that it answered, each once [14.crash]', {
    timeout: 60_000 + ROUNDS * 15_000,
  }, async () => {
    const home = temporaryHome();
    const random = seededRandom(SEED);
    const ledger = createLedger(random);
    console.info(`${ROUNDS} rounds, GATEHOUSE_CRASH_SEED=${SEED}`);
    const start = () =>
      startPlainApp({ desktop, home, operatorToken: true, args: ['--hidden'], until: 'nothing' } as const);

    for (let round = 1; round <= ROUNDS; round += 1) {
      // Some are killed while they start, when they repair what the one before left.
      if (random() < 0.2) {
        const young = await start();
        onTestFinished(() => young.end());
        await pause(random() * 700);
        await young.kill9();
      }
      const app = await startPlainApp({ desktop, home, operatorToken: true, args: ['--hidden'] });
      onTestFinished(() => app.end());
      const before = ledger.requestCount();
      const hammering = ledger.hammer(app);
      // The random moment is what is tried here; nothing is asserted about how long anything takes.
      await pause(20 + random() * 780);
      await app.kill9();
      await hammering;
      readDatabaseCopy(home, (read) => {
        expect(ledger.complaints(read, before), `round ${round} of seed ${SEED}`).toEqual([]);
        const verdict = read.audit.verify();
        expect(verdict, `round ${round} of seed ${SEED}`).toMatchObject({ isOk: true, rows: read.audit.headSeq() });
      });
    }

    // The app itself comes up on what is left, and agrees.
    const last = await startPlainApp({ desktop, home, operatorToken: true, args: ['--hidden'] });
    onTestFinished(() => last.end());
    expect((await last.api('GET', '/global/health')).body).toMatchObject({ ready: true, healthy: true });
    expect(await last.quit()).toEqual({ code: 0, signal: null });
    readDatabaseCopy(home, (read) => {
      expect(ledger.complaints(read, 0)).toEqual([]);
      expect(duplicates(read)).toEqual([]);
      expect(read.audit.verify().isOk).toBe(true);
      console.info(
        `${ROUNDS} kills: ${ledger.requestCount()} answered requests and ${ledger.decisionCount()} answered decisions are all there, ${read.audit.headSeq()} audit rows`,
      );
    });
    expect(ledger.decisionCount()).toBeGreaterThan(ROUNDS);
  });
});

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
