import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { withoutEnd } from '../../shared/kernel/ends';
import { nanosOfUsd } from '../../shared/kernel/money';
import type { AnswerOf } from '../bridge';
import { Outcome } from '../ui/notice';
import { useSending } from '../ui/use-send';
import { spendStrings } from './strings-spend';

const words = spendStrings.export;

/** Saves the days of all agents that are kept as a CSV file, where the operator chooses. */
export function ExportDays() {
  const { send, isInFlight, answer, refusal } = useSending(async (desk, _input: object) => {
    const answered = await desk.request('spend.days', {});
    if (!answered.ok) return answered;
    const { days, isCut } = answered.value;
    const saved = await desk.request('desk.saveText', { suggestedName: words.fileName, text: fileOf(days) });
    if (saved.ok && saved.value.isSaved && saved.value.problem === undefined) {
      notifications.show({ title: words.title, message: isCut ? words.cut(days.length) : words.done(days.length) });
    }
    return saved;
  });
  const problem = answer?.problem ?? refusal?.sentence;
  return (
    <>
      {problem !== undefined && (
        <Outcome tone="failure">
          <b>{words.failed}</b> {problem}
        </Outcome>
      )}
      <Button
        size="sm"
        leftSection={<IconDownload size={16} aria-hidden />}
        loading={isInFlight}
        onClick={() => void send({})}
      >
        {words.label}
      </Button>
    </>
  );
}

/** One line for each agent and day. A cost that nobody reported is left empty: it is unknown, not nothing. */
function fileOf(days: AnswerOf<'spend.days'>['days']): string {
  const usd = (nanos: number, isKnown: boolean) => (isKnown ? exactUsd(nanos) : '');
  return csvOf([
    words.columns,
    ...days.map(({ agentId, dayStartMs, costNanos, ownCostNanos, estimatedNanos, totalTokens }) => {
      const isKnown = costNanos > 0;
      return [
        new Date(dayStartMs).toISOString().slice(0, 10),
        agentId,
        usd(costNanos, isKnown),
        usd(ownCostNanos, isKnown),
        usd(estimatedNanos, isKnown),
        totalTokens,
      ];
    }),
  ]);
}

type Cell = string | number;

/**
 * Rows as a CSV file (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it: agents choose
 * their ids themselves.
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(cell: Cell): string {
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Nano-dollars as an exact decimal number of dollars: `300_000_000` is `0.3`. */
export function exactUsd(nanos: number): string {
  const dollar = nanosOfUsd(1);
  const fraction = withoutEnd(String(nanos % dollar).padStart(9, '0'), '0');
  return `${Math.floor(nanos / dollar)}${fraction === '' ? '' : `.${fraction}`}`;
}
