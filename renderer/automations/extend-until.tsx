import { Radio, Stack, TextInput } from '@mantine/core';
import { HOUR_MS } from '../../shared/kernel/time';
import { formatSpan } from '../format';
import { useAnswer } from '../state/use-answer';
import { actionStrings } from './strings-automations';

const DAY_MS = 24 * HOUR_MS;
const dayCounts = [7, 30, 90] as const;

/** How long to extend: as the limits say, some days, or to the end of a day. */
export type ExtendChoice = { readonly kind: string; readonly date: string };

/** What is chosen before the operator chooses. */
export const firstChoice: ExtendChoice = { kind: '30', date: '' };

/** Whether all of a choice is there: a date is, where one is wanted. */
export function isChosen({ kind, date }: ExtendChoice): boolean {
  return kind !== 'date' || !Number.isNaN(endOfDay(date));
}

/** Until when a choice that is all there lasts, from now; undefined for the default, which Gatehouse knows. */
export function extendedUntil({ kind, date }: ExtendChoice, now: number): number | undefined {
  if (kind === 'default') return undefined;
  return kind === 'date' ? endOfDay(date) : now + Number(kind) * DAY_MS;
}

/** The end of a day in the operator's own time. */
function endOfDay(date: string): number {
  return new Date(`${date}T23:59:59`).getTime();
}

type Props = { readonly choice: ExtendChoice; readonly onChange: (choice: ExtendChoice) => void };

/** Asks for how long an automation is extended. */
export function ExtendUntil({ choice, onChange }: Props) {
  const limits = useAnswer('limits.get', {}, ['limits']);
  const defaultMs = limits.value?.limits.defaultExpiresAfterMs ?? 0;
  const spans = [
    ...dayCounts.map((count) => ({ kind: String(count), ms: count * DAY_MS })).filter(({ ms }) => ms !== defaultMs),
    ...(defaultMs > 0 ? [{ kind: 'default', ms: defaultMs }] : []),
  ].sort((one, other) => one.ms - other.ms);
  return (
    <>
      <Radio.Group label={actionStrings.until} value={choice.kind} onChange={(kind) => onChange({ ...choice, kind })}>
        <Stack gap={6} mt={6}>
          {spans.map(({ kind, ms }) => (
            <Radio
              key={kind}
              value={kind}
              label={kind === 'default' ? actionStrings.byDefault(formatSpan(ms)) : actionStrings.days(ms / DAY_MS)}
            />
          ))}
          <Radio value="date" label={actionStrings.date} />
        </Stack>
      </Radio.Group>
      {choice.kind === 'date' && (
        <TextInput
          type="date"
          label={actionStrings.dateLabel}
          value={choice.date}
          onChange={(event) => onChange({ ...choice, date: event.currentTarget.value })}
        />
      )}
    </>
  );
}
