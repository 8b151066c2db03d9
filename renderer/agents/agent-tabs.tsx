import { Group } from '@mantine/core';
import {
  IconArchive,
  IconClockPlay,
  IconHistory,
  IconInbox,
  IconKey,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconUserSearch,
} from '@tabler/icons-react';
import { eventLabel } from '../../shared/act/audit-sentence';
import type { AgentApproval, AgentAutomation, AgentEvent, AgentGrant, AgentRun } from '../../shared/contract/agent';
import { visibleLine } from '../../shared/kernel/visible-text';
import { operatorStatus } from '../../shared/missed';
import { RunMark } from '../automations/automation-marks';
import { runStrings, spanWords } from '../automations/strings-automations';
import { StatusMark } from '../queue/request-marks';
import { RunCost } from '../spend/amounts';
import { useAnswer, usePages } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { ListView, Loaded } from '../ui/list-view';
import { Mark } from '../ui/mark';
import { ActorName, AgentText, AutomationLink } from '../ui/names';
import { EmptyState } from '../ui/page';
import { SmallTable } from '../ui/small-table';
import { type Column, nameColumn, numberColumn, timeColumn } from '../ui/table';
import { When } from '../ui/times';
import { useIsWide } from '../ui/use-is-wide';
import { agentStrings } from './strings-agents';

type Props = { readonly agentId: string };

const automationWords = agentStrings.automations;
const statusIcons = { draft: IconPencil, active: IconPlayerPlay, paused: IconPlayerPause } as const;

const automationColumns: readonly Column<AgentAutomation>[] = [
  nameColumn(automationWords.columns.name, 'minmax(8.4rem, 2fr)', ({ name }) => name),
  {
    header: automationWords.columns.part,
    width: 'minmax(10rem, 1fr)',
    cell: ({ part }) => automationWords.part[part],
  },
  {
    header: automationWords.columns.status,
    width: 'minmax(14rem, 1.2fr)',
    cell: ({ status, isRetired, isReviewRequired }) => (
      <Group gap={10} wrap="nowrap">
        {isRetired ? (
          <Mark icon={IconArchive} tone="plain" words={automationWords.retired} />
        ) : (
          <Mark
            icon={statusIcons[status]}
            tone={status === 'active' ? 'yes' : 'plain'}
            words={automationWords.status[status]}
          />
        )}
        {isReviewRequired && <Mark icon={IconUserSearch} tone="waiting" words={automationWords.review} />}
      </Group>
    ),
  },
  {
    header: automationWords.columns.expires,
    width: 'minmax(10.5rem, 1fr)',
    cell: ({ expiresAtMs }) => (expiresAtMs === undefined ? automationWords.never : <When atMs={expiresAtMs} />),
  },
];

/** When it was changed last: where there is room, beside the others. */
const updatedColumn = timeColumn<AgentAutomation>(
  automationWords.columns.updated,
  'minmax(10.5rem, 1fr)',
  ({ updatedAtMs }) => updatedAtMs,
);
const wideAutomationColumns = [...automationColumns, updatedColumn];

/** The automations of an agent, with what it is to each. */
export function AgentAutomations({ agentId }: Props) {
  const { actions } = useDeskParts();
  const isWide = useIsWide();
  const pages = usePages('agent.automations', { agentId }, ['automations', 'agents'], 'automations');
  return (
    <ListView
      pages={pages}
      label={automationWords.label}
      columns={isWide ? wideAutomationColumns : automationColumns}
      keyOf={({ automationId }) => automationId}
      nameOf={({ name }) => visibleLine(name, 80)}
      onOpen={({ automationId }) => actions.show('automations', automationId)}
      empty={<EmptyState icon={IconClockPlay} {...automationWords.none} />}
    />
  );
}

const grantWords = agentStrings.grants;

const grantColumns = [
  {
    header: grantWords.columns.automation,
    cell: ({ automationId, automationName }: AgentGrant) => (
      <AutomationLink automationId={automationId} name={automationName} />
    ),
  },
  {
    header: grantWords.columns.kind,
    cell: ({ grantKind, capabilityKey }: AgentGrant) =>
      grantKind === 'modify' ? grantWords.modify : <AgentText text={capabilityKey ?? grantKind} />,
  },
  {
    header: grantWords.columns.given,
    cell: ({ grantedBy }: AgentGrant) => <ActorName actor={grantedBy} />,
  },
  {
    header: grantWords.columns.when,
    cell: ({ createdAtMs }: AgentGrant) => <When atMs={createdAtMs} />,
  },
  {
    header: grantWords.columns.reason,
    cell: ({ reason }: AgentGrant) => (reason === undefined ? '–' : <AgentText text={reason} />),
  },
];

/** The grants that an agent has; they are revoked where the automation is. */
export function AgentGrants({ agentId }: Props) {
  const answer = useAnswer('agent.grants', { agentId }, ['automations']);
  return (
    <Loaded answer={answer} height={120}>
      {({ grants, isCut }) => (
        <>
          {grants.length === 0 ? (
            <EmptyState icon={IconKey} {...grantWords.none} />
          ) : (
            <SmallTable
              label={grantWords.label}
              columns={grantColumns}
              rows={grants}
              keyOf={({ grantId }) => grantId}
            />
          )}
          {isCut && <p>{grantWords.cut}</p>}
        </>
      )}
    </Loaded>
  );
}

