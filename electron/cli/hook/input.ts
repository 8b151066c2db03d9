import type { HookInput } from './engine-hooks';

/** The longest input that is read, in bytes; what is longer is no tool call that anybody could decide about. */
const LONGEST = 32 * 1024 * 1024;

/** What the engine wrote to stdin, to its end; undefined when it is no JSON object or too long. */
export async function readInput(stdin: AsyncIterable<Buffer> = process.stdin): Promise<HookInput | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stdin) {
    size += part.length;
    if (size > LONGEST) return undefined;
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as HookInput) : undefined;
  } catch {
    return undefined;
  }
}
