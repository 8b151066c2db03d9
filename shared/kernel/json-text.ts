/** What is wrong with a JSON text: where, by its keys and indexes, and what, as the end of a sentence that begins with the place. */
export type JsonFault = {
  readonly kind: 'syntax' | 'depth' | 'size' | 'number' | 'duplicate';
  readonly path: readonly PropertyKey[];
  readonly message: string;
};

/** The value of a JSON text, or the first thing that is wrong with it. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault };

/** What a text may hold. */
export type JsonBounds = {
  /** Arrays and objects inside each other, the outermost counted. */
  readonly maxDepth: number;
  /** Keys of all objects and items of all arrays together. */
  readonly maxParts: number;
  /**
   * Numbers, as they are written, that are let through although they do not survive: `18446744073709551615` is read as 2 ** 64,
   * which nothing else that is let through is read as but 18446744073709552000.
   */
  readonly alsoNumbers?: ReadonlySet<string>;
};

/** What a request may hold (spec/api.md section 1). */
export const requestBounds: JsonBounds = { maxDepth: 64, maxParts: 20_000 };

/** For a text of the operator's or the engine's own, as long and as deep as it is. */
export const noBounds: JsonBounds = { maxDepth: Number.POSITIVE_INFINITY, maxParts: Number.POSITIVE_INFINITY };

/** One level of the place that the reading is at: the key or index that is being read, and the keys that an object had so far. */
type Level = { place: PropertyKey; keys: Set<string> | undefined; isAtKey: boolean };

/**
 * The value of a JSON text that means the same to every reader (spec/api.md section 1): without a key twice, without a number that
 * does not survive, and without names that reach into an object's prototype. The bounds are looked at in one pass over the text,
 * before anything is made of it.
 */
export function readJson(given: string, bounds: JsonBounds): JsonReading {
  const text = given.startsWith('\uFEFF') ? given.slice(1) : given;
  const fault = faultOf(text, bounds);
  if (fault !== undefined) return { ok: false, fault };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, fault: syntaxFault };
  }
}

const syntaxFault: JsonFault = { kind: 'syntax', path: [], message: 'is not valid JSON' };

const literal = /true|false|null/y;
const number = /-?\d[\d.eE+-]*/y;

/** The first fault of a text; whether it is JSON in all else is left to JSON.parse, which is faster at it. */
function faultOf(text: string, { maxDepth, maxParts, alsoNumbers }: JsonBounds): JsonFault | undefined {
  const levels: Level[] = [];
  let level: Level | undefined;
  let partCount = 0;
  const path = () => levels.map(({ place }) => place);

  /** Notes that a value begins; answers whether there are too many. */
  const isOneTooMany = () => {
    if (level === undefined || level.keys !== undefined) return false;
    level.place = Number(level.place) + 1;
    return ++partCount > maxParts;
  };
  const tooMany = (): JsonFault => ({
    kind: 'size',
    path: [],
    message: `has more than ${maxParts.toLocaleString('en')} keys and items`,
  });

  for (let at = 0; at < text.length; ) {
    switch (text[at]) {
      case ' ':
      case '\n':
      case '\r':
      case '\t':
      case ':':
        at += 1;
        break;
      case ',':
        if (level !== undefined) level.isAtKey = level.keys !== undefined;
        at += 1;
        break;
      case '[':
      case '{': {
        if (isOneTooMany()) return tooMany();
        if (levels.length === maxDepth) {
          return { kind: 'depth', path: path().slice(0, 1), message: `is nested over ${maxDepth} deep` };
        }
        const isObject = text[at] === '{';
        level = { place: isObject ? '' : -1, keys: isObject ? new Set() : undefined, isAtKey: isObject };
        levels.push(level);
        at += 1;
        break;
      }
      case ']':
      case '}':
        levels.pop();
        level = levels.at(-1);
        at += 1;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (end < 0) return syntaxFault;
        if (level?.keys !== undefined && level.isAtKey) {
          const key = keyOf(text.slice(at, end));
          if (key === undefined || isPrototypeName(key, levels)) return syntaxFault;
          level.place = key;
          if (level.keys.has(key)) return { kind: 'duplicate', path: path(), message: 'is there twice' };
          level.keys.add(key);
          level.isAtKey = false;
          partCount += 1;
          if (partCount > maxParts) return tooMany();
        } else if (isOneTooMany()) return tooMany();
        at = end;
        break;
      }
      default: {
        if (isOneTooMany()) return tooMany();
        const source = matchAt(number, text, at);
        if (source !== undefined && !survives(source) && alsoNumbers?.has(source) !== true) {
          return { kind: 'number', path: path(), message: numberMessage(source) };
        }
        const token = source ?? matchAt(literal, text, at);
        if (token === undefined) return syntaxFault;
        at += token.length;
      }
    }
  }
  return undefined;
}

/** The place after the string that begins here; -1 where it does not end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === '\\') before -= 1;
    if ((end - before) % 2 === 1) return end + 1;
  }
  return -1;
}

function keyOf(source: string): string | undefined {
  if (!source.includes('\\')) return source.slice(1, -1);
  try {
    return JSON.parse(source) as string;
  } catch {
    return undefined;
  }
}

function isPrototypeName(key: string, levels: readonly Level[]): boolean {
  return key === '__proto__' || (key === 'prototype' && levels.at(-2)?.place === 'constructor');
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/**
 * Whether a number as it is written is the one that it is read as: the shortest way to write what it is read as has the same value.
 * So no two numbers are read as one. More digits than that are refused however many there are, zeros at either end aside.
 */
function survives(source: string): boolean {
  if (source.length <= 15 && /^-?\d+$/.test(source)) return true;
  const value = Number(source);
  // What is no number at all is for JSON.parse to refuse.
  if (Number.isNaN(value) || String(value) === source) return true;
  return Number.isFinite(value) && decimalOf(source) === decimalOf(String(value));
}

/** A decimal number in the one form that equal ones share: its digits without zeros at either end, and the power of ten. */
function decimalOf(source: string): string {
  const [mantissa = '', power = '0'] = source.replace(/^-/, '').toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  let start = 0;
  while (digits[start] === '0') start += 1;
  if (start === digits.length) return '0';
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return `${digits.slice(start, end)}e${Number(power) - fraction.length + digits.length - end}`;
}

function numberMessage(source: string): string {
  const value = Number(source);
  if (!Number.isFinite(value)) return 'is a number that is too large';
  return `is a number that cannot be kept as it is written; it would become ${value}`;
}
