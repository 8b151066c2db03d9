import { isOwnAddress } from './programs/network';
import type { Access, Effect } from './programs/program';
import { unreadable } from './programs/program';
import { wordSet } from './word-set';

/** Tools of well-known servers that only look, by names that do not say so. */
const looking = wordSet(
  'browser_snapshot browser_take_screenshot browser_console_messages browser_network_requests browser_wait_for browser_resize browser_close puppeteer_screenshot take_snapshot take_screenshot sequentialthinking performance_start_trace performance_stop_trace collection-schema collection-indexes collection-storage-size db-stats API-post-search API-post-database-query',
);

/** Tools that open a page in a browser, as fetching it does. */
const navigating = wordSet('browser_navigate puppeteer_navigate navigate_page new_page');

/** Tools that change files of the project, or its git, and what the field with their path does. */
const changing: ReadonlyMap<string, { readonly field: string; readonly access: Access }> = new Map(
  (
    [
      ['write_file edit_file create_directory create_file', 'path', 'writes'],
      ['replace_symbol_body insert_after_symbol insert_before_symbol', 'relative_path', 'writes'],
      ['git_add git_commit git_create_branch', 'repo_path', 'enters'],
    ] as const
  ).flatMap(([names, field, access]) => names.split(' ').map((name) => [name, { field, access }] as const)),
);

/** What such a tool is given where it is the one that is known; with anything else it may be another one of the same name. */
const givenToThem = wordSet(
  'path content contents edits dryRun encoding oldText newText file_text relative_path name_path body repo_path files message branch_name base_branch',
);

/** What a tool does that is known by its exact name and by what it is given; undefined for any other (spec/judgement.md section 5). */
export function knownToolEffect(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  touch: (path: string, access: Access) => Effect,
): Effect | undefined {
  if (looking.has(name)) return 'looks';
  if (navigating.has(name)) {
    const { url } = fields;
    if (typeof url !== 'string') return undefined;
    if (isOwnAddress(url)) return 'looks';
    return /^https?:\/\//i.test(url) ? 'changes' : unreadable(`opens ${url}`);
  }
  const change = changing.get(name);
  const path = change === undefined ? undefined : fields[change.field];
  if (change === undefined || typeof path !== 'string') return undefined;
  // A path from the root is one of this machine; symbols are looked for in the files of the project alone.
  const isLocal = path.startsWith('/') || change.field === 'relative_path';
  if (!isLocal || !Object.keys(fields).every((field) => givenToThem.has(field))) return undefined;
  const effect = touch(path, change.access);
  return effect === 'looks' ? 'changes' : effect;
}
