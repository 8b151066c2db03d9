import { Code, Group, Text } from '@mantine/core';
import { engineNames } from '../../shared/contract/engine';
import type { DeskSession } from '../../shared/contract/session-desk';
import type { ModelUsage } from '../../shared/contract/session-usage';
import { resumeCommand } from '../../shared/resume-command';
import { formatCompact, formatUsd } from '../format';
import { UnknownCost } from '../spend/amounts';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { CopyButton } from '../ui/fields';
import { Loaded } from '../ui/list-view';
import { AgentLink, AgentText, TextButton } from '../ui/names';
import { Facts, Panel } from '../ui/page';
import { SmallTable } from '../ui/small-table';
import { Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import { isSubAgent } from './session-marks';
import { sessionStrings } from './strings-sessions';

const { details: words, usage: usageWords } = sessionStrings;

/** All that an engine says of a session, how to go on with it, and what it used of each model. */
export function SessionDetails({ session }: { readonly session: DeskSession }) {
  const { workerId, engine, version, startedAtMs, finishedAtMs, parentRunId } = session;
  const { actions } = useDeskParts();
  return (
    <div className={ui['columns']}>
      <Panel title={words.title}>
        <Facts
          facts={[
            [words.agent, <AgentLink key="agent" agentId={workerId} />],
            [words.engine, <AgentText key="engine" text={`${engineNames[engine]} ${version ?? ''}`} />],
            [words.folder, path(session.workspace)],
            [words.branch, path(session.branch)],
            [words.worktree, path(session.worktree)],
            [words.model, path(session.model)],
            [words.mode, path(session.permissionMode)],
            [words.sandbox, path(session.sandbox)],
            [words.started, <Instant key="started" atMs={startedAtMs} />],
            [words.ended, finishedAtMs === undefined ? undefined : <Instant key="ended" atMs={finishedAtMs} />],
            [words.endReason, path(session.endReason)],
            [words.sessionId, path(session.sessionId)],
            [words.transcript, path(session.transcriptPath)],
            [
              isSubAgent(session) ? words.partOf : words.parent,
              parentRunId === undefined ? undefined : (
                <TextButton key="parent" onClick={() => actions.show('sessions', parentRunId)}>
                  <AgentText text={parentRunId} />
                </TextButton>
              ),
            ],
            [words.resume, isSubAgent(session) ? undefined : <ResumeCommand key="resume" session={session} />],
          ]}
        />
      </Panel>
      {!isSubAgent(session) && <Usage runId={session.runId} />}
    </div>
  );
}

function path(text: string | undefined) {
  return text === undefined ? undefined : (
    <span key={text} className={ui['path']}>
      <AgentText text={text} />
    </span>
  );
}

function ResumeCommand({ session }: { readonly session: DeskSession }) {
  const command = resumeCommand(session);
  if (command === undefined) return <span className={ui['dim']}>{words.noResume}</span>;
  return (
    <Group gap={8}>
      <Code>{command}</Code>
      <CopyButton text={command} label={sessionStrings.resumeCommand} />
    </Group>
  );
}

const columns = [
  { header: usageWords.columns.model, cell: ({ model }: ModelUsage) => <AgentText text={model} /> },
  tokens(usageWords.columns.input, ({ inputTokens, cacheWriteTokens }) => inputTokens + cacheWriteTokens),
  tokens(usageWords.columns.cached, ({ cacheReadTokens }) => cacheReadTokens),
  tokens(usageWords.columns.output, ({ outputTokens }) => outputTokens),
  {
    header: usageWords.columns.cost,
    isNumber: true,
    cell: ({ costNanos, basis }: ModelUsage) =>
      costNanos === null ? (
        <UnknownCost />
      ) : (
        <span title={basis === 'estimate' ? usageWords.estimate : undefined}>
          {basis === 'estimate' ? '≈ ' : ''}
          {formatUsd(costNanos)}
        </span>
      ),
  },
];

function tokens(header: string, value: (usage: ModelUsage) => number) {
  return { header, isNumber: true, cell: (usage: ModelUsage) => formatCompact(value(usage)) };
}

/** What a session used of each model, and what that cost. */
function Usage({ runId }: { readonly runId: string }) {
  const answer = useAnswer('sessions.usage', { runId }, ['sessions', 'spend']);
  return (
    <Panel title={usageWords.title}>
      <Loaded answer={answer} height={90}>
        {({ models }) =>
          models.length === 0 ? (
            <Text c="dimmed">{usageWords.none}</Text>
          ) : (
            <SmallTable
              label={usageWords.title}
              columns={columns}
              rows={models}
              keyOf={({ model }) => model}
              isFramed={false}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
