import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Checkpoint, Rotation } from '../../../shared/contract/checkpoint';
import { canonicalJson } from '../../kernel/store/canonical-json';

type Signed = Pick<Checkpoint, 'seq' | 'hash' | 'atMs'>;

/** What is signed: the canonical form of the checkpoint's own fields, with the wire's names, so that anyone can redo it. */
function signedText({ seq, hash, atMs }: Signed): Buffer {
  return Buffer.from(canonicalJson({ seq, hash, at_ms: atMs }));
}

type Successor = Omit<Rotation, 'signature'>;

function rotationText({ newPublicKey, previousPublicKey, atMs, fromSeq }: Successor): Buffer {
  const names = { new_public_key: newPublicKey, previous_public_key: previousPublicKey };
  return Buffer.from(canonicalJson({ ...names, at_ms: atMs, from_seq: fromSeq }));
}

/** The word of a key, whose public half is `previousPublicKey`, for the one that takes its place. */
export function signRotation(successor: Successor, privateKey: KeyObject): Rotation {
  return { ...successor, signature: sign(null, rotationText(successor), privateKey).toString('hex') };
}

/** Whether a rotation is signed by the key that it says was there before. Whether that key was there is another question. */
export function isRotationRight(rotation: Rotation): boolean {
  const { previousPublicKey, signature } = rotation;
  if (!isKeyText(previousPublicKey) || !/^[0-9a-f]{128}$/.test(signature)) return false;
  try {
    return verify(null, rotationText(rotation), keyOf(previousPublicKey), Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}

const isKeyText = (text: string) => /^[0-9a-f]{64}$/.test(text);

/** The 32 bytes of an Ed25519 key's public half, in hex. */
export function publicKeyOf(privateKey: KeyObject): string {
  return Buffer.from(String(createPublicKey(privateKey).export({ format: 'jwk' }).x), 'base64url').toString('hex');
}

/** The checkpoint, signed with a key whose public half is `publicKey`. */
export function signCheckpoint(signed: Signed, privateKey: KeyObject, publicKey: string): Checkpoint {
  return { ...signed, publicKey, signature: sign(null, signedText(signed), privateKey).toString('hex') };
}

/** Looks whether signatures are of the keys that their checkpoints carry. Whose keys those are is another question. */
export function createSignatureCheck(): (checkpoint: Checkpoint) => boolean {
  const keys = new Map<string, KeyObject>();
  return (checkpoint) => {
    const { publicKey, signature } = checkpoint;
    if (!isKeyText(publicKey) || !/^[0-9a-f]{128}$/.test(signature)) return false;
    try {
      const key = keys.get(publicKey) ?? keyOf(publicKey);
      keys.set(publicKey, key);
      return verify(null, signedText(checkpoint), key, Buffer.from(signature, 'hex'));
    } catch {
      // 32 bytes that are no point of the curve.
      return false;
    }
  };
}

function keyOf(publicKey: string): KeyObject {
  const x = Buffer.from(publicKey, 'hex').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
