import { parentPort, workerData } from 'node:worker_threads';
import { v7 as uuidv7 } from 'uuid';
import { openStoreBeside } from '../store/database';
import { troubleOf } from '../store/trouble';
import type { FromThread, ThreadStart, ToThread } from './command-thread';
import { type LongTurn, runLongCommand } from './long-command';
import type { Logger } from './ports';

// The thread of one long command (decision 13): main starts it, and it ends with its command.
if (parentPort === null) throw new Error('this runs in a thread only');
const port = parentPort;
const { home, order } = workerData as ThreadStart;

const say = (message: FromThread) => port.postMessage(message);
const answer = () =>
  new Promise<ToThread>((resolve) => {
    port.once('message', resolve);
  });

const turn: LongTurn = {
  async untilAlone() {
    say({ kind: 'prepared' });
    const told = await answer();
    if (told.kind !== 'alone') throw new Error('told of a commit that is not there yet');
    return told.now;
  },
  async publish(slice) {
    say({ kind: 'committed', slice });
    await answer();
  },
};

const log = (level: keyof Logger) => (details: object, message: string) =>
  say({ kind: 'log', level, details, message });
const logger: Logger = { info: log('info'), warn: log('warn'), error: log('error') };

async function run(): Promise<void> {
  const store = openStoreBeside(home, order.place);
  const result = await runLongCommand(store, order, turn, { ids: { uuid: () => uuidv7() }, logger }).finally(() =>
    store.close(),
  );
  say({ kind: 'done', result });
}

run().catch((error: unknown) => {
  const trouble = troubleOf(error);
  // A bug ends the thread, and main hears of it as the worker's error.
  if (trouble === undefined) throw error;
  say({ kind: 'trouble', trouble });
});
