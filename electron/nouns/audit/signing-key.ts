import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Checkpoint, type Rotation, rotationSchema } from '../../../shared/contract/checkpoint';
import { decodeWire, encodeWire, toWireSchema } from '../../../shared/kernel/wire';
import type { Keychain } from '../../kernel/ports';
import { isRotationRight, publicKeyOf, signCheckpoint, signRotation } from './checkpoint-signature';
import type { KeyHistory } from './rotations';

/** The key that signs checkpoints (spec/governance.md section 13). Its private half leaves this file only sealed, or as its file. */
export type SigningKey = {
  readonly keptBy: 'keychain' | 'file';
  readonly publicKey: string;
  /** How it took the place of the key before it; undefined where it was the first, or the one before was lost. */
  readonly rotation: Rotation | undefined;
  /** Whether it was made just now, because there was none that may sign. */
  readonly isNew: boolean;
  sign(signed: Pick<Checkpoint, 'seq' | 'hash' | 'atMs'>): Checkpoint;
  /**
   * Makes the key that is to take this one's place from the row `fromSeq` on, kept beside it. It does not sign yet: that begins when
   * the key is opened anew, once the log has the rotation.
   */
  prepareNext(when: Pick<Rotation, 'atMs' | 'fromSeq'>): Rotation;
};

/** Thrown when there is a key that cannot be used. No other is made in its place: that would look as if it had been lost. */
export class SigningKeyError extends Error {}

const fileSchema = z.object({
  kept_by: z.enum(['keychain', 'file']),
  public_key: z.string(),
  /** PKCS #8 in base64: itself, or as the keychain has sealed it. */
  private_key: z.string(),
  rotation: toWireSchema(rotationSchema).exactOptional(),
});

/** Where keys are, and what seals them. */
type KeyFolder = { readonly home: string; readonly keychain: Keychain | undefined };

type KeyPair = Pick<SigningKey, 'keptBy' | 'publicKey' | 'rotation'> & { readonly privateKey: KeyObject };

function keyPath(home: string): string {
  return join(home, 'audit-key.json');
}

function nextKeyPath(home: string): string {
  return join(home, 'audit-key.next.json');
}

/**
 * Opens the key of this home folder, or makes it when there is none: kept by the keychain where there is one, in a file that
 * only this user can read otherwise. A key that has lain open in a file stays there: moving it would only look safer. A change of
 * the key is carried out, or forgotten, as the log has it or not; and a key that has given its place away never signs again, so
 * one that was put back counts as none. Throws SigningKeyError when there is a key that cannot be read, and what the disk says when
 * a new one cannot be written.
 */
export function openSigningKey(home: string, keychain: Keychain | undefined, history: KeyHistory): SigningKey {
  const folder = { home, keychain };
  if (existsSync(nextKeyPath(home))) {
    const next = readKey(folder, nextKeyPath(home));
    if (isSuccessor(next, readKey(folder, keyPath(home)), history)) moveWhole(nextKeyPath(home), keyPath(home));
    else rmSync(nextKeyPath(home));
  }
  if (existsSync(keyPath(home))) {
    const kept = readKey(folder, keyPath(home));
    if (!history.isRetired(kept.publicKey)) return signingKey(folder, kept, false);
  }
  const made = newKeyPair(folder);
  keep(folder, made, keyPath(home));
  return signingKey(folder, made, true);
}

function isSuccessor({ publicKey, rotation }: KeyPair, kept: KeyPair, history: KeyHistory): boolean {
  if (rotation?.newPublicKey !== publicKey || rotation.previousPublicKey !== kept.publicKey) return false;
  return isRotationRight(rotation) && history.has(rotation);
}

function newKeyPair({ keychain }: KeyFolder): KeyPair {
  const { privateKey } = generateKeyPairSync('ed25519');
  const keptBy = keychain === undefined ? 'file' : 'keychain';
  return { keptBy, privateKey, publicKey: publicKeyOf(privateKey), rotation: undefined };
}

function keep({ keychain }: KeyFolder, { keptBy, privateKey, publicKey, rotation }: KeyPair, path: string): void {
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  const file = {
    ...{ kept_by: keptBy, public_key: publicKey },
    private_key: keychain === undefined ? secret : seal(secret, keychain),
    ...(rotation !== undefined && { rotation: encodeWire(rotationSchema, rotation) }),
  } satisfies z.input<typeof fileSchema>;
  writeFileSync(`${path}.new`, `${JSON.stringify(file)}\n`, { mode: 0o600, flush: true });
  moveWhole(`${path}.new`, path);
}

function seal(secret: string, keychain: Keychain): string {
  try {
    return keychain.seal(secret).toString('base64');
  } catch (error) {
    throw new SigningKeyError(`the keychain did not take the signing key: ${String(error)}`, { cause: error });
  }
}

function readKey({ keychain }: KeyFolder, path: string): KeyPair {
  try {
    const file = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    if (file.kept_by === 'keychain' && keychain === undefined) throw new Error('the keychain that has it is not there');
    const bytes = Buffer.from(file.private_key, 'base64');
    const secret = file.kept_by === 'keychain' ? keychain?.open(bytes) : file.private_key;
    const privateKey = createPrivateKey({ key: Buffer.from(secret ?? '', 'base64'), format: 'der', type: 'pkcs8' });
    const publicKey = publicKeyOf(privateKey);
    if (publicKey !== file.public_key) throw new Error('its two halves do not belong together');
    const rotation = file.rotation === undefined ? undefined : (decodeWire(rotationSchema, file.rotation) as Rotation);
    return { keptBy: file.kept_by, privateKey, publicKey, rotation };
  } catch (error) {
    throw new SigningKeyError(`the signing key cannot be read: ${String(error)}`, { cause: error });
  }
}

function signingKey(folder: KeyFolder, pair: KeyPair, isNew: boolean): SigningKey {
  const { keptBy, privateKey, publicKey, rotation } = pair;
  return {
    ...{ keptBy, publicKey, rotation, isNew },
    sign: (signed) => signCheckpoint(signed, privateKey, publicKey),
    prepareNext(when) {
      const next = newKeyPair(folder);
      const names = { newPublicKey: next.publicKey, previousPublicKey: publicKey };
      const word = signRotation({ ...names, ...when }, privateKey);
      keep(folder, { ...next, rotation: word }, nextKeyPath(folder.home));
      return word;
    },
  };
}

/** Puts a file in the place of another, durably. */
function moveWhole(from: string, path: string): void {
  renameSync(from, path);
  if (process.platform === 'win32') return;
  const folder = openSync(join(path, '..'), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
