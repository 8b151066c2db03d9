import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** A file that would grow over this many bytes is put aside as `.old`; the one put aside before goes. */
const LARGEST = 5 * 1024 * 1024;

/** A longer line is cut, in characters. */
const LONGEST_LINE = 16_384;

/** Where lines go. */
export interface LogFile {
  /** Adds a line, with its end. What the disk refuses is lost: the app does not end for want of a log line. */
  write(line: string): void;
}

/** The file at this path, made when there is something to write. Only while its folder is in its place is a new one made. */
export function createLogFile(path: string, isInPlace: () => boolean, largest = LARGEST): LogFile {
  let file: number | undefined;
  let size = 0;

  function open(): number {
    const opened = openSync(path, 'a', 0o600);
    size = fstatSync(opened).size;
    return opened;
  }

  function makeRoom(bytes: number): void {
    if (size === 0 || size + bytes <= largest) return;
    if (file !== undefined) closeSync(file);
    file = undefined;
    renameSync(path, `${path}.old`);
    file = open();
  }

  return {
    write(line) {
      const text = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…\n` : line;
      try {
        if (!isInPlace()) return;
        file ??= open();
        const bytes = Buffer.from(text);
        makeRoom(bytes.length);
        size += writeSync(file, bytes);
      } catch {
        // See above.
      }
    },
  };
}
