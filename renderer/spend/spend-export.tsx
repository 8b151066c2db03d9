import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import type { AnswerOf } from '../bridge';
import { csvOf, exactUsd } from '../csv';
import { Notice } from '../ui/notice';
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
        <Notice tone="failure" role="alert">
          <b>{words.failed}</b> {problem}
        </Notice>
      )}
      <Button
        variant="default"
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
