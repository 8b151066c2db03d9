/** What git's index says of a file: its size in bytes and when it was changed, in whole seconds. */
export type IndexedFile = { readonly size: number; readonly mtimeSeconds: number };

const HEADER_BYTES = 12;
const ENTRY_BYTES = 62;
const EXTENDED = 0x40_00;

/**
 * The files that an index names, with the size and time that git last saw. Undefined for a file that is none (formats 2 to 4).
 */
export function readGitIndex(bytes: Buffer): ReadonlyMap<string, IndexedFile> | undefined {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  const files = new Map<string, IndexedFile>();
  let at = HEADER_BYTES;
  let name = '';
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    if (at + ENTRY_BYTES > bytes.length) return undefined;
    const file = { mtimeSeconds: bytes.readUInt32BE(at + 8), size: bytes.readUInt32BE(at + 36) };
    let nameAt = at + ENTRY_BYTES + ((bytes.readUInt16BE(at + 60) & EXTENDED) === 0 ? 0 : 2);
    let kept = 0;
    if (version === 4) {
      const removed = variableLength(bytes, nameAt);
      kept = name.length - removed.value;
      nameAt = removed.next;
    }
    const end = bytes.indexOf(0, nameAt);
    if (end < 0) return undefined;
    name = name.slice(0, kept) + bytes.toString('latin1', nameAt, end);
    files.set(Buffer.from(name, 'latin1').toString('utf8'), file);
    // Entries of the older formats are filled up with one to eight zero bytes to a multiple of eight.
    at = version === 4 ? end + 1 : at + Math.ceil((end - at + 1) / 8) * 8;
  }
  return files;
}

function variableLength(bytes: Buffer, start: number): { readonly value: number; readonly next: number } {
  let at = start;
  let byte = bytes[at++] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes[at++] ?? 0;
    value = ((value + 1) << 7) | (byte & 0x7f);
  }
  return { value, next: at };
}
