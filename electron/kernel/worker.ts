import { v7 as uuidv7 } from 'uuid';
import type { FromThread, ThreadStart, ToThread } from './beside';
import type { Commit } from './feed';
import { workLong } from './long-work';
import type { Logger } from './ports';
import { openStoreBeside } from './store/database';
import type { FilePlace } from './store/file-place';
import { troubleOf } from './store/trouble';
import { enterThread } from './thread';

// The thread of one piece of long work (beside.ts): main starts it, and it ends with what it was started for.
const { data, say, answer, isEnded } = enterThread<ThreadStart, FromThread>();
const { home, order } = data;

const turn = {
  async untilAlone() {
    say({ kind: 'prepared' });
    const told = await answer<ToThread>();
    if (told.kind !== 'alone') throw new Error('told of a commit that is not there yet');
    return told.now;
  },
  async publish(slice: Commit) {
    say({ kind: 'committed', slice });
    await answer<ToThread>();
  },
};

const log = (level: keyof Logger) => (details: object, message: string) =>
  say({ kind: 'log', level, details, message });
const logger: Logger = { info: log('info'), warn: log('warn'), error: log('error') };

const parts = {
  home,
  open: (place: FilePlace) => openStoreBeside(home, place),
  ids: { uuid: () => uuidv7() },
  logger,
};

// Half of it says nothing.
const done = workLong(order, turn, parts).then((result) => isEnded() || say({ kind: 'done', result }));
done.catch((error: unknown) => {
  if (isEnded()) return;
  const trouble = troubleOf(error);
  // A bug ends the thread, and main hears of it as the worker's error.
  if (trouble === undefined) throw error;
  say({ kind: 'trouble', trouble });
});
