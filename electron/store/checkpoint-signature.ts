import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Checkpoint } from '../../shared/checkpoint';
import { canonicalJson } from './canonical-json';

type Signed = Pick<Checkpoint, 'seq' | 'hash' | 'atMs'>;

/** What is signed: the canonical form of the checkpoint's own fields, with the wire's names, so that anyone can redo it. */
function signedText({ seq, hash, atMs }: Signed): Buffer {
  return Buffer.from(canonicalJson({ seq, hash, at_ms: atMs }));
}

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
    if (!/^[0-9a-f]{64}$/.test(publicKey) || !/^[0-9a-f]{128}$/.test(signature)) return false;
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