const runWords = agentStrings.runs;
const requestWords = agentStrings.requests;
const historyWords = agentStrings.history;

const runColumns: readonly Column<AgentRun>[] = [
  nameColumn(runWords.columns.automation, 'minmax(8rem, 2fr)', ({ automationName }) => automationName),
  {
    header: runWords.columns.status,
    width: 'minmax(8rem, 1fr)',
    cell: ({ status }) => <RunMark status={status} />,
  },
  timeColumn(runWords.columns.queued, 'minmax(10rem, 1.3fr)', ({ createdAtMs }) => createdAtMs),
  {
    header: runWords.columns.took,
    width: 'minmax(5.2rem, 0.4fr)',
    isNumber: true,
    cell: ({ startedAtMs, finishedAtMs }) =>
      startedAtMs === undefined || finishedAtMs === undefined ? '–' : spanWords(finishedAtMs - startedAtMs),
  },
  numberColumn(runWords.columns.tokens, 'minmax(4.4rem, 0.4fr)', ({ totalTokens }) => totalTokens, '–'),
  {
    header: runWords.columns.cost,
    width: 'minmax(5.2rem, 0.4fr)',
    isNumber: true,
    cell: ({ costNanos, hasEstimate, status }) =>
      status === 'queued' ? '–' : <RunCost costNanos={costNanos} hasEstimate={hasEstimate} />,
  },
];

/** The runs of an agent's automations. */
export function AgentRuns({ agentId }: Props) {
  const { actions } = useDeskParts();
  const pages = usePages('agent.runs', { agentId }, ['runs', 'spend'], 'runs');
  return (
    <ListView
      pages={pages}
      empty={<EmptyState icon={IconPlayerPlay} {...runWords.none} />}
      label={runWords.label}
      columns={runColumns}
      keyOf={({ runId }) => runId}
      nameOf={({ automationName, status }) => `${visibleLine(automationName, 80)}, ${runStrings.status[status]}`}
      onOpen={({ automationId }) => actions.show('automations', automationId)}
    />
  );
}

const requestColumns: readonly Column<AgentApproval>[] = [
  {
    header: requestWords.columns.request,
    width: 'minmax(14rem, 3fr)',
    cell: (approval) => <AgentText text={approval.title} />,
  },
  {
    header: requestWords.columns.type,
    width: 'minmax(8rem, 1fr)',
    cell: ({ requestType }) => strings.type[requestType],
  },
  {
    header: requestWords.columns.status,
    width: '7rem',
    cell: (approval) => <StatusMark status={operatorStatus(approval)} />,
  },
  timeColumn(requestWords.columns.asked, 'minmax(10rem, 1fr)', ({ createdAtMs }) => createdAtMs),
];

/** The requests by or about an agent; one is opened in the queue. */
export function AgentRequests({ agentId }: Props) {
  const { actions } = useDeskParts();
  const pages = usePages('agent.approvals', { agentId }, ['approvals'], 'approvals');
  return (
    <ListView
      pages={pages}
      empty={<EmptyState icon={IconInbox} {...requestWords.none} />}
      label={requestWords.label}
      columns={requestColumns}
      keyOf={({ approvalId }) => approvalId}
      nameOf={(approval) => `${approval.title}, ${strings.status[operatorStatus(approval)]}`}
      onOpen={({ approvalId }) => void actions.open(approvalId)}
    />
  );
}

/** Why something happened, in a sentence where there is one. */
function whyWords({ name, code, reason, automationId, lineage }: AgentEvent): string {
  const tell =
    name === 'agent.lineage_changed'
      ? historyWords.lineage.changed
      : name === 'agent.lineage_corrected'
        ? historyWords.lineage.corrected
        : code === 'AGENT_LINEAGES_FULL'
          ? historyWords.lineage.full
          : undefined;
  if (tell !== undefined && lineage !== undefined) return tell(lineage.agentId, lineage.ancestorIds.join(' › '));
  return reason ?? code ?? automationId ?? '';
}

const historyColumns: readonly Column<AgentEvent>[] = [
  {
    header: historyWords.columns.what,
    width: 'minmax(10rem, 1.4fr)',
    cell: ({ name }) => eventLabel(name),
  },
  {
    header: historyWords.columns.who,
    width: 'minmax(9rem, 1.2fr)',
    cell: ({ actor }) => <ActorName actor={actor} />,
  },
  {
    header: historyWords.columns.why,
    width: 'minmax(8.2rem, 2fr)',
    cell: (event) => <AgentText text={whyWords(event)} />,
  },
  timeColumn(historyWords.columns.when, 'minmax(10rem, 1fr)', ({ atMs }) => atMs),
  numberColumn(historyWords.columns.seq, '4rem', ({ seq }) => seq),
];

/** What the audit log has about an agent; a row is opened in Audit. */
export function AgentHistory({ agentId }: Props) {
  const { actions } = useDeskParts();
  const pages = usePages('agent.history', { agentId }, ['audit'], 'events');
  return (
    <ListView
      pages={pages}
      empty={<EmptyState icon={IconHistory} {...historyWords.none} />}
      label={historyWords.label}
      columns={historyColumns}
      keyOf={({ seq }) => String(seq)}
      nameOf={({ name, seq }) => `${eventLabel(name)}, ${historyWords.columns.seq} ${seq}`}
      onOpen={({ seq }) => actions.show('audit', String(seq))}
    />
  );
}
