// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { countOf, formatRelative } from '../../renderer/format';
import { timeLeft } from '../../shared/kernel/time-left';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('how far away a time is', () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [0, 'now', '0s'],
    [59 * SECOND, 'in 59 seconds', '59s'],
    [2 * MINUTE - 1, 'in 1 minute', '1m'],
    [59 * MINUTE + 59 * SECOND, 'in 59 minutes', '59m'],
    [2 * HOUR - 1, 'in 1 hour', '1h'],
    [48 * HOUR - 1, 'in 1 day', '1d'],
    [-3 * MINUTE, '3 minutes ago', '0s'],
  ];
  for (const [ms, relative, left] of cases) {
    it(`${ms} ms never promises more than there is`, () => {
      expect(formatRelative(1_000_000_000 + ms, 1_000_000_000)).toBe(relative);
      expect(timeLeft(1_000_000_000 + ms, 1_000_000_000)).toBe(left);
    });
  }
});

it('one is one, and all others are many', () => {
  expect([0, 1, 2, 1234].map((value) => countOf(value, 'request', 'requests'))).toEqual([
    '0 requests',
    '1 request',
    '2 requests',
    '1,234 requests',
  ]);
});
