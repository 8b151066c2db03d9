import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CommonOptions, callerOf } from './common-options';
import { homeFolder } from './connection';
import type { Terminal } from './terminal';

/** Reports the runs whose end could not be told when they ended; every command but `hook` begins with it. */
export async function sendKeptReports(options: CommonOptions, terminal: Terminal): Promise<void> {
  const home = homeFolder(terminal.environment);
  // Almost always there is none, and then nothing is loaded for it.
  if (!existsSync(join(home, 'outbox'))) return;
  const { sendKept } = await import('./run/outbox');
  await sendKept(
    home,
    () => callerOf(terminal.environment, options),
    (line) => terminal.tell(`gatehouse: ${line}`),
  );
}
