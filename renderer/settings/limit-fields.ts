import { type Limits, limitsSchema } from '../../shared/contract/limits';
import { nanosOfUsd, usdOfNanos } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import { formatNumber, formatPercent, formatSpan, formatUsd } from '../format';
import { limitStrings as words } from './strings-limits';

/** The name of a limit. */
export type LimitName = keyof Limits;

/** What a limit is measured in. */
type LimitKind = 'switch' | 'count' | 'ratio' | 'money' | 'span';

/** What each limit is measured in. */
export const limitKinds = {
  creationEnabled: 'switch',
  perAgentDailyCreationLimit: 'count',
  activeAgentAutomationCap: 'count',
  lineageDepthLimit: 'count',
  perAgentCreationReviewThreshold: 'count',
  runReviewThreshold: 'count',
  weeklySpendCapNanos: 'money',
  spendWarningThresholdRatio: 'ratio',
  planStopRatio: 'ratio',
  defaultExpiresAfterMs: 'span',
  expirationWarningWindowMs: 'span',
  healthCheckIntervalMs: 'span',
  healthWindowRunLimit: 'count',
  healthFailureRateThreshold: 'ratio',
  healthGuardrailStopThreshold: 'count',
  approvalTtlMs: 'span',
  perAgentPauseEnabled: 'switch',
  independentReviewRequired: 'switch',
} as const satisfies Record<LimitName, LimitKind>;

/** The limits as the page shows them, in groups. */
export const limitGroups = [
  [
    'creation',
    [
      'creationEnabled',
      'perAgentDailyCreationLimit',
      'activeAgentAutomationCap',
      'lineageDepthLimit',
      'perAgentCreationReviewThreshold',
    ],
  ],
  ['spend', ['weeklySpendCapNanos', 'spendWarningThresholdRatio', 'planStopRatio']],
  [
    'health',
    [
      'runReviewThreshold',
      'healthCheckIntervalMs',
      'healthWindowRunLimit',
      'healthFailureRateThreshold',
      'healthGuardrailStopThreshold',
      'defaultExpiresAfterMs',
      'expirationWarningWindowMs',
    ],
  ],
  ['people', ['approvalTtlMs', 'perAgentPauseEnabled', 'independentReviewRequired']],
] as const satisfies readonly (readonly [keyof typeof words.groups, readonly LimitName[]])[];

const unitMs = { days: 24 * HOUR_MS, hours: HOUR_MS, minutes: HOUR_MS / 60, seconds: 1_000 } as const;

/** A unit of time that a length of time can be typed in. */
export type SpanUnit = keyof typeof unitMs;

/** The units of time, the largest first. */
export const spanUnits = ['days', 'hours', 'minutes', 'seconds'] as const satisfies readonly SpanUnit[];

/** A limit as it stands in its field. */
export type Typed = { readonly text: string; readonly unit: SpanUnit };

/** A value as its field shows it; a length of time in the largest unit in which it is whole. */
export function typedOf(name: LimitName, value: Limits[LimitName]): Typed {
  const unit: SpanUnit = 'days';
  if (value === null) return { text: '', unit };
  switch (limitKinds[name]) {
    case 'ratio':
      // 0.07 of 100 is not exact in binary.
      return { text: String(Number((Number(value) * 100).toPrecision(12))), unit };
    case 'money':
      return { text: String(usdOfNanos(Number(value))), unit };
    case 'span': {
      const whole = spanUnits.find((each) => Number(value) % unitMs[each] === 0) ?? 'seconds';
      return { text: String(Number(value) / unitMs[whole]), unit: whole };
    }
    default:
      return { text: String(value), unit };
  }
}

/** The value that was typed, or what is wrong with it in a sentence. */
export function parseTyped(
  name: LimitName,
  { text, unit }: Typed,
): { readonly value: number | null } | { readonly problem: string } {
  const value = valueOf(limitKinds[name], text.trim(), unit);
  const parsed = limitsSchema.shape[name].safeParse(value);
  return parsed.success && typeof parsed.data !== 'boolean' ? { value: parsed.data } : { problem: problemOf(name) };
}

function valueOf(kind: LimitKind, text: string, unit: SpanUnit): unknown {
  if (kind === 'money' && text === '') return null;
  const plain =
    kind === 'money' ? text.replace(/^\$\s*/, '') : kind === 'ratio' ? text.replace(/%$/, '').trimEnd() : text;
  if (!/^\d{1,15}(\.\d{1,9})?$/.test(plain)) return undefined;
  const number = Number(plain);
  switch (kind) {
    case 'ratio':
      return Number((number / 100).toPrecision(12));
    case 'money':
      return nanosOfUsd(number);
    case 'span':
      return Math.round(number * unitMs[unit]);
    default:
      return number;
  }
}

function problemOf(name: LimitName): string {
  const kind = limitKinds[name];
  if (kind === 'switch') return '';
  if (kind !== 'span') return words.problems[kind];
  const least = limitsSchema.shape[name as 'approvalTtlMs'].minValue ?? 0;
  return least > 0 ? words.problems.spanFrom(formatSpan(least)) : words.problems.span;
}

/** A value in words, with its unit: `$20.00`, `80%`, `7 days`, `none`. */
export function limitText(name: LimitName, value: Limits[LimitName]): string {
  if (value === null) return words.none;
  if (typeof value === 'boolean') return value ? words.on : words.off;
  switch (limitKinds[name]) {
    case 'ratio':
      return formatPercent(value);
    case 'money':
      return formatUsd(value);
    case 'span':
      return value === 0 ? words.never : formatSpan(value);
    default:
      return formatNumber(value);
  }
}
