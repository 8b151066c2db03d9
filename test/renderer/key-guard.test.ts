import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GUARD_MS, KeyGuard } from '../../renderer/state/key-guard';

describe('the key guard', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets nothing through until the time is over', () => {
    const guard = new KeyGuard();
    expect(guard.lets(performance.now())).toBe(true);
    guard.swapped();
    expect(guard.lets(performance.now())).toBe(false);
    vi.advanceTimersByTime(GUARD_MS - 1);
    expect(guard.lets(performance.now())).toBe(false);
    vi.advanceTimersByTime(1);
    expect(guard.lets(performance.now())).toBe(true);
  });

  it('goes by when the key went down, not by when a busy window got round to it', () => {
    const guard = new KeyGuard();
    const pressedAtMs = performance.now() + 50;
    guard.swapped();
    vi.advanceTimersByTime(2000);
    expect(guard.lets(pressedAtMs)).toBe(false);
  });

  it('trusts no event that says it is from later than now', () => {
    const guard = new KeyGuard();
    guard.swapped();
    expect(guard.lets(performance.now() + 10_000)).toBe(false);
  });

  it('lets nothing through while the window is away, whatever is swapped there, and counts from its arrival', () => {
    const guard = new KeyGuard();
    guard.left();
    guard.swapped('apr_1', true);
    vi.advanceTimersByTime(10 * GUARD_MS);
    expect(guard.lets(performance.now())).toBe(false);
    guard.arrived();
    expect(guard.lets(performance.now())).toBe(false);
    vi.advanceTimersByTime(GUARD_MS);
    expect(guard.lets(performance.now())).toBe(true);
  });
});
