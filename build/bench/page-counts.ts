import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkout, startElectron } from './electron';
import { tellLimit } from './measure';
import { emptyHome, seededHome, smallSize } from './seed';

/** What the window may load before its first frame, in bytes of script and of style. */
const MOST_SCRIPT = 750_000;
const MOST_STYLE = 200_000;

/** What goes between the processes until the queue is drawn: messages, and their bytes while 50 requests wait. */
const MOST_MESSAGES = 30;
const MOST_BYTES = 400_000;

/** The files that a page loads before its script runs: those that it names, and what these import themselves. */
function filesOf(page: string): ReadonlySet<string> {
  const folder = dirname(page);
  const files = new Set<string>();
  const add = (path: string) => {
    if (files.has(path)) return;
    files.add(path);
    if (!path.endsWith('.js')) return;
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*["'](\.[^"']+\.js)["']/g)) {
      add(resolve(dirname(path), name));
    }
  };
  for (const [, name = ''] of readFileSync(page, 'utf8').matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)) {
    add(join(folder, name));
  }
  return files;
}

function bytesOf(page: string, ending: string): number {
  const paths = [...filesOf(join(checkout, 'out', 'renderer', page))].filter((path) => path.endsWith(ending));
  return paths.reduce((sum, path) => sum + statSync(path).size, 0);
}

/** A count is the same on every machine, so there is nothing to hold it against but itself. */
function tellCount(what: string, count: number, limit: number): void {
  tellLimit({ goal: 'N3', what, value: [count], baseline: [count], unit: '' }, limit);
}

async function ipcUntilFrame(home: string): Promise<{ readonly messages: number; readonly bytes: number }> {
  const app = startElectron(checkout, home, [], { GATEHOUSE_BENCH_IPC: '1' });
  try {
    const line = await app.line('bench: ipc');
    return JSON.parse(line.slice('bench: ipc '.length)) as { readonly messages: number; readonly bytes: number };
  } finally {
    await app.quit();
  }
}

tellCount('bytes of script before the first frame of the window', bytesOf('index.html', '.js'), MOST_SCRIPT);
tellCount('bytes of style before the first frame of the window', bytesOf('index.html', '.css'), MOST_STYLE);
tellCount('bytes of script before the first frame of the popover', bytesOf('popover.html', '.js'), MOST_SCRIPT);
const empty = await ipcUntilFrame(emptyHome());
tellCount('IPC messages until the first useful frame, nothing waits', empty.messages, MOST_MESSAGES);
const full = await ipcUntilFrame(seededHome(smallSize));
tellCount('IPC messages until the first useful frame, 50 requests wait', full.messages, MOST_MESSAGES);
tellCount('bytes of these', full.bytes, MOST_BYTES);
