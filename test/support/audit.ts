import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Keychain } from '../../electron/kernel/ports';
import { databasePath } from '../../electron/kernel/store/home-files';
import { type DatabaseSync, openDatabase } from '../../electron/kernel/store/sqlite';
import { publicKeyOf, signCheckpoint } from '../../electron/nouns/audit/checkpoint-signature';
import { type AuditRow, GENESIS_HASH, storedRow } from '../../electron/nouns/audit/store-chain';
import type { AuditProblem, Checkpoint } from '../../shared/contract/checkpoint';
import { START, type World } from './world';

/** A keychain that opens only what it has sealed. */
export function fakeKeychain(): Keychain {
  const mark = `sealed by ${Math.random()} `;
  return {
    seal: (secret) => Buffer.from(mark + [...secret].reverse().join('')),
    open(sealed) {
      const text = sealed.toString();
      if (!text.startsWith(mark)) throw new Error('another keychain sealed this');
      return [...text.slice(mark.length)].reverse().join('');
    },
  };
}

/** Appends rows as commands would, each with its number in its payload. */
export function appendRows(world: World, count: number): void {
  world.store.transaction(({ audit }) => {
    for (let made = 0; made < count; made += 1) {
      const payload = { code: 'X', limit: audit.headSeq() + 1, rule: 'ü', value: 0.1 };
      const actor = { kind: 'agent', actorId: 'scout' } as const;
      audit.append({ name: 'denied', payload, agentIds: ['scout'] }, actor, world.clock.at);
    }
  });
}

/** A log of six rows, of which each second one has a checkpoint. */
export async function signLog(world: World): Promise<void> {
  world.checkpoints.open();
  for (let round = 0; round < 3; round += 1) {
    appendRows(world, 2);
    await world.checkpoints.duty.meet();
  }
}

/** Where the checkpoints outside the database are. */
export function checkpointFilePath(home: string): string {
  return join(home, 'audit-checkpoints.jsonl');
}

/** Changes the database behind the app's back, as somebody who can write to the data folder would. */
export function tamper(home: string, change: (database: DatabaseSync) => void): void {
  const database = openDatabase(databasePath(home), 1_000);
  const guards = database
    .prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('audit_log', 'audit_checkpoints')")
    .all();
  database.exec(
    `DROP TRIGGER IF EXISTS audit_log_never_changes; DROP TRIGGER IF EXISTS audit_log_never_shrinks;
     DROP TRIGGER IF EXISTS audit_checkpoints_never_change; DROP TRIGGER IF EXISTS audit_checkpoints_never_shrink;
     PRAGMA foreign_keys = OFF`,
  );
  change(database);
  // A schema that lacks them would be found by itself.
  for (const { sql } of guards) database.exec(String(sql));
  database.close();
}

/** Changes a row and makes every hash from it on anew, so that the chain holds in itself. */
export function rewriteFrom(home: string, seq: number): void {
  tamper(home, (database) => {
    const rows = database.prepare('SELECT * FROM audit_log WHERE seq >= ? ORDER BY seq').all(seq);
    const before = database.prepare('SELECT hash FROM audit_log WHERE seq = ?').get(seq - 1)?.['hash'];
    let prevHash = String(before ?? GENESIS_HASH);
    const update = database.prepare('UPDATE audit_log SET payload = ?, prev_hash = ?, hash = ? WHERE seq = ?');
    for (const row of rows) {
      const payload = { ...(JSON.parse(String(row['payload'])) as object), rewritten: true };
      const made: Omit<AuditRow, 'hash'> = {
        seq: Number(row['seq']),
        atMs: Number(row['at_ms']),
        eventType: String(row['event_type']),
        actor: JSON.parse(String(row['actor'])) as AuditRow['actor'],
        payload,
        prevHash,
      };
      const stored = storedRow(made);
      update.run(stored[4], prevHash, stored[6], made.seq);
      prevHash = stored[6];
    }
  });
}

/** A checkpoint of a row as it is now, signed with a key that is nobody's. */
function forged(database: DatabaseSync, seq: number): Checkpoint {
  const { privateKey } = generateKeyPairSync('ed25519');
  const hash = String(database.prepare('SELECT hash FROM audit_log WHERE seq = ?').get(seq)?.['hash']);
  return signCheckpoint({ seq, hash, atMs: START }, privateKey, publicKeyOf(privateKey));
}

function dropLines(home: string, isDropped: (line: string) => boolean): void {
  const path = checkpointFilePath(home);
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, lines.filter((line) => !isDropped(line)).join('\n'));
}

