import { Button, Skeleton, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { RunSummary } from '../../shared/run';
import type { AnswerOf } from '../bridge';
import { formatCompact, formatNumber } from '../format';
import { usePages } from '../state/use-pages';
import { strings } from '../strings';
import { runStrings } from '../strings-runs';
import { AgentText } from './agent-text';
import classes from './automation-runs.module.css';
import { Distance } from './deadline';
import { LoadRefusal } from './load-refusal';
import { Panel } from './panel';
import { RunDialog } from './run-dialog';
import { Cost, Took } from './run-figures';
import { RunMark } from './run-mark';

/** Runs that one page has. */
const PAGE_SIZE = 20;

const rowsOf = ({ runs }: AnswerOf<'runs.summaries'>) => runs;

/** The runs of an automation, the newest first, page by page; each opens whole. */
export function AutomationRuns({ automationId }: { readonly automationId: string }) {
  const input = { automationId, limit: PAGE_SIZE };
  const { rows, hasMore, refusal, loadMore, reload } = usePages('runs.summaries', input, ['runs'], rowsOf);
  const [openRunId, setOpenRunId] = useState<string>();
  const { columns } = runStrings;
  return (
    <Panel title={runStrings.title}>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {rows === undefined && refusal === undefined && (
        <div role="status" aria-busy="true" aria-label={`${strings.answer.loading}: ${runStrings.title}`}>
          <Skeleton height={16} my={6} />
          <Skeleton height={16} my={6} />
        </div>
      )}
      {rows?.length === 0 && <p className={classes['dim']}>{runStrings.none}</p>}
      {rows !== undefined && rows.length > 0 && (
        <div className={classes['scroll']}>
          <table className={classes['runs']} aria-label={runStrings.label}>
            <thead>
              <tr>
                <th>{columns.status}</th>
                <th>{columns.stop}</th>
                <th>{columns.started}</th>
                <th data-number>{columns.duration}</th>
                <th data-number>{columns.tokens}</th>
                <th data-number>{columns.cost}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((run) => (
                <RunRow key={run.runId} run={run} onOpen={() => setOpenRunId(run.runId)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasMore && (
        <div>
          <Button variant="default" size="compact-sm" onClick={loadMore}>
            {runStrings.more}
          </Button>
        </div>
      )}
      {openRunId !== undefined && <RunDialog runId={openRunId} onClose={() => setOpenRunId(undefined)} />}
    </Panel>
  );
}

function RunRow({ run, onOpen }: { readonly run: RunSummary; readonly onOpen: () => void }) {
  const { runId, status, stopKind, stopReason, detail, startedAtMs, createdAtMs, totalTokens, costNanos } = run;
  const why = stopReason ?? detail;
  return (
    <tr onClick={onOpen}>
      <td>
        <UnstyledButton className={classes['open']}>
          <RunMark status={status} />
          <VisuallyHidden>{runStrings.open(runId)}</VisuallyHidden>
        </UnstyledButton>
      </td>
      <td className={classes['why']}>
        {stopKind !== undefined && runStrings.stopKind[stopKind]}
        {stopKind !== undefined && why !== undefined && ': '}
        {why !== undefined && <AgentText text={why} />}
      </td>
      <td className={classes['begun']}>
        <Distance atMs={startedAtMs ?? createdAtMs} />
      </td>
      <td data-number>
        <Took run={run} />
      </td>
      <td data-number {...(totalTokens > 0 && { title: formatNumber(totalTokens) })}>
        {totalTokens === 0 ? '–' : formatCompact(totalTokens)}
      </td>
      <td data-number>
        <Cost costNanos={costNanos} />
      </td>
    </tr>
  );
}
