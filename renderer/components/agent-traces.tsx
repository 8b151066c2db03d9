import { IconHistory, IconInbox, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { approvalTitle } from '../../shared/approval-title';
import type { AgentApproval, AgentEvent, AgentRun } from '../../shared/contract-agent-desk';
import { visibleLine } from '../../shared/visible-text';
import type { AnswerOf } from '../bridge';
import { formatNumber } from '../format';
import { useDeskParts } from '../state/desk-context';
import { type Pages, usePages } from '../state/use-pages';
import { strings } from '../strings';
import { agentStrings } from '../strings-agents';
import { auditStrings } from '../strings-audit';
import { runStrings, spanWords } from '../strings-runs';
import { ActorName } from './actor-name';
import { AgentText } from './agent-text';
import { RunCost } from './cost';
import { type Column, DataTable } from './data-table';
import { EmptyState } from './empty-state';
import { LoadRefusal } from './load-refusal';
import { RunMark } from './run-mark';
import { StatusMark } from './status-mark';
import { When } from './when';

type Props = { readonly agentId: string };

const runsOf = (answer: AnswerOf<'agent.runs'>) => answer.runs;
const approvalsOf = (answer: AnswerOf<'agent.approvals'>) => answer.approvals;
const eventsOf = (answer: AnswerOf<'agent.history'>) => answer.events;
const runWords = agentStrings.runs;
const requestWords = agentStrings.requests;
const historyWords = agentStrings.history;

const runColumns: readonly Column<AgentRun>[] = [
  {
    key: 'automation',
    header: runWords.columns.automation,
    width: 'minmax(10rem, 2fr)',
    cell: ({ automationName }) => (
      <b>
        <AgentText text={automationName} />
      </b>
    ),
  },
  {
    key: 'status',
    header: runWords.columns.status,
    width: 'minmax(9rem, 1fr)',
    cell: ({ status }) => <RunMark status={status} />,
  },
  {
    key: 'queued',
    header: runWords.columns.queued,
    width: 'minmax(10rem, 1.3fr)',
    cell: ({ createdAtMs }) => <When atMs={createdAtMs} />,
  },
  {
    key: 'took',
    header: runWords.columns.took,
    width: '7rem',
    isNumber: true,
    cell: ({ startedAtMs, finishedAtMs }) =>
      startedAtMs === undefined || finishedAtMs === undefined ? '–' : spanWords(finishedAtMs - startedAtMs),
  },
  {
    key: 'tokens',
    header: runWords.columns.tokens,
    width: '6.5rem',
    isNumber: true,
    cell: ({ totalTokens }) => (totalTokens === 0 ? '–' : formatNumber(totalTokens)),
  },
  {
    key: 'cost',
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
  const pages = usePages('agent.runs', { agentId }, ['runs', 'spend'], runsOf);
  return (
    <List pages={pages} empty={<Empty icon={IconPlayerPlay} words={runWords.none} />}>
      <DataTable
        label={runWords.label}
        columns={runColumns}
        rows={pages.rows}
        keyOf={({ runId }) => runId}
        nameOf={({ automationName, status }) => `${visibleLine(automationName, 80)}, ${runStrings.status[status]}`}
        onOpen={({ automationId }) => actions.show('automations', automationId)}
        hasMore={pages.hasMore}
        onEnd={pages.loadMore}
      />
    </List>
  );
}

const requestColumns: readonly Column<AgentApproval>[] = [
  {
    key: 'request',
    header: requestWords.columns.request,
    width: 'minmax(14rem, 3fr)',
    cell: (approval) => <b>{approvalTitle(approval)}</b>,
  },
  {
    key: 'type',
    header: requestWords.columns.type,
    width: 'minmax(8rem, 1fr)',
    cell: ({ requestType }) => strings.type[requestType],
  },
  {
    key: 'status',
    header: requestWords.columns.status,
    width: '7rem',
    cell: ({ status }) => <StatusMark status={status} />,
  },
  {
    key: 'asked',
    header: requestWords.columns.asked,
    width: 'minmax(10rem, 1fr)',
    cell: ({ createdAtMs }) => <When atMs={createdAtMs} />,
  },
];

/** The requests by or about an agent; one is opened in the queue. */
export function AgentRequests({ agentId }: Props) {
  const { actions } = useDeskParts();
  const pages = usePages('agent.approvals', { agentId }, ['approvals'], approvalsOf);
  return (
    <List pages={pages} empty={<Empty icon={IconInbox} words={requestWords.none} />}>
      <DataTable
        label={requestWords.label}
        columns={requestColumns}
        rows={pages.rows}
        keyOf={({ approvalId }) => approvalId}
        nameOf={(approval) => `${approvalTitle(approval)}, ${strings.status[approval.status]}`}
        onOpen={({ approvalId }) => void actions.open(approvalId)}
        hasMore={pages.hasMore}
        onEnd={pages.loadMore}
      />
    </List>
  );
}

/** What an event of the audit log is called; one that is new here is called by its own name. */
function eventWords(name: string): string {
  const known: Readonly<Record<string, string>> = auditStrings.events;
  return known[name] ?? name;
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
    key: 'what',
    header: historyWords.columns.what,
    width: 'minmax(11rem, 1.4fr)',
    cell: ({ name }) => eventWords(name),
  },
  {
    key: 'who',
    header: historyWords.columns.who,
    width: 'minmax(10rem, 1.2fr)',
    cell: ({ actor }) => <ActorName actor={actor} />,
  },
  {
    key: 'why',
    header: historyWords.columns.why,
    width: 'minmax(10rem, 2fr)',
    cell: (event) => <AgentText text={whyWords(event)} />,
  },
  {
    key: 'when',
    header: historyWords.columns.when,
    width: 'minmax(10rem, 1fr)',
    cell: ({ atMs }) => <When atMs={atMs} />,
  },
  {
    key: 'seq',
    header: historyWords.columns.seq,
    width: '4.5rem',
    isNumber: true,
    cell: ({ seq }) => formatNumber(seq),
  },
];

/** What the audit log has about an agent; a row is opened in Audit. */
export function AgentHistory({ agentId }: Props) {
  const { actions } = useDeskParts();
  const pages = usePages('agent.history', { agentId }, ['audit'], eventsOf);
  return (
    <List pages={pages} empty={<Empty icon={IconHistory} words={historyWords.none} />}>
      <DataTable
        label={historyWords.label}
        columns={historyColumns}
        rows={pages.rows}
        keyOf={({ seq }) => String(seq)}
        nameOf={({ name, seq }) => `${eventWords(name)}, ${historyWords.columns.seq} ${seq}`}
        onOpen={({ seq }) => actions.show('audit', String(seq))}
        hasMore={pages.hasMore}
        onEnd={pages.loadMore}
      />
    </List>
  );
}

type ListProps = {
  readonly pages: Pick<Pages<unknown, unknown>, 'rows' | 'refusal' | 'reload'>;
  readonly empty: ReactNode;
  readonly children: ReactNode;
};

function List({ pages, empty, children }: ListProps) {
  return (
    <>
      <LoadRefusal refusal={pages.refusal} onTryAgain={pages.reload} />
      {pages.rows?.length === 0 ? empty : (pages.rows !== undefined || pages.refusal === undefined) && children}
    </>
  );
}

type EmptyProps = {
  readonly icon: typeof IconInbox;
  readonly words: { readonly title: string; readonly words: string };
};

function Empty({ icon, words }: EmptyProps) {
  return (
    <EmptyState icon={icon} title={words.title}>
      {words.words}
    </EmptyState>
  );
}
