import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { AnswerOf } from '../bridge';
import { csvOf, exactUsd } from '../csv';
import { useDeskParts } from '../state/desk-context';
import { spendStrings } from '../strings-spend';
import { Notice } from './notice';

const words = spendStrings.export;

/** Saves the days of all agents that are kept as a CSV file, where the operator chooses. */
export function ExportDays() {
  const { desk } = useDeskParts();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    const answer = await desk.request('spend.days', {});
    if (!answer.ok) {
      setBusy(false);
      setProblem(answer.refusal.sentence);
      return;
    }
    const { days, isCut } = answer.value;
    const saved = await desk.request('desk.saveText', { suggestedName: words.fileName, text: fileOf(days) });
    setBusy(false);
    if (!saved.ok) setProblem(saved.refusal.sentence);
    else if (saved.value.problem !== undefined) setProblem(saved.value.problem);
    else if (saved.value.isSaved) {
      notifications.show({ title: words.title, message: isCut ? words.cut(days.length) : words.done(days.length) });
    }
  };

  return (
    <>
      {problem !== undefined && (
        <Notice tone="failure" icon={IconAlertTriangle} role="alert">
          <b>{words.failed}</b> {problem}
        </Notice>
      )}
      <Button
        variant="default"
        size="sm"
        leftSection={<IconDownload size={16} aria-hidden />}
        loading={isBusy}
        onClick={() => void save()}
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
