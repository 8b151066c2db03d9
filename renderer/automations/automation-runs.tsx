import { Box, Button, Group, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import {
  type Run,
  type RunAction,
  type RunSummary,
  reportedCost,
  runActions,
  runActionsOf,
} from '../../shared/contract/run';
import { formatCompact, formatNumber } from '../format';
import { useAnswer, usePages } from '../state/answers';
import { ConfirmCommand, Dialog } from '../ui/confirm';
import { Loaded } from '../ui/list-view';
import { AgentText } from '../ui/names';
import { Facts, Panel } from '../ui/page';
import { SmallTable } from '../ui/small-table';
import { Distance, Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import { Cost, RunMark, Took } from './automation-marks';
import classes from './automations.module.css';
import { JsonTree } from './json-tree';
import { historyEvent, runStrings } from './strings-automations';

/** Runs that one page has. */
const PAGE_SIZE = 20;

const { columns: headers } = runStrings;

const columns = [
  {
    header: headers.status,
    cell: ({ status, runId }: RunSummary) => (
      <UnstyledButton display="inline-flex">
        <RunMark status={status} />
        <VisuallyHidden>{runStrings.open(runId)}</VisuallyHidden>
      </UnstyledButton>
    ),
  },
  { header: headers.stop, cell: (run: RunSummary) => <Why run={run} /> },
  {
    header: headers.started,
    cell: ({ startedAtMs, createdAtMs }: RunSummary) => <Distance atMs={startedAtMs ?? createdAtMs} />,
  },
  { header: headers.duration, isNumber: true, cell: (run: RunSummary) => <Took run={run} /> },
  {
    header: headers.tokens,
    isNumber: true,
    cell: ({ totalTokens }: RunSummary) =>
      totalTokens === 0 ? '–' : <span title={formatNumber(totalTokens)}>{formatCompact(totalTokens)}</span>,
  },
  { header: headers.cost, isNumber: true, cell: ({ costNanos }: RunSummary) => <Cost costNanos={costNanos} /> },
];

/** The runs of an automation, the newest first, page by page; each opens whole. */
export function AutomationRuns({ automationId }: { readonly automationId: string }) {
  const pages = usePages('runs.summaries', { automationId, limit: PAGE_SIZE }, ['runs'], 'runs');
  const [openRunId, setOpenRunId] = useState<string>();
  return (
    <Panel title={runStrings.title}>
      <Loaded answer={{ ...pages, value: pages.rows }} height={56}>
        {(rows) =>
          rows.length === 0 ? (
            <Text c="dimmed">{runStrings.none}</Text>
          ) : (
            <SmallTable
              label={runStrings.label}
              columns={columns}
              rows={rows}
              keyOf={({ runId }) => runId}
              onOpen={({ runId }) => setOpenRunId(runId)}
              isFramed={false}
            />
          )
        }
      </Loaded>
      {pages.hasMore && (
        <div>
          <Button onClick={pages.loadMore}>{runStrings.more}</Button>
        </div>
      )}
      {openRunId !== undefined && <RunDialog runId={openRunId} onClose={() => setOpenRunId(undefined)} />}
    </Panel>
  );
}

function Why({ run: { stopKind, stopReason, detail } }: { readonly run: RunSummary }) {
  const why = stopReason ?? detail;
  return (
    <Box c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {stopKind !== undefined && runStrings.stopKind[stopKind]}
      {stopKind !== undefined && why !== undefined && ': '}
      {why !== undefined && <AgentText text={why} />}
    </Box>
  );
}

type Props = { readonly runId: string; readonly onClose: () => void };

/** One run, whole: how it went, what it cost, its history and outputs, and what can be done with it. */
export function RunDialog({ runId, onClose }: Props) {
  const answer = useAnswer('runs.get', { runId }, ['runs']);
  return (
    <Dialog
      onClose={onClose}
      size="xl"
      title={
        <>
          {runStrings.run}{' '}
          <span className={`${ui['mono']} ${ui['dim']}`}>
            <AgentText text={runId} />
          </span>
        </>
      }
      closeLabel={runStrings.close}
    >
      <Stack gap={14}>
        <Loaded answer={answer} height={200}>
          {({ run }) => <WholeRun run={run} />}
        </Loaded>
      </Stack>
    </Dialog>
  );
}

function WholeRun({ run }: { readonly run: Run }) {
  const { status, stopKind, stopReason, detail, activeSessionIds, activeInstanceIds, lifecycleHistory } = run;
  const outputs = run.checkpoint.nodeOutputs;
  const isStopped = stopKind !== undefined || stopReason !== undefined;
  return (
    <>
      <Group gap={8} justify="space-between">
        <RunMark status={status} />
        <Group gap={8}>
          {runActions.map((action) => (
            <RunActionButton
              key={action}
              action={action}
              runId={run.runId}
              isOffered={runActionsOf(status).includes(action)}
            />
          ))}
        </Group>
      </Group>
      <Facts
        facts={[
          [runStrings.stopped, isStopped ? <StopWords key="stop" run={run} /> : undefined],
          [
            runStrings.detail,
            detail === undefined || detail === stopReason ? undefined : <AgentText key="detail" text={detail} />,
          ],
          [runStrings.trigger, <AgentText key="trigger" text={run.triggerType} />],
          [runStrings.created, <Instant key="created" atMs={run.createdAtMs} />],
          [runStrings.started, instant(run.startedAtMs)],
          [runStrings.finished, instant(run.finishedAtMs)],
          [runStrings.duration, <Took key="took" run={run} />],
          [
            runStrings.tokens,
            `${formatNumber(run.totalTokens)} (${runStrings.tokenParts(formatNumber(run.promptTokens), formatNumber(run.completionTokens))})`,
          ],
          [runStrings.cost, <Cost key="cost" costNanos={reportedCost(run)} />],
          [runStrings.sessions, ids(activeSessionIds)],
          [runStrings.instances, ids(activeInstanceIds)],
        ]}
      />
      <section>
        <h3 className={ui['heading']}>{runStrings.history}</h3>
        <ol className={classes['history']}>
          {lifecycleHistory.map(({ event, recordedAtMs, reason }, index) => (
            <li key={index}>
              <Instant atMs={recordedAtMs} />
              <span>
                <AgentText text={historyEvent(event)} />
                {reason !== undefined && (
                  <span className={ui['dim']}>
                    {': '}
                    <AgentText text={reason} />
                  </span>
                )}
              </span>
            </li>
          ))}
        </ol>
      </section>
      <section>
        <h3 className={ui['heading']}>{runStrings.outputs}</h3>
        {Object.keys(outputs).length === 0 ? (
          <p className={ui['dim']}>{runStrings.noOutputs}</p>
        ) : (
          <JsonTree value={outputs} label={runStrings.outputs} />
        )}
      </section>
    </>
  );
}

type ActionProps = { readonly action: RunAction; readonly runId: string; readonly isOffered: boolean };

function RunActionButton({ action, runId, isOffered }: ActionProps) {
  const { label, title, words } = runStrings.actions[action];
  return (
    <ConfirmCommand
      isOffered={isOffered}
      label={label}
      command={`run.${action}` as const}
      title={title}
      input={{ runId }}
      reasonLabel={runStrings.reason}
      color={action === 'cancel' ? 'red' : undefined}
    >
      <p>{words}</p>
    </ConfirmCommand>
  );
}

function StopWords({ run: { stopKind, stopReason } }: { readonly run: Run }) {
  return (
    <>
      {stopKind !== undefined && runStrings.stopKind[stopKind]}
      {stopKind !== undefined && stopReason !== undefined && ': '}
      {stopReason !== undefined && <AgentText text={stopReason} />}
    </>
  );
}

function instant(atMs: number | undefined) {
  return atMs === undefined ? undefined : <Instant atMs={atMs} />;
}

function ids(given: readonly string[]) {
  return given.length === 0 ? undefined : <AgentText text={given.join(', ')} />;
}
