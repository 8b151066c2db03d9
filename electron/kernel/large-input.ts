import type { JsonObject } from '../../shared/kernel/fields';

/** What an ordinary input has at most, in characters of its texts and names; each key and item counts as some of them. */
const ORDINARY_SIZE = 16 * 1024;

const SIZE_OF_A_PART = 16;

/** Whether a command's input is so large that the command takes a turn of its own. Looks no further than until it is. */
export function isLargeInput(input: unknown): boolean {
  return sizeLeft(input, ORDINARY_SIZE) < 0;
}

/** What is left of a size when a JSON value is taken from it; below zero as soon as it is too large. */
function sizeLeft(value: unknown, size: number): number {
  if (typeof value === 'string') return size - value.length;
  if (typeof value !== 'object' || value === null) return size;
  let left = size;
  for (const name in value) {
    left = sizeLeft((value as JsonObject)[name], left - name.length - SIZE_OF_A_PART);
    if (left < 0) break;
  }
  return left;
}
