import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Leftovers } from './dbus-notifications';

const fileSchema = z.object({ busId: z.string(), shown: z.array(z.object({ server: z.string(), id: z.int() })) });

/**
 * Keeps in a file what is on the screen. A file that cannot be read or written is as good as none, and so is one whose folder was
 * taken away, whatever took its place.
 */
export function createLeftoversFile(path: string, isInPlace: () => boolean): Leftovers {
  return {
    load() {
      try {
        return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
      } catch {
        return { busId: '', shown: [] };
      }
    },
    save(shown) {
      if (!isInPlace()) return;
      try {
        writeFileSync(path, JSON.stringify(shown), { mode: 0o600 });
      } catch {
        // The notifications of a process that is killed would stay on the screen; nothing else depends on it.
      }
    },
  };
}
