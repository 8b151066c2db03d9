import { Button, Group } from '@mantine/core';
import type { Finding } from '../../shared/contract/governance';
import { ExactText } from '../queue/exact-text';
import { readableJson } from '../queue/shown-act';
import { AgentText } from '../ui/agent-text';
import { Instant } from '../ui/deadline';
import { SeverityMark } from './automation-marks';
import classes from './finding.module.css';
import { automationStrings, evidenceWords } from './strings-automations';

type Props = {
  readonly finding: Finding;
  /** Opens the newest run that was counted; without it no run is offered. */
  readonly onShowRun?: (runId: string) => void;
};

/** Something that a check found: how severe, what, its detail and evidence, and since when. */
export function FindingItem({ finding, onShowRun }: Props) {
  const { severity, summary, detail, evidence, observedAtMs, automationRunId } = finding;
  const words = evidenceWords(evidence);
  return (
    <li className={classes['finding']}>
      <Group gap="2px 10px">
        <SeverityMark severity={severity} />
        <b>
          <AgentText text={sentenceCase(summary)} />
        </b>
      </Group>
      {detail !== undefined && (
        <p>
          <AgentText text={`${sentenceCase(detail)}.`} />
        </p>
      )}
      {words !== undefined && (
        <p>
          <AgentText text={words} />
        </p>
      )}
      {words === undefined && evidence !== undefined && (
        <ExactText text={readableJson(evidence)} kind="json" label={automationStrings.evidence} />
      )}
      <div className={classes['bottom']}>
        <span>
          {automationStrings.observed} <Instant atMs={observedAtMs} />
        </span>
        {automationRunId !== undefined && onShowRun !== undefined && (
          <Button variant="subtle" size="compact-xs" onClick={() => onShowRun(automationRunId)}>
            {automationStrings.showRun}
          </Button>
        )}
      </div>
    </li>
  );
}

/** With a capital letter at its beginning: the checks write their summaries without. */
export function sentenceCase(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
