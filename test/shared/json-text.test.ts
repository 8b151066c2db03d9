import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonFault, readJson, requestBounds } from '../../shared/kernel/json-text';

const faultOf = (text: string): JsonFault | undefined => {
  const reading = readJson(text, requestBounds);
  return reading.ok ? undefined : reading.fault;
};

/** How deep a value is nested, and how many keys and items it has. */
function measured(value: unknown): { depth: number; parts: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, parts: 0 };
  const children = Object.values(value).map(measured);
  return {
    depth: 1 + Math.max(0, ...children.map(({ depth }) => depth)),
    parts: children.length + children.reduce((sum, { parts }) => sum + parts, 0),
  };
}

/** The exact value of a decimal number, as whole units of a power of ten. */
function exact(source: string): { units: bigint; power: number } {
  const [mantissa = '', power = '0'] = source.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { units: BigInt(`${whole}${fraction}`.replace('-', '')), power: Number(power) - fraction.length };
}

function isSameNumber(one: string, other: string): boolean {
  const [a, b] = [exact(one), exact(other)];
  const least = Math.min(a.power, b.power);
  return a.units * 10n ** BigInt(a.power - least) === b.units * 10n ** BigInt(b.power - least);
}

const spaces = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
const jsonNumber = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.bigInt({ min: 1n, max: 10n ** 24n }).map(String)),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,24}$/)),
    fc.oneof(
      fc.constant(''),
      fc.integer({ min: -40, max: 40 }).map((power) => `e${power}`),
    ),
  )
  .map((parts) => parts.join(''));

test('what is accepted is what JSON.parse makes of it, and what JSON.parse refuses is refused', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json({ maxDepth: 8, stringUnit: 'binary' }),
        fc.tuple(fc.json(), fc.integer({ min: 0, max: 400 }), fc.string({ maxLength: 3 })).map(([text, at, more]) => {
          return text.slice(0, at) + more + text.slice(at + more.length);
        }),
        fc.string(),
      ),
      (text) => {
        const reading = readJson(text, requestBounds);
        let parsed: unknown;
        let isJson = true;
        try {
          parsed = JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (reading.ok) expect([isJson, reading.value]).toEqual([true, parsed]);
        else if (!isJson) expect(reading.fault.message).not.toBe('');
        // Of what is JSON only what the bounds name is refused; names of prototypes pass for no JSON.
        else expect(text.includes('proto') || reading.fault.kind !== 'syntax').toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('every value that JSON.stringify writes within the bounds is read, however its text is spaced', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), spaces, (value, space) => {
      fc.pre(!JSON.stringify(value).includes('proto'));
      const text = space + JSON.stringify(value, undefined, space) + space;
      expect(readJson(text, requestBounds)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

test('a number is accepted exactly if the number that it is read as is written with the same value', () => {
  fc.assert(
    fc.property(jsonNumber, (source) => {
      const value = Number(source);
      const isKept = Number.isFinite(value) && isSameNumber(source, String(value));
      expect([source, faultOf(`[${source}]`)?.kind]).toEqual([source, isKept ? undefined : 'number']);
    }),
    { numRuns: 3_000 },
  );
});

test('no two numbers that are accepted are read as one unless they are the same', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.stringMatching(/^\d{1,6}$/),
      (value, digits) => {
        const source = JSON.stringify(value);
        const other = source.includes('e') ? source.replace('e', `${digits}e`) : `${source}${digits}`;
        fc.pre(Number(other) === value && faultOf(other) === undefined);
        expect(isSameNumber(source, other)).toBe(true);
      },
    ),
  );
});

test.each([
  '0',
  '-0',
  '0.0',
  '1.10',
  '1e2',
  '1E+2',
  '0.1',
  '-0.1',
  '100000000000000000000',
  '1e308',
  '5e-324',
  '0e400',
])('%s survives', (source) => expect(readJson(source, requestBounds)).toEqual({ ok: true, value: JSON.parse(source) }));

test.each([
  ['9007199254740993', 'would become 9007199254740992'],
  ['-9007199254740993', 'would become -9007199254740992'],
  ['18446744073709551615', 'would become 18446744073709552000'],
  ['12345678901234567890123', 'would become 1.2345678901234568e+22'],
  ['0.10000000000000001', 'would become 0.1'],
  ['1e-400', 'would become 0'],
  ['1e400', 'too large'],
  ['-1e400', 'too large'],
  [`1${'0'.repeat(400)}`, 'too large'],
])('%s does not survive, and the refusal says where', (source, why) => {
  const fault = faultOf(`{"a":[1,{"b":${source}}]}`);
  expect(fault).toMatchObject({ kind: 'number', path: ['a', 1, 'b'] });
  expect(fault?.message).toContain(why);
});

test('a number that a caller names is let through as it is written, and no other', () => {
  const bounds = { ...requestBounds, alsoNumbers: new Set(['18446744073709551615']) };
  expect(readJson('[18446744073709551615]', bounds)).toEqual({ ok: true, value: [2 ** 64] });
  expect(readJson('[18446744073709551614]', bounds)).toMatchObject({ ok: false });
});

describe('a key twice', () => {
  test('is refused with its place wherever it is, however it is written; in two objects it is not twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.boolean(), (key, isEscaped) => {
        fc.pre(!key.includes('proto'));
        const escaped = [...JSON.parse(JSON.stringify(key))]
          .flatMap((letter: string) => letter.split(''))
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join('');
        const [one, other] = [JSON.stringify(key), isEscaped ? `"${escaped}"` : JSON.stringify(key)];
        expect(faultOf(`[{"x":[{${one}:1,"${key.length}other":2,${other}:3}]}]`)).toMatchObject({
          kind: 'duplicate',
          path: [0, 'x', 0, key],
        });
        expect(faultOf(`[{${one}:1},{${other}:{${one}:2}}]`)).toBeUndefined();
      }),
    );
  });
});

test('what is nested deeper or has more keys and items than the bounds is refused, and nothing else for that', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 7 }),
      fc.integer({ min: 1, max: 8 }),
      fc.nat(60),
      (value, maxDepth, maxParts) => {
        fc.pre(!JSON.stringify(value).includes('proto'));
        const { depth, parts } = measured(value);
        const reading = readJson(JSON.stringify(value), { maxDepth, maxParts });
        expect(reading.ok).toBe(depth <= maxDepth && parts <= maxParts);
      },
    ),
    { numRuns: 1_000 },
  );
});

test.each([
  [64, 20_000, undefined],
  [65, 20_000, 'depth'],
  [64, 20_001, 'size'],
])('%i levels with %i keys and items: %s', (depth, parts, kind) => {
  const items = Array.from({ length: parts - (depth - 1) }, () => 0);
  expect(faultOf('['.repeat(depth - 1) + JSON.stringify(items) + ']'.repeat(depth - 1))?.kind).toBe(kind);
});

test.each(['{"__proto__":{}}', '{"a":[{"\\u005f_proto__":1}]}', '{"constructor":{"prototype":{}}}'])(
  '%s, a name that reaches into the prototype, passes for no JSON',
  (text) => {
    expect(faultOf(text)).toMatchObject({ kind: 'syntax', path: [] });
  },
);

test.each([
  ['500,000 levels', '['.repeat(500_000)],
  ['a text that does not end', `"${'\\"'.repeat(500_000)}`],
  ['backslashes', `["${'\\'.repeat(1_000_001)}"]`],
  ['signs', `[${'-'.repeat(1_000_000)}]`],
])('a megabyte of %s is refused', (_name, text) => {
  expect(faultOf(text)).toBeDefined();
});
