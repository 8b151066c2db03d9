import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, until } from '../desktop/process';
import { removeFolder } from '../remove-folder';
import { electronPath } from '../running-app';

/** A real file system that is soon full. Only programs started by `executable` see it at its path. */
export interface SmallDisk {
  /** Where the app sees it. */
  readonly inside: string;
  /** Where the test sees it. */
  readonly outside: string;
  /** Starts Electron where the disk is seen. */
  readonly executable: string;
  /** Takes all the space that is left. */
  fill(): void;
  /** Gives the space back. */
  free(): void;
  stop(): Promise<void>;
}

const PAGE = Buffer.alloc(4_096, 1);

/** Mounts a disk in a mount namespace of its own, so that nothing of it is left when its keeper ends. */
export async function startSmallDisk(mebibytes: number): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-disk-'));
  const inside = mkdtempSync(join(folder, 'home-'));
  const isRoot = process.getuid?.() === 0;
  // A user without rights has them in a user namespace of their own, as the same user.
  const namespaces = isRoot ? ['--mount'] : ['--user', '--map-current-user', '--keep-caps', '--mount'];
  const mount = `mount -t tmpfs -o size=${mebibytes}m,mode=700 gatehouse-small-disk "$0" && echo mounted && exec sleep infinity`;
  const keeper = startProcess('unshare', [...namespaces, '--', 'sh', '-c', mount, inside], {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  });
  await until('the small disk', () => {
    if (keeper.hasEnded) throw new Error(`no small disk: ${keeper.output()}`);
    return keeper.output().includes('mounted');
  });
  const outside = `/proc/${keeper.pid}/root${inside}`;
  const executable = join(folder, 'electron');
  const enter = [
    'nsenter',
    `--target=${keeper.pid}`,
    '--mount',
    ...(isRoot ? [] : ['--user', '--preserve-credentials']),
  ];
  writeFileSync(executable, `#!/bin/sh\nexec ${enter.join(' ')} -- '${electronPath()}' "$@"\n`, { mode: 0o755 });
  const filler = join(outside, 'filler');
  return {
    inside,
    outside,
    executable,
    fill() {
      try {
        for (;;) appendFileSync(filler, PAGE);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    },
    free: () => rmSync(filler),
    stop: async () => {
      await keeper.stop();
      removeFolder(folder);
    },
  };
}
