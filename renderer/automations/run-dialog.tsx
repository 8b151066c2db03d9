import { Group, Stack } from '@mantine/core';
import { type Run, type RunAction, reportedCost, runActions, runActionsOf } from '../../shared/contract/run';
import { formatNumber } from '../format';
import { useAnswer } from '../state/use-answer';
import { AgentText } from '../ui/agent-text';
import { ConfirmCommand } from '../ui/confirm';
import { Instant } from '../ui/deadline';
import { Dialog } from '../ui/dialog';
import { Facts } from '../ui/facts';
import { Loaded } from '../ui/list-view';
import ui from '../ui/ui.module.css';
import { JsonTree } from './json-tree';
import classes from './run-dialog.module.css';
import { Cost, Took } from './run-figures';
import { RunMark } from './run-mark';
import { historyEvent, runStrings } from './strings-runs';

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
          <span className={classes['id']}>
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
        <span className={classes['actions']}>
          {runActions.map((action) => (
            <RunActionButton
              key={action}
              action={action}
              runId={run.runId}
              isOffered={runActionsOf(status).includes(action)}
            />
          ))}
        </span>
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
