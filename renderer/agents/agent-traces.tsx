import { IconHistory, IconInbox, IconPlayerPlay } from '@tabler/icons-react';
import type { AgentApproval, AgentEvent, AgentRun } from '../../shared/contract/agent';
import { approvalTitle } from '../../shared/contract/approval';
import { visibleLine } from '../../shared/kernel/visible-text';
import { eventLabel } from '../audit/audit-row';
import { RunMark } from '../automations/run-mark';
import { runStrings, spanWords } from '../automations/strings-runs';
import { formatNumber } from '../format';
import { StatusMark } from '../queue/status-mark';
import { RunCost } from '../spend/cost';
import { useDeskParts } from '../state/desk-context';
import { usePages } from '../state/use-pages';
import { strings } from '../strings';
import { ActorName } from '../ui/actor-name';
import { AgentText } from '../ui/agent-text';
import type { Column } from '../ui/column';
import { EmptyState } from '../ui/empty-state';
import { ListView } from '../ui/list-view';
import { When } from '../ui/when';
import { agentStrings } from './strings-agents';

type Props = { readonly agentId: string };

const runWords = agentStrings.runs;
const requestWords = agentStrings.requests;
const historyWords = agentStrings.history;

const runColumns: readonly Column<AgentRun>[] = [
  {
    header: runWords.columns.automation,
    width: 'minmax(10rem, 2fr)',
    cell: ({ automationName }) => (
      <b>
        <AgentText text={automationName} />
      </b>
    ),
  },
  {
    header: runWords.columns.status,
    width: 'minmax(9rem, 1fr)',
    cell: ({ status }) => <RunMark status={status} />,
  },
  {
    header: runWords.columns.queued,
    width: 'minmax(10rem, 1.3fr)',
    cell: ({ createdAtMs }) => <When atMs={createdAtMs} />,
  },
  {
    header: runWords.columns.took,
    width: '7rem',
    isNumber: true,
    cell: ({ startedAtMs, finishedAtMs }) =>
      startedAtMs === undefined || finishedAtMs === undefined ? '–' : spanWords(finishedAtMs - startedAtMs),
  },
  {
    header: runWords.columns.tokens,
    width: '6.5rem',
    isNumber: true,
    cell: ({ totalTokens }) => (totalTokens === 0 ? '–' : formatNumber(totalTokens)),
  },
  {
    header: runWords.columns.cost,
    width: '7.5rem',
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
    cell: (approval) => <b>{approvalTitle(approval)}</b>,
  },
  {
    header: requestWords.columns.type,
    width: 'minmax(8rem, 1fr)',
    cell: ({ requestType }) => strings.type[requestType],
  },
  {
    header: requestWords.columns.status,
    width: '7rem',
    cell: ({ status }) => <StatusMark status={status} />,
  },
  {
    header: requestWords.columns.asked,
    width: 'minmax(10rem, 1fr)',
    cell: ({ createdAtMs }) => <When atMs={createdAtMs} />,
  },
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
      nameOf={(approval) => `${approvalTitle(approval)}, ${strings.status[approval.status]}`}
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
    width: 'minmax(11rem, 1.4fr)',
    cell: ({ name }) => eventLabel(name),
  },
  {
    header: historyWords.columns.who,
    width: 'minmax(10rem, 1.2fr)',
    cell: ({ actor }) => <ActorName actor={actor} />,
  },
  {
    header: historyWords.columns.why,
    width: 'minmax(10rem, 2fr)',
    cell: (event) => <AgentText text={whyWords(event)} />,
  },
  {
    header: historyWords.columns.when,
    width: 'minmax(10rem, 1fr)',
    cell: ({ atMs }) => <When atMs={atMs} />,
  },
  {
    header: historyWords.columns.seq,
    width: '4.5rem',
    isNumber: true,
    cell: ({ seq }) => formatNumber(seq),
  },
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
