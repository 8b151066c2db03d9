import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DeskOutputOf } from '../../shared/contract/desk-contract';
import { messageOf } from '../../shared/kernel/message-of';
import type { Walk } from '../kernel/queries';
import type { StoreHolder } from '../kernel/store-holder';
import type { AuditExport } from '../nouns/audit/export';
import { strings } from './strings';

/** What saving an export needs. */
export type SaveAuditParts = {
  readonly exportAudit: AuditExport;
  readonly holder: StoreHolder;
  /** Asks the operator for a file; undefined when they think better of it. */
  readonly askWhere: (suggestedName: string) => Promise<string | undefined>;
  /** The script that verifies an export, as it is shipped. */
  readonly scriptPath: string;
  readonly today: () => string;
};

/**
 * Writes the audit log to where the operator says, whole or not at all, and beside it the script that verifies it. The file that
 * was there before is replaced only by a whole one.
 */
export async function saveAudit(parts: SaveAuditParts, walk: Walk): Promise<DeskOutputOf<'desk.exportAudit'>> {
  const path = await parts.askWhere(`gatehouse-audit-${parts.today()}.jsonl`);
  if (path === undefined || walk.signal.aborted) return { state: 'cancelled' };
  const state = parts.holder.state();
  if (!state.isOpen) return { state: 'failed', message: strings.databaseUnusable };
  const unfinished = join(dirname(path), `.${basename(path)}.unfinished`);
  let rows = 0;
  const counting: Walk = {
    signal: walk.signal,
    onProgress(done, of) {
      rows = done;
      walk.onProgress?.(done, of);
    },
  };
  try {
    const file = createWriteStream(unfinished, { mode: 0o600, flush: true });
    await pipeline(parts.exportAudit(state.store.read, counting), file, { signal: walk.signal });
    const scriptPath = join(dirname(path), basename(parts.scriptPath));
    await pipeline(createReadStream(parts.scriptPath), createWriteStream(scriptPath));
    await rename(unfinished, path);
    return { state: 'saved', path, scriptPath, rows };
  } catch (error) {
    await rm(unfinished, { force: true });
    if (walk.signal.aborted) return { state: 'cancelled' };
    return { state: 'failed', message: messageOf(error) };
  }
}
