import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { exitCode } from '../client/exit-code';
import { Failure, UsageFailure } from '../client/failure';

/** The text of a file that the command line names; - is stdin. */
export function readGiven(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageFailure(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** Writes a file that the command line names, for its owner only; over one that is there only if that is forced. */
export function writeGiven(file: string, text: string, isForced: boolean): void {
  try {
    // A file that is there keeps its mode when it is written over.
    if (isForced && statSync(file, { throwIfNoEntry: false })?.isFile() === true) chmodSync(file, 0o600);
    writeFileSync(file, text, { mode: 0o600, flag: isForced ? 'w' : 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'is there already; --force writes over it' : `cannot be written: ${code}`;
    throw new Failure(`${file} ${why}.`, exitCode.refused, code ?? 'UNWRITABLE');
  }
}
