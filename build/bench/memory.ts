import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Megabytes of memory of a process and all that it started, what is shared counted in parts. Throws when it has ended. */
export function memoryOf(pid: number): number {
  const own = ownMemoryOf(pid);
  if (own === undefined) throw new Error(`the app ${pid} has ended before its memory was read`);
  return own + memoryBelow(pid);
}

/** Of the processes below one; a helper may end while they are looked at, and then takes none. */
function memoryBelow(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + (ownMemoryOf(child) ?? 0) + memoryBelow(child), 0);
}

function ownMemoryOf(pid: number): number | undefined {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}

/** Milliseconds that a system's tick of processor time takes: Linux has a hundred of them in a second. */
const TICK_MS = 10;

/** Processor time that a process and all that it started have taken so far, in milliseconds, without those that have ended. */
export function processorMsOf(pid: number): number {
  // The name, in parentheses, may have anything in it.
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  const own = (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
  return childrenOf(pid).reduce((sum, child) => sum + processorMsOf(child), own);
}

function childrenOf(pid: number): readonly number[] {
  const threads = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : [];
  return threads.flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

/** What the system says of a process; nothing once it has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
