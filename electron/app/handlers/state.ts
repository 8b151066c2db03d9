import { refused, succeeded } from '../../../shared/errors';
import { KEPT_ASIDE } from '../../../shared/state-file';
import { canonicalHash } from '../../store/canonical-json';
import type { CommandHandlers, QueryHandlers } from '../handler';
import { exportState } from '../state-export';
import { readStateFile } from '../state-file';
import { tellImported } from '../import-facts';
import { conflictsOf, writeState } from '../state-import';

/** state.import (spec/governance.md section 15). */
export const stateCommands: CommandHandlers<'state.import'> = {
  'state.import'(context, { text, onConflict }) {
    const { store, now, emit } = context;
    const read = readStateFile(text);
    if (!read.ok) return read;
    const { file, unknown } = read.value;
    const conflicts = conflictsOf(store, file);
    if (conflicts.length > 0 && onConflict === undefined) {
      return refused('STATE_IMPORT_CONFLICTS', { details: { conflicts } });
    }
    const isConflict = new Set(conflicts.map(({ section, id }) => JSON.stringify([section, id])));
    const isSkipped = (section: string, id: string) =>
      onConflict === 'skip' && isConflict.has(JSON.stringify([section, id]));
    const counts = writeState(context, file, isSkipped);
    if (unknown.length > 0) store.kept.keep(`${KEPT_ASIDE}${now}`, unknown);
    const unknownPaths = unknown.map(({ path }) => path);
    emit({
      name: 'imported',
      payload: {
        counts,
        file_hash: canonicalHash(text),
        conflict_count: conflicts.length,
        ...(onConflict !== undefined && { on_conflict: onConflict }),
        unknown_count: unknown.length,
        has_facts: true,
      },
      subjects: {},
    });
    tellImported(context, file, isSkipped);
    return succeeded({ counts, conflicts: [...conflicts], unknownPaths });
  },
};

/** state.export. */
export const stateQueries: QueryHandlers<'state.export'> = {
  'state.export': ({ store, now }) => succeeded({ text: `${JSON.stringify(exportState(store, now), null, 2)}\n` }),
};
