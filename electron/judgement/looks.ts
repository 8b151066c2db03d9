import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What was seen of files while one act is judged: each look costs a call of the system, and most are at the same folders. */
type Seen = {
  readonly stats: Map<string, Stats | undefined>;
  readonly isThere: Map<string, boolean>;
  readonly realPaths: Map<string, string>;
};

let seen: Seen | undefined;

/** Has `judge` see each file once: as it was when it was first looked at. */
export function atOnce<Answer>(judge: () => Answer): Answer {
  const earlier = seen;
  seen = { stats: new Map(), isThere: new Map(), realPaths: new Map() };
  try {
    return judge();
  } finally {
    seen = earlier;
  }
}

/** What was seen before, or is looked at now. */
function kept<Value>(values: Map<string, Value> | undefined, path: string, look: (path: string) => Value): Value {
  if (values === undefined) return look(path);
  const known = values.get(path);
  if (known !== undefined || values.has(path)) return known as Value;
  const now = look(path);
  values.set(path, now);
  return now;
}

/** What the system says of a file; undefined where there is none. */
export const statOf = (path: string): Stats | undefined =>
  kept(seen?.stats, path, () => {
    try {
      return statSync(path, { throwIfNoEntry: false });
    } catch {
      return undefined;
    }
  });

/** Whether there is anything at a path, even a link to nothing. */
export const isThere = (path: string): boolean =>
  kept(seen?.isThere, path, () => {
    try {
      return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    } catch {
      return false;
    }
  });

/** What stands at a path. */
export function kindOf(path: string): 'none' | 'file' | 'folder' {
  const stat = statOf(path);
  if (stat === undefined) return 'none';
  return stat.isDirectory() ? 'folder' : 'file';
}

/** Links to what is not there are followed this often, and then taken as they are. */
const MOST_LINKS = 10;

/**
 * Follows the links of the part that exists, and adds the rest as it is written. From the root on, so that a long path that does
 * not exist costs no more than the part that does.
 */
export function realPath(path: string, links = MOST_LINKS): string {
  const parts = path.split('/').filter((part) => part !== '');
  let there = '/';
  let at = 0;
  for (; at < parts.length; at++) {
    const next = `${there === '/' ? '' : there}/${parts[at] ?? ''}`;
    if (!isThere(next)) break;
    there = next;
  }
  const rest = parts.slice(at);
  try {
    return join(
      kept(seen?.realPaths, there, (each) => realpathSync.native(each)),
      ...rest,
    );
  } catch {
    // A link to what is not there leads there all the same, for what is written through it.
    const target = linkTarget(there);
    if (target === undefined || links === 0) return path;
    return realPath(join(resolve(dirname(there), target), ...rest), links - 1);
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