/** What can be done to the log that `signLog` makes, and what must be found. */
export const harms: readonly (readonly [
  name: string,
  harm: (home: string) => void,
  problem: AuditProblem,
  firstBadSeq: number,
])[] = [
  [
    'a payload that was changed',
    (home) => tamper(home, (database) => database.exec(`UPDATE audit_log SET payload = '{"n":9}' WHERE seq = 3`)),
    'row_changed',
    3,
  ],
  [
    'an actor that was changed',
    (home) =>
      tamper(home, (database) => database.exec(`UPDATE audit_log SET actor = '{"kind":"human"}' WHERE seq = 5`)),
    'row_changed',
    5,
  ],
  [
    'a payload that is no JSON any more',
    (home) => tamper(home, (database) => database.exec("UPDATE audit_log SET payload = '{' WHERE seq = 4")),
    'row_changed',
    4,
  ],
  [
    'a row that was changed and hashed anew, but not the ones after it',
    (home) =>
      tamper(home, (database) => database.exec(`UPDATE audit_log SET hash = '${'1'.repeat(64)}' WHERE seq = 3`)),
    'row_changed',
    3,
  ],
  [
    'a row that was taken out',
    (home) => tamper(home, (database) => database.exec('DELETE FROM audit_log WHERE seq = 3')),
    'row_missing',
    3,
  ],
  [
    'a tail that was cut',
    (home) => tamper(home, (database) => database.exec('DELETE FROM audit_log WHERE seq > 4')),
    'tail_cut',
    5,
  ],
  [
    'a tail that was cut with the checkpoints of the database',
    (home) =>
      tamper(home, (database) =>
        database.exec('DELETE FROM audit_log WHERE seq > 3; DELETE FROM audit_checkpoints WHERE seq > 3'),
      ),
    'tail_cut',
    4,
  ],
  ['a history that was rewritten as a whole', (home) => rewriteFrom(home, 1), 'history_rewritten', 2],
  ['a history that was rewritten from a row on', (home) => rewriteFrom(home, 3), 'history_rewritten', 4],
  [
    'a history that was rewritten, with the checkpoints of the database signed by another key',
    (home) => {
      rewriteFrom(home, 1);
      tamper(home, (database) => {
        for (const seq of [2, 4, 6]) {
          const { hash, publicKey, signature } = forged(database, seq);
          database
            .prepare('UPDATE audit_checkpoints SET hash = ?, public_key = ?, signature = ? WHERE seq = ?')
            .run(hash, publicKey, signature, seq);
        }
      });
    },
    'history_rewritten',
    2,
  ],
  [
    'a checkpoint that another key signed',
    (home) =>
      tamper(home, (database) => {
        const { publicKey, signature } = forged(database, 4);
        database
          .prepare('UPDATE audit_checkpoints SET public_key = ?, signature = ? WHERE seq = 4')
          .run(publicKey, signature);
      }),
    'unknown_key',
    4,
  ],
  [
    'a checkpoint with a signature of something else',
    (home) => tamper(home, (database) => database.exec('UPDATE audit_checkpoints SET at_ms = at_ms + 1 WHERE seq = 4')),
    'bad_signature',
    4,
  ],
  [
    'a checkpoint that is not in the database any more',
    (home) => tamper(home, (database) => database.exec('DELETE FROM audit_checkpoints WHERE seq = 4')),
    'checkpoint_missing_in_database',
    4,
  ],
  [
    'a checkpoint that is not in the file any more',
    (home) => dropLines(home, (line) => line.includes('"seq":4,')),
    'checkpoint_missing_in_file',
    4,
  ],
  [
    'a file of checkpoints that cannot be read',
    (home) => {
      rmSync(checkpointFilePath(home));
      mkdirSync(checkpointFilePath(home));
    },
    'checkpoint_missing_in_file',
    2,
  ],
  ['a file of checkpoints that is gone', (home) => rmSync(checkpointFilePath(home)), 'checkpoint_missing_in_file', 2],
];

/** The events after a seq, without their prefix, with their payloads. */
export function eventsAfter(world: World, seq = 0) {
  return world.store.read.audit.after(seq, 10_000).map(({ eventType, payload, actor }) => ({
    name: eventType.slice('automation.governance.'.length),
    payload,
    actor,
  }));
}

/** The names of the events after a seq. */
export function eventNamesAfter(world: World, seq = 0): readonly string[] {
  return eventsAfter(world, seq).map(({ name }) => name);
}

/** The seq of the newest event. */
export const headSeq = (world: World): number => world.store.read.audit.headSeq();

/** The payload of the newest event with this name. */
export function payloadOf(world: World, name: string): Readonly<Record<string, unknown>> {
  const event = eventsAfter(world).findLast((each) => each.name === name);
  if (event === undefined) throw new Error(`no event ${name}`);
  return event.payload;
}
