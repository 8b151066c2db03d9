import { openReading } from '../../kernel/store/integrity';
import { troubleOf } from '../../kernel/store/trouble';
import { enterThread } from '../../kernel/thread';
import { checkState } from './state-check';
import type { FromStateCheck, StateCheckStart } from './state-check-thread';

// The thread of one check of the state (state-check-thread.ts): it says what it found, and ends.
const { data, say, isEnded } = enterThread<StateCheckStart, FromStateCheck>();

function said(): FromStateCheck {
  try {
    const reading = openReading(data.home);
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

const found = said();
// Half a check says nothing.
if (!isEnded()) say(found);
