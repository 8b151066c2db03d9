#!/usr/bin/env node
// @ts-check
// Verifies an export of Gatehouse's audit log without Gatehouse: node verify-audit.mjs EXPORT.jsonl [--key PUBLIC_KEY]
// It needs Node 20 or newer and nothing else. What is checked:
//   - every row follows the one before it and hashes to its hash (SHA-256 over the canonical form of RFC 8785),
//   - every checkpoint's signature is of its key (Ed25519), and the row that it names has the hash that was signed,
//   - no checkpoint names a row after the last one, and both places have every checkpoint,
//   - every change of the key that a row tells of is signed for that row by the key of that time, and each key signed only in its
//     time: from that row on the next one, before it the one before,
//   - where a key begins without the word of the one before, that one never signs again,
//   - with --key, no other key signed but those before it by whose word it signs (it has signed what they said), and those after it
//     by its word.
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

/** @typedef {{ new_public_key: string, previous_public_key: string, at_ms: number, from_seq: number, signature: string }} Rotation */

function isRotationSigned(/** @type {Rotation} */ { signature, ...said }) {
  try {
    const x = Buffer.from(said.previous_public_key, 'hex').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, Buffer.from(canonicalJson(said)), key, Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}

function rotationOf(/** @type {any} */ payload) {
  return {
    new_public_key: String(payload.newPublicKey),
    previous_public_key: String(payload.previousPublicKey),
    at_ms: payload.atMs,
    from_seq: payload.fromSeq,
    signature: String(payload.signature),
  };
}

/**
 * A key's time: from the row that told of it, where one did, to before the row that told of the next. A line is of keys of which
 * each but the first took its place by the word of the one before.
 * @typedef {{ key: string, line: KeyTime[], from: number, end: number, signed: Checkpoint[] }} KeyTime
 */

/** What the export says, line by line; the rows are looked at as they come, so that a million of them need no memory. */
class Examination {
  /** @type {Finding[]} */
  findings = [];
  /** @type {Finding[]} */
  gaps = [];
  /** @type {Map<number, Checkpoint[]>} */
  checkpoints = new Map();
  /** @type {{ seq: number, rotation: Rotation }[]} */
  rotations = [];
  /** @type {string | undefined} */
  publicKey;
  /** How the key that signed last took its place, as it remembers that. @type {Rotation | undefined} */
  remembered;
  /** How many rows there were when a key began although nothing was signed before. */
  rowsBeforeKey = 0;
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
        this.remembered = line.rotation;
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
      this.takeEvent(seq, row);
    }
  }

  takeEvent(/** @type {number} */ seq, /** @type {any} */ { event_type, payload }) {
    if (event_type === 'automation.governance.signing_key.rotated') {
      this.rotations.push({ seq, rotation: rotationOf(payload) });
    }
    if (event_type === 'automation.governance.signing_key.began' && this.rowsBeforeKey === 0) {
      this.rowsBeforeKey = Number(payload.rowsBefore ?? payload.rows_before);
    }
  }

  breakChain(/** @type {number} */ seq, /** @type {string} */ what) {
    this.isChainBroken = true;
    this.findings.push({ seq, message: `row ${seq} ${what}` });
  }

  /** Looks at the checkpoints, once every row was seen. @param {string | undefined} demandedKey */
  conclude(demandedKey) {
    const all = [...this.checkpoints.values()].flat().sort((one, other) => one.seq - other.seq);
    const signed = all.filter((one) => {
      const isRight = isSigned(one);
      if (!isRight) {
        const message = `the checkpoint of row ${one.seq} has a signature that is not of its key`;
        this.findings.push({ seq: one.seq, message });
      }
      return isRight;
    });
    const times = this.keyTimes(signed);
    for (const one of signed) {
      const time = times.get(one.public_key);
      if (time === undefined || one.seq < time.from || one.seq >= time.end) this.findStranger(one.seq, one.public_key);
      else time.signed.push(one);
    }
    const inUse = [...times.values()].filter((time) => time.signed.length > 0);
    const believed = this.believedLines([...times.values()], demandedKey);
    const vouching = inUse.filter(({ line }) => believed.has(line)).flatMap((time) => time.signed);
    for (const one of vouching) {
      if (one.seq > this.headSeq || ('isRight' in one && one.isRight === true)) continue;
      const message = `row ${one.seq} is not the one that was signed: the history before it was made anew`;
      this.findings.push({ seq: one.seq, message });
    }
    const lastSigned = latest(vouching);
    if (lastSigned > this.headSeq && !this.isChainBroken) {
      const seq = this.headSeq + 1;
      this.findings.push({ seq, message: `row ${seq} is missing: a checkpoint vouches for rows up to ${lastSigned}` });
    }
    this.findGaps(all, signed[0]?.seq ?? Infinity);
    const earliest = [...this.findings].sort((one, other) => one.seq - other.seq)[0] ?? this.gaps[0];
    const firstBad = this.findings.length === 0 ? Infinity : (earliest?.seq ?? Infinity);
    const vouched = vouching.filter(({ seq }) => seq <= this.headSeq && seq < firstBad);
    const keys = inUse.sort((one, other) => firstOf(one).seq - firstOf(other).seq);
    return { first: earliest, keys, signedSeq: latest(vouched), checkpoints: all.length };
  }

  /** What a place lacks, which is said where nothing worse is. */
  findGaps(/** @type {readonly Checkpoint[]} */ all, /** @type {number} */ firstSigned) {
    for (const one of all) {
      for (const place of ['database', 'file']) {
        if (one.places.has(place)) continue;
        this.gaps.push({ seq: one.seq, message: `the checkpoint of row ${one.seq} is missing in the ${place}` });
      }
    }
    // A signature from before that key's time vouches for what is older than the key.
    if (this.rowsBeforeKey > 0 && firstSigned > this.rowsBeforeKey) {
      const message = `rows 1 to ${this.rowsBeforeKey} are older than the first signature, and no key vouches for them`;
      this.gaps.push({ seq: 1, message });
    }
  }

  findStranger(/** @type {number} */ seq, /** @type {string} */ key) {
    const message = `row ${seq} has a checkpoint that another key than Gatehouse’s of that time signed (${key})`;
    this.findings.push({ seq, message });
  }

  /**
   * The time of every key; rotations that do not hold are found on the way.
   * @param {readonly Checkpoint[]} signed in the order of their rows
   */
  keyTimes(signed) {
    /** @type {Map<string, KeyTime>} */
    const times = new Map();
    /** @type {Map<string, number>} */
    const firstSeqs = new Map();
    for (const { public_key, seq } of signed) if (!firstSeqs.has(public_key)) firstSeqs.set(public_key, seq);
    const begin = (/** @type {string} */ key, /** @type {KeyTime[]} */ line, /** @type {number} */ from) => {
      /** @type {KeyTime} */
      const time = { key, line, from, end: Infinity, signed: [] };
      line.push(time);
      times.set(key, time);
      return time;
    };
    const hasSignedBefore = (/** @type {string} */ key, /** @type {number} */ seq) =>
      (firstSeqs.get(key) ?? Infinity) < seq;
    const isInItsTime = (/** @type {string} */ key, /** @type {number} */ seq) => {
      const time = times.get(key);
      if (time !== undefined) return time.end === Infinity;
      return hasSignedBefore(key, seq) || (signed[0]?.seq ?? Infinity) >= seq;
    };
    for (const { seq, rotation } of this.rotations) {
      const { new_public_key, previous_public_key, from_seq, signature } = rotation;
      const isRight =
        from_seq === seq &&
        isRotationSigned(rotation) &&
        isInItsTime(previous_public_key, seq) &&
        !times.has(new_public_key) &&
        !hasSignedBefore(new_public_key, seq) &&
        new_public_key !== previous_public_key &&
        (new_public_key !== this.publicKey || signature === this.remembered?.signature);
      if (!isRight) {
        const message = `row ${seq} changes the key, and the key of that time did not sign that for this row`;
        this.findings.push({ seq, message });
        continue;
      }
      const previous = times.get(previous_public_key) ?? begin(previous_public_key, [], 1);
      previous.end = seq;
      begin(new_public_key, previous.line, seq);
    }
    for (const { public_key } of signed) if (!times.has(public_key)) begin(public_key, [], 1);
    this.findForgotten();
    return times;
  }

  /** The key that signed last remembers the row by which it took its place; a log without that row is another one. */
  findForgotten() {
    const { remembered } = this;
    if (remembered === undefined || this.isChainBroken) return;
    if (this.rotations.some(({ rotation }) => rotation.signature === remembered.signature)) return;
    const seq = Math.min(remembered.from_seq, this.headSeq + 1);
    this.findings.push({ seq, message: `row ${seq} is not the one by which the key that signs took its place` });
  }

  /**
   * The lines that can have been Gatehouse's: when one begins, the one before is gone for good, and the line of the key that signs
   * now is the last. With a demanded key, its line alone, and of what came before it only what it has itself signed for.
   * @param {readonly KeyTime[]} times
   * @param {string | undefined} demandedKey
   */
  believedLines(times, demandedKey) {
    const lines = [...new Set(times.map(({ line }) => line))];
    const extents = lines.map(extentOf).sort((one, other) => one.first - other.first);
    /** @type {Set<KeyTime[]>} */
    const believed = new Set();
    if (demandedKey !== undefined) {
      for (const { line, first } of extents) {
        const demanded = line.find(({ key }) => key === demandedKey);
        if (demanded !== undefined && (demanded === line[0] || demanded.signed.length > 0)) believed.add(line);
        else if (first < Infinity) this.findStranger(first, line[0]?.key ?? '');
      }
      return believed;
    }
    const current = extents.find(({ line }) => line.some(({ key }) => key === this.publicKey));
    let end = 0;
    for (const { line, first, last } of extents) {
      if (line === current?.line || first === Infinity) believed.add(line);
      else if (current !== undefined && last >= current.first) {
        this.findStranger(Math.max(first, current.first), line[0]?.key ?? '');
      } else if (first <= end) this.findStranger(first, line[0]?.key ?? '');
      else {
        believed.add(line);
        end = last;
      }
    }
    return believed;
  }
}

/** The first and the last row of what a line of keys signed, and of its rotations. */
function extentOf(/** @type {KeyTime[]} */ line) {
  let [first, last] = [Infinity, 0];
  for (const { signed, end } of line) {
    for (const seq of [...signed.map((one) => one.seq), ...(end === Infinity ? [] : [end])]) {
      [first, last] = [Math.min(first, seq), Math.max(last, seq)];
    }
  }
  return { line, first, last };
}

/** The last row of these; 0 where there is none. */
function latest(/** @type {readonly Checkpoint[]} */ signed) {
  return signed.reduce((most, { seq }) => Math.max(most, seq), 0);
}

function firstOf(/** @type {KeyTime} */ { signed }) {
  return /** @type {Checkpoint} */ (signed[0]);
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
  for (const [index, time] of keys.entries()) {
    const [{ seq: from, at_ms }, last] = [firstOf(time), time.signed.at(-1)?.seq];
    say(`key ${time.key} signed rows up to ${last}, from ${new Date(at_ms).toISOString()} (row ${from}) on`);
    if (index === 0) continue;
    say(
      time.line[0] === time
        ? '  NOTE: the key changed here. Whoever changed it could have made the rows before anew.'
        : '  the key before signed that this one takes its place',
    );
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
  void main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
