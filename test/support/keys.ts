import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyExport } from '../../build/audit/verify-audit.mjs';
import { publicKeyOf, signCheckpoint, signRotation } from '../../electron/nouns/audit/checkpoint-signature';
import type { AuditVerdict, Checkpoint, Rotation } from '../../shared/contract/checkpoint';
import { answered } from './answers';
import { operator, START, temporaryHome, type World } from './world';

const neverEnded = { signal: new AbortController().signal };

/** A key that somebody has. */
export type HeldKey = { readonly privateKey: KeyObject; readonly publicKey: string };

/** A key that is nobody's. */
export function strangersKey(): HeldKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKeyOf(privateKey) };
}

/** Where the key of this home is. */
export const keyFile = (home: string) => join(home, 'audit-key.json');

/** Where the key is that is to take its place. */
export const nextKeyFile = (home: string) => join(home, 'audit-key.next.json');

/** The key that signs now, as somebody who has read its file has it. */
export function stolenKey(home: string): HeldKey {
  const file = JSON.parse(readFileSync(keyFile(home), 'utf8')) as { private_key: string };
  const key = Buffer.from(file.private_key, 'base64');
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: publicKeyOf(privateKey) };
}

/** A key file with this key, and with this word for it. */
export function writeKeyFile(path: string, { privateKey, publicKey }: HeldKey, rotation?: Rotation): void {
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  const file = { kept_by: 'file', public_key: publicKey, private_key: secret };
  writeFileSync(path, JSON.stringify({ ...file, ...(rotation !== undefined && { rotation: wordOnDisk(rotation) }) }));
}

function wordOnDisk({ newPublicKey, previousPublicKey, atMs, fromSeq, signature }: Rotation) {
  const names = { new_public_key: newPublicKey, previous_public_key: previousPublicKey };
  return { ...names, at_ms: atMs, from_seq: fromSeq, signature };
}

/** The word of a key for another one, for this row. */
export function wordOf(previous: HeldKey, next: string, fromSeq: number): Rotation {
  const names = { newPublicKey: next, previousPublicKey: previous.publicKey };
  return signRotation({ ...names, atMs: START, fromSeq }, previous.privateKey);
}

/** Puts a row with this rotation at the end of the log, as somebody does who can write to the data folder. */
export function appendRotation(world: World, rotation: Rotation): void {
  world.store.transaction(({ audit }) => {
    audit.append({ name: 'signing_key.rotated', payload: rotation }, operator.actor, world.clock.at);
  });
}

/** Signs a row as it is now, and puts that into both places, instead of what they have of that row. */
export function forgeCheckpoint(world: World, seq: number, { privateKey, publicKey }: HeldKey): void {
  const hash = world.store.read.audit.mark(seq)?.hash ?? 'none';
  placeCheckpoint(world, signCheckpoint({ seq, hash, atMs: START }, privateKey, publicKey));
}

function placeCheckpoint(world: World, checkpoint: Checkpoint): void {
  const { seq, hash, atMs, publicKey, signature } = checkpoint;
  world.store.transaction(({ checkpoints }) => {
    if (checkpoints.find(seq) === undefined) checkpoints.insert(checkpoint);
  });
  const line = { seq, hash, at_ms: atMs, public_key: publicKey, signature };
  appendFileSync(join(world.home, 'audit-checkpoints.jsonl'), `${JSON.stringify(line)}\n`);
}

/** What verification says. */
export async function verdictOf(world: World, from: 'start' | 'checkpoint' = 'start'): Promise<AuditVerdict> {
  return answered(await world.send(operator, 'audit.verify', { from }, neverEnded));
}

/** What the script says that needs no Gatehouse, of an export that is made now. */
export async function scriptsVerdict(world: World, key?: string): Promise<{ isOk: boolean; said: string }> {
  let text = '';
  for await (const piece of world.exportAudit(world.store.read, neverEnded)) text += piece;
  const path = join(temporaryHome(), 'export.jsonl');
  writeFileSync(path, text);
  const lines: string[] = [];
  const code = await verifyExport(path, key, (line) => lines.push(line));
  return { isOk: code === 0, said: lines.join('\n') };
}
