import { noBounds, readJson } from '../../../shared/kernel/json-text';
import type { HookInput } from '../../engines/engine';

/** The longest input that is read, in bytes; what is longer is no tool call that anybody could decide about. */
const LONGEST = 32 * 1024 * 1024;

/** What the engine wrote to stdin, to its end; undefined when it is no JSON object, has more than one meaning, or is too long. */
export async function readInput(stdin: AsyncIterable<Buffer> = process.stdin): Promise<HookInput | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stdin) {
    size += part.length;
    if (size > LONGEST) return undefined;
    parts.push(part);
  }
  // An act that is not what the engine wrote would be approved in place of another one.
  const read = readJson(Buffer.concat(parts).toString('utf8'), noBounds);
  const value = read.ok ? read.value : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as HookInput) : undefined;
}
