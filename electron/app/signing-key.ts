import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Checkpoint } from '../../shared/checkpoint';
import { publicKeyOf, signCheckpoint } from '../store/checkpoint-signature';
import type { Keychain } from './ports';

/** The key that signs checkpoints (spec/governance.md section 13). Its private half leaves this file only sealed, or as its file. */
export type SigningKey = {
  readonly keptBy: 'keychain' | 'file';
  readonly publicKey: string;
  /** Whether it was made just now, because there was none. */
  readonly isNew: boolean;
  sign(signed: Pick<Checkpoint, 'seq' | 'hash' | 'atMs'>): Checkpoint;
};

/** Thrown when there is a key that cannot be used. No other is made in its place: that would look as if it had been lost. */
export class SigningKeyError extends Error {}

const fileSchema = z.object({
  kept_by: z.enum(['keychain', 'file']),
  public_key: z.string(),
  /** PKCS #8 in base64: itself, or as the keychain has sealed it. */
  private_key: z.string(),
});

function keyPath(home: string): string {
  return join(home, 'audit-key.json');
}

/**
 * Opens the key of this home folder, or makes it when there is none: kept by the keychain where there is one, in a file that
 * only this user can read otherwise. A key that has lain open in a file stays there: moving it would only look safer. Throws
 * SigningKeyError when there is a key that cannot be read, and what the disk says when a new one cannot be written.
 */
export function openSigningKey(home: string, keychain: Keychain | undefined): SigningKey {
  if (!existsSync(keyPath(home))) return makeKey(home, keychain);
  const { keptBy, privateKey, publicKey } = readKey(home, keychain);
  return signingKey(privateKey, publicKey, keptBy, false);
}

function makeKey(home: string, keychain: Keychain | undefined): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = publicKeyOf(privateKey);
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  const keptBy = keychain === undefined ? 'file' : 'keychain';
  const kept = keychain === undefined ? secret : seal(secret, keychain);
  const file = { kept_by: keptBy, public_key: publicKey, private_key: kept } satisfies z.input<typeof fileSchema>;
  writeWhole(keyPath(home), `${JSON.stringify(file)}\n`);
  return signingKey(privateKey, publicKey, keptBy, true);
}

function seal(secret: string, keychain: Keychain): string {
  try {
    return keychain.seal(secret).toString('base64');
  } catch (error) {
    throw new SigningKeyError(`the keychain did not take the signing key: ${String(error)}`, { cause: error });
  }
}

function readKey(home: string, keychain: Keychain | undefined) {
  try {
    const file = fileSchema.parse(JSON.parse(readFileSync(keyPath(home), 'utf8')));
    if (file.kept_by === 'keychain' && keychain === undefined) throw new Error('the keychain that has it is not there');
    const bytes = Buffer.from(file.private_key, 'base64');
    const secret = file.kept_by === 'keychain' ? keychain?.open(bytes) : file.private_key;
    const privateKey = createPrivateKey({ key: Buffer.from(secret ?? '', 'base64'), format: 'der', type: 'pkcs8' });
    if (publicKeyOf(privateKey) !== file.public_key) throw new Error('its two halves do not belong together');
    return { keptBy: file.kept_by, privateKey, publicKey: file.public_key };
  } catch (error) {
    throw new SigningKeyError(`the signing key cannot be read: ${String(error)}`, { cause: error });
  }
}

function signingKey(
  privateKey: KeyObject,
  publicKey: string,
  keptBy: SigningKey['keptBy'],
  isNew: boolean,
): SigningKey {
  return { keptBy, publicKey, isNew, sign: (signed) => signCheckpoint(signed, privateKey, publicKey) };
}

/** The file is there whole or not at all, also when power is lost: a torn key would be one that cannot be used. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  if (process.platform === 'win32') return;
  const folder = openSync(join(path, '..'), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
