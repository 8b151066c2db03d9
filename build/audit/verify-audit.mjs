#!/usr/bin/env node
// @ts-check
// Verifies an export of Gatehouse's audit log without Gatehouse: node verify-audit.mjs EXPORT.jsonl [--key PUBLIC_KEY]
// It needs Node 20 or newer and nothing else. What is checked:
//   - every row follows the one before it and hashes to its hash (SHA-256 over the canonical form of RFC 8785),
//   - every checkpoint's signature is of its key (Ed25519), and the row that it names has the hash that was signed,
//   - no checkpoint names a row after the last one, and both places have every checkpoint,
//   - no key signed after another one had taken its place; with --key, no other key signed at all.
// It ends with 0 when all of it holds, with 1 when something does not, and with 2 when it could not look.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, realpathSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** @typedef {{ seq: number, hash: string, at_ms: number, public_key: string, signature: string, places: Set<string> }} Checkpoint */
/** @typedef {{ seq: number, message: string }} Finding */

/**
 * The canonical form of a JSON value (RFC 8785): keys in the order of their UTF-16 units, numbers and strings as JavaScript
 * writes them, no spaces.
 * @param {unknown} value
 * @returns {string}
 */
export function canonicalJson(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

function sha256(/** @type {string} */ text) {
  return createHash('sha256').update(text).digest('hex');
}

function isSigned(/** @type {Checkpoint} */ { seq, hash, at_ms, public_key, signature }) {
  try {
    const x = Buffer.from(public_key, 'hex').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, Buffer.from(canonicalJson({ seq, hash, at_ms })), key, Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}

/** What the export says, line by line; the rows are looked at as they come, so that a million of them need no memory. */
class Examination {
  /** @type {Finding[]} */
  findings = [];
  /** @type {Finding[]} */
  gaps = [];
  /** @type {Map<number, Checkpoint[]>} */
  checkpoints = new Map();
  /** @type {string | undefined} */
  publicKey;
  headSeq = 0;
  headHash = '0'.repeat(64);
  rows = 0;
  isChainBroken = false;
  isWhole = false;

  take(/** @type {any} */ line) {
    switch (line.type) {
      case 'export':
        if (line.format !== 1) throw new Error(`this is an export of another format (${line.format})`);
        this.publicKey = line.public_key;
        return;
      case 'checkpoint':
        return this.takeCheckpoint(line);
      case 'row':
        return this.takeRow(line);
      case 'end':
        this.isWhole = line.rows === this.rows;
        return;
      default:
        throw new Error('this is not an export of the audit log');
    }
  }

  takeCheckpoint(/** @type {any} */ { seq, hash, at_ms, public_key, signature, place }) {
    const ofRow = this.checkpoints.get(seq) ?? [];
    const known = ofRow.find(
      (one) => one.signature === signature && one.hash === hash && one.public_key === public_key,
    );
    if (known !== undefined) known.places.add(place);
    else this.checkpoints.set(seq, [...ofRow, { seq, hash, at_ms, public_key, signature, places: new Set([place]) }]);
  }

  takeRow(/** @type {any} */ line) {
    const { hash, ...row } = line;
    // Only the export's own word for what the line is.
    delete row.type;
    this.rows += 1;
    if (this.isChainBroken) return;
    const seq = this.headSeq + 1;
    if (row.seq !== seq) this.breakChain(seq, 'is missing');
    else if (row.prev_hash !== this.headHash) this.breakChain(seq, 'does not follow the row before it');
    else if (sha256(canonicalJson(row)) !== hash) this.breakChain(seq, 'was changed: it does not hash to its hash');
    else {
      this.headSeq = seq;
      this.headHash = hash;
      for (const one of this.checkpoints.get(seq) ?? []) Object.assign(one, { isRight: one.hash === hash });
    }
  }

  breakChain(/** @type {number} */ seq, /** @type {string} */ what) {
    this.isChainBroken = true;
    this.findings.push({ seq, message: `row ${seq} ${what}` });
  }

  /** Looks at the checkpoints, once every row was seen. @param {string | undefined} demandedKey */
  conclude(demandedKey) {
    const all = [...this.checkpoints.values()].flat().sort((one, other) => one.seq - other.seq);
    /** @type {Map<string, { key: string, first: number, last: number, at_ms: number }>} */
    const keys = new Map();
    const signed = all.filter((one) => {
      if (!isSigned(one)) {
        this.findings.push({
          seq: one.seq,
          message: `the checkpoint of row ${one.seq} has a signature that is not of its key`,
        });
        return false;
      }
      const key = keys.get(one.public_key) ?? { key: one.public_key, first: one.seq, last: one.seq, at_ms: one.at_ms };
      keys.set(one.public_key, { ...key, last: one.seq });
      return true;
    });
    const inOrder = [...keys.values()].sort((one, other) => one.first - other.first);
    const unknown = this.unknownKeys(inOrder, demandedKey);
    for (const one of signed) {
      if (unknown.has(one.public_key)) continue;
      if (one.seq <= this.headSeq && !('isRight' in one && one.isRight === true)) {
        this.findings.push({
          seq: one.seq,
          message: `row ${one.seq} is not the one that was signed: the history before it was made anew`,
        });
      }
    }
    const lastSigned = signed.findLast((one) => !unknown.has(one.public_key))?.seq ?? 0;
    if (lastSigned > this.headSeq && !this.isChainBroken) {
      const seq = this.headSeq + 1;
      this.findings.push({ seq, message: `row ${seq} is missing: a checkpoint vouches for rows up to ${lastSigned}` });
    }
    for (const [key, seq] of unknown) {
      this.findings.push({
        seq,
        message: `row ${seq} has a checkpoint that another key than Gatehouse’s signed (${key})`,
      });
    }
    for (const one of all) {
      for (const place of ['database', 'file']) {
        if (one.places.has(place)) continue;
        this.gaps.push({ seq: one.seq, message: `the checkpoint of row ${one.seq} is missing in the ${place}` });
      }
    }
    const earliest = [...this.findings].sort((one, other) => one.seq - other.seq)[0] ?? this.gaps[0];
    const firstBad = earliest?.seq ?? Infinity;
    const vouched = signed.filter(
      (one) => !unknown.has(one.public_key) && one.seq <= this.headSeq && one.seq < firstBad,
    );
    return { first: earliest, keys: inOrder, signedSeq: vouched.at(-1)?.seq ?? 0, checkpoints: all.length };
  }

  /**
   * The keys that cannot have been Gatehouse's, each with the row at which that shows: when one begins, the one before is gone
   * for good, and the one that signs now is the last.
   * @param {readonly { key: string, first: number, last: number }[]} inOrder
   * @param {string | undefined} demandedKey
   */
  unknownKeys(inOrder, demandedKey) {
    /** @type {Map<string, number>} */
    const unknown = new Map();
    const current = inOrder.find(({ key }) => key === this.publicKey);
    let end = 0;
    for (const { key, first, last } of inOrder) {
      if (demandedKey !== undefined) {
        if (key !== demandedKey) unknown.set(key, first);
      } else if (key === current?.key) continue;
      else if (current !== undefined && last >= current.first) unknown.set(key, Math.max(first, current.first));
      else if (first <= end) unknown.set(key, first);
      else end = last;
    }
    return unknown;
  }
}

/**
 * Verifies an export, says what was found, and answers 0 when all of it holds and 1 when something does not. Throws when it
 * cannot look.
 * @param {string} path
 * @param {string | undefined} demandedKey
 * @param {(line: string) => void} say
 */
export async function verifyExport(path, demandedKey, say = console.log) {
  const examination = new Examination();
  let lineNumber = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    lineNumber += 1;
    let line;
    try {
      line = JSON.parse(text);
    } catch {
      throw new Error(`line ${lineNumber} is not whole`);
    }
    examination.take(line);
  }
  const { first, keys, signedSeq, checkpoints } = examination.conclude(demandedKey);
  say(`${examination.rows} rows, ${checkpoints} checkpoints; signed up to row ${signedSeq}`);
  for (const [index, { key, first: from, last, at_ms }] of keys.entries()) {
    say(`key ${key} signed rows up to ${last}, from ${new Date(at_ms).toISOString()} (row ${from}) on`);
    if (index > 0) say(`  NOTE: the key changed here. Whoever changed it could have made the rows before anew.`);
  }
  if (first !== undefined) {
    say(`DOES NOT HOLD: ${first.message}`);
    return 1;
  }
  if (!examination.isWhole) {
    say('DOES NOT HOLD: the export is not whole, its end is missing');
    return 1;
  }
  say('HOLDS');
  return 0;
}

/** @param {readonly string[]} args */
async function main(args) {
  const keyAt = args.indexOf('--key');
  const demandedKey = keyAt < 0 ? undefined : args[keyAt + 1];
  const [path, ...more] = args.filter((_, index) => keyAt < 0 || (index !== keyAt && index !== keyAt + 1));
  if (path === undefined || more.length > 0 || (keyAt >= 0 && demandedKey === undefined)) {
    console.error('node verify-audit.mjs EXPORT.jsonl [--key PUBLIC_KEY]');
    return 2;
  }
  try {
    return await verifyExport(path, demandedKey);
  } catch (error) {
    console.error(`cannot verify: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

// By its real path: a link to the script must never make it a script that says nothing and ends with 0.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
