import { refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import type { SomeCommands, SomeQueries } from '../../kernel/handler';
import { canonicalHash } from '../../kernel/store/canonical-json';
import { bootstrapRecords } from '../automations/adoption';
import { exportState } from './export';
import type { ReadFile } from './file';
import { conflictsOf, keepUnknown, writeState } from './import';
import { tellImported } from './import-facts';

/** state.import and the records that are missing at a start (spec/governance.md section 15). */
export const stateCommands = {
  'state.import'(context, { text, onConflict }) {
    const { store, emit } = context;
    // The file has been read before the transaction; what is here already, and so what becomes of it, is looked at in it.
    const read = context.prepared as ReadFile;
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
    keepUnknown(context, unknown, isSkipped, onConflict === 'replace' ? conflicts : []);
    const unknownPaths = unknown.map(({ path }) => path);
    emit({
      name: 'imported',
      payload: {
        counts,
        fileHash: canonicalHash(text),
        conflictCount: conflicts.length,
        ...defined({ onConflict }),
        unknownCount: unknown.length,
        hasFacts: true,
      },
    });
    tellImported(context, file, isSkipped);
    return succeeded({ counts, conflicts: [...conflicts], unknownPaths });
  },

  'records.bootstrap': (context) => succeeded({ count: bootstrapRecords(context) }),
} satisfies SomeCommands;

/** state.export. */
export const stateQueries = {
  'state.export': ({ store, now }) => succeeded({ text: exportState(store, now) }),
} satisfies SomeQueries;
