// oxlint-disable no-restricted-globals -- Date is used for the arithmetic of the UTC calendar only, never as a clock
import type { WindowKind } from '../../../shared/contract/spend';
import { DAY_MS } from '../../../shared/kernel/time';

/** The bounds of a window: from `startMs` to before `endMs`; lifetime has no end. */
export type SpendBounds = { readonly startMs: number; readonly endMs?: number };

/** The bounds of the window that an instant is in, by the UTC calendar; weeks begin on Monday (section 2). */
export function windowBounds(kind: WindowKind, atMs: number): SpendBounds {
  const date = new Date(atMs);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (kind) {
    case 'daily':
      return { startMs: Date.UTC(year, month, day), endMs: Date.UTC(year, month, day) + DAY_MS };
    case 'weekly': {
      const startMs = Date.UTC(year, month, day) - ((date.getUTCDay() + 6) % 7) * DAY_MS;
      return { startMs, endMs: startMs + 7 * DAY_MS };
    }
    case 'monthly':
      return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) };
    case 'lifetime':
      return { startMs: 0 };
  }
}
