import { type Checkpoint, checkpointSchema, rotationSchema } from '../../../shared/contract/checkpoint';
import { actorSchema } from '../../../shared/kernel/actor';
import { encodeWire } from '../../../shared/kernel/wire';
import type { Clock } from '../../kernel/ports';
import type { Walk } from '../../kernel/queries';
import { startSlices } from '../../kernel/slices';
import type { ReadStore } from '../../kernel/store/database';
import type { CheckpointFile } from './checkpoint-file';
import type { CheckpointKeeper } from './checkpoints';
import { GENESIS_HASH, type StoredAuditRow } from './store-chain';

const PAGE_SIZE = 200;

/** What an export needs. */
export type ExportParts = {
  readonly checkpoints: Pick<CheckpointKeeper, 'settled' | 'currentKey'>;
  readonly file: CheckpointFile;
  readonly clock: Clock;
};

/** Makes exports of the audit log as it is when each begins, as text in pieces that end with whole lines. */
export type AuditExport = (store: ReadStore, walk: Walk) => AsyncGenerator<string, void>;

/**
 * The audit log in JSON lines, for build/audit/verify-audit.mjs: a head, the checkpoints of both places, the rows, and an end
 * by which an export that was cut off is known. It is exported as it is stored, whether it holds or not.
 */
export function createAuditExport({ checkpoints, file, clock }: ExportParts): AuditExport {
  return async function* exported(store, walk) {
    await checkpoints.settled();
    const slice = startSlices(walk.signal);
    const headSeq = store.audit.headSeq();
    const lastCheckpointSeq = store.checkpoints.last()?.seq ?? 0;
    const fileBytes = file.size();
    const key = checkpoints.currentKey();
    yield lineOf({
      ...{ type: 'export', format: 1, exported_at_ms: clock.now(), rows: headSeq },
      head_hash: store.audit.mark(headSeq)?.hash ?? GENESIS_HASH,
      ...(key !== undefined && { public_key: key.publicKey }),
      ...(key?.rotation !== undefined && { rotation: encodeWire(rotationSchema, key.rotation) }),
    });

    for (let seq = 0; seq < lastCheckpointSeq; ) {
      const page = store.checkpoints.after(seq, PAGE_SIZE).filter((one) => one.seq <= lastCheckpointSeq);
      yield page.map((one) => checkpointLine(one, 'database')).join('');
      seq = page.at(-1)?.seq ?? lastCheckpointSeq;
      await slice();
    }
    for await (const checkpoint of file.lines(fileBytes)) {
      if (checkpoint !== undefined) yield checkpointLine(checkpoint, 'file');
      await slice();
    }

    let rows = 0;
    for (let seq = 0; seq < headSeq; ) {
      const page = store.audit.storedAfter(seq, PAGE_SIZE).filter((row) => row[0] <= headSeq);
      yield page.map(rowLine).join('');
      rows += page.length;
      seq = page.at(-1)?.[0] ?? headSeq;
      walk.onProgress?.(seq, headSeq);
      await slice();
    }
    yield lineOf({ type: 'end', rows });
  };
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function checkpointLine(checkpoint: Checkpoint, place: 'database' | 'file'): string {
  return lineOf({ type: 'checkpoint', place, ...(encodeWire(checkpointSchema, checkpoint) as object) });
}

function rowLine([seq, atMs, eventType, actor, payload, prevHash, hash]: StoredAuditRow): string {
  return lineOf({
    ...{ type: 'row', seq, at_ms: atMs, event_type: eventType, actor: encodeWire(actorSchema, jsonOf(actor)) },
    ...{ payload: jsonOf(payload), prev_hash: prevHash, hash },
  });
}

/** Text that is no JSON, as only a hand other than ours leaves it, is exported as it is: then its row does not hold. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
