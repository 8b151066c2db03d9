import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Owner only: what Gatehouse writes may hold a token. */
export const PRIVATE_MODE = 0o600;

type Options = {
  readonly mode?: number;
  /** Whether it must survive that the computer goes off right afterwards. */
  readonly flush?: boolean;
};

/** Puts a file in its place whole or not at all, for its owner only if no mode says otherwise; its folder is made if there is none. */
export function writeWhole(path: string, content: string | Buffer, options: Options = {}): void {
  const { mode = PRIVATE_MODE, flush = false } = options;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const scratch = join(dirname(path), `.${basename(path)}.gatehouse-${process.pid}`);
  try {
    rmSync(scratch, { force: true });
    writeFileSync(scratch, content, { mode: PRIVATE_MODE, flush, flag: 'wx' });
    chmodSync(scratch, mode);
    renameSync(scratch, path);
  } catch (error) {
    rmSync(scratch, { force: true });
    throw error;
  }
}
