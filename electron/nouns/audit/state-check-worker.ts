import { parentPort, workerData } from 'node:worker_threads';
import { openReading } from '../../kernel/store/integrity';
import { troubleOf } from '../../kernel/store/trouble';
import { checkState } from './state-check';
import type { FromStateCheck, StateCheckStart } from './state-check-thread';

// The thread of one check of the state (state-check-thread.ts): it says what it found, and ends.
if (parentPort === null) throw new Error('this runs in a thread only');
const port = parentPort;
const { home } = workerData as StateCheckStart;

function said(): FromStateCheck {
  try {
    const reading = openReading(home);
    try {
      return { kind: 'done', verdict: checkState(reading) };
    } finally {
      reading.close();
    }
  } catch (error) {
    const trouble = troubleOf(error);
    // A bug ends the thread, and main hears of it as the worker's error.
    if (trouble === undefined) throw error;
    return { kind: 'trouble', trouble };
  }
}

port.postMessage(said());
