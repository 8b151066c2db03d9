import { checkout, startElectron } from './electron';
import { interleaved, tellAtMost } from './measure';
import { emptyHome, fullSize, seededHome } from './seed';

const full = seededHome(fullSize);
const empty = emptyHome();

/** Milliseconds from the start of the process until the API listens. */
const untilReady = (home: string) => async () => {
  const app = startElectron(checkout, home, ['--hidden']);
  const ms = await app.said('Gatehouse is ready');
  await app.quit();
  return ms;
};

const figures = await interleaved({ empty: untilReady(empty), full: untilReady(full) });
const what =
  'start to ready with 100,000 approvals, 20,000 automations and 1,000,000 audit rows, against an empty database';
tellAtMost({ goal: 'S1', what, value: figures.full, baseline: figures.empty, unit: 'ms' }, 1.5);
