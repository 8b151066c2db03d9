import { v7 as uuidv7 } from 'uuid';
import { type Result, succeeded } from '../../shared/kernel/errors';
import { exportState } from '../nouns/state-file/export';
import type { FromThread, ThreadStart, ToThread } from './command-thread';
import { type LongTurn, runLongCommand } from './long-command';
import type { Logger } from './ports';
import { openStoreBeside, type Store } from './store/database';
import { troubleOf } from './store/trouble';
import { enterThread } from './thread';

// The thread of one long command or export (decision 13): main starts it, and it ends with what it was started for.
const { data: start, say, answer, isEnded } = enterThread<ThreadStart, FromThread>();

const turn: LongTurn = {
  async untilAlone() {
    say({ kind: 'prepared' });
    const told = await answer<ToThread>();
    if (told.kind !== 'alone') throw new Error('told of a commit that is not there yet');
    return told.now;
  },
  async publish(slice) {
    say({ kind: 'committed', slice });
    await answer<ToThread>();
  },
};

const log = (level: keyof Logger) => (details: object, message: string) =>
  say({ kind: 'log', level, details, message });
const logger: Logger = { info: log('info'), warn: log('warn'), error: log('error') };

/** From one snapshot, so that its sections are of the same moment. */
function exportFrom(store: Store, now: number): Promise<Result<unknown>> {
  return Promise.resolve().then(() => succeeded({ text: store.snapshot((read) => exportState(read, now)) }));
}

async function run(): Promise<void> {
  const store = openStoreBeside(start.home, 'order' in start ? start.order.place : start.place);
  const work =
    'order' in start
      ? runLongCommand(store, start.order, turn, { ids: { uuid: () => uuidv7() }, logger })
      : exportFrom(store, start.exportAtMs);
  const result = await work.finally(() => store.close());
  say({ kind: 'done', result });
}

run().catch((error: unknown) => {
  if (isEnded()) return;
  const trouble = troubleOf(error);
  // A bug ends the thread, and main hears of it as the worker's error.
  if (trouble === undefined) throw error;
  say({ kind: 'trouble', trouble });
});
