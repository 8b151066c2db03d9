import { type Rotation, rotationSchema } from '../../../shared/contract/checkpoint';
import { EVENT_PREFIX, type EventName, type Payload, readPayload } from '../../../shared/events';
import { isRotationRight } from './checkpoint-signature';
import type { AuditLogReader } from './store';

const eventType = `${EVENT_PREFIX}${'signing_key.rotated' satisfies EventName}`;

const PAGE_SIZE = 100;

/** A row that says that one key took the place of another: undefined what it says where it cannot be made out. */
export type RotationRow = { readonly seq: number; readonly rotation: Rotation | undefined };

function rotationIn(payload: Payload): Rotation | undefined {
  const read = rotationSchema.safeParse(readPayload(rotationSchema, payload));
  return read.success ? read.data : undefined;
}

/** Every change of the signing key that the log tells of, oldest first. There are few, and an index has them. */
export function* rotationsIn(audit: Pick<AuditLogReader, 'find'>): Generator<RotationRow> {
  for (let afterSeq = 0; ; ) {
    const { rows, lookedUntilSeq } = audit.find({ afterSeq, limit: PAGE_SIZE, eventType });
    for (const { seq, payload } of rows) yield { seq, rotation: rotationIn(payload) };
    if (rows.length < PAGE_SIZE) return;
    afterSeq = lookedUntilSeq;
  }
}

/** Whether two rotations are the same one. */
export function isSameRotation(one: Rotation | undefined, other: Rotation | undefined): boolean {
  return one?.signature === other?.signature && one?.newPublicKey === other?.newPublicKey;
}

/** What the log says of keys, to one who opens them. */
export type KeyHistory = {
  /** Whether the log has this very rotation. Throws where its row is there and cannot be read. */
  has(rotation: Rotation): boolean;
  /** Whether this key has itself signed that another one took its place. */
  isRetired(publicKey: string): boolean;
};

/** What this log says of keys. */
export function keyHistoryOf(audit: Pick<AuditLogReader, 'find' | 'storedAfter'>): KeyHistory {
  return {
    has(rotation) {
      const [row] = audit.storedAfter(rotation.fromSeq - 1, 1);
      if (row?.[0] !== rotation.fromSeq || row[2] !== eventType) return false;
      return isSameRotation(rotationIn(JSON.parse(row[4]) as Payload), rotation);
    },
    isRetired(publicKey) {
      for (const { seq, rotation } of rotationsIn(audit)) {
        if (rotation?.previousPublicKey !== publicKey || rotation.fromSeq !== seq) continue;
        if (isRotationRight(rotation)) return true;
      }
      return false;
    },
  };
}
