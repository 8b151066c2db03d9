import { Group, Skeleton } from '@mantine/core';
import {
  IconArchive,
  IconClockPlay,
  IconKey,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconUserSearch,
} from '@tabler/icons-react';
import type { AgentAutomation, AgentGrant } from '../../shared/contract-agent-desk';
import { visibleLine } from '../../shared/visible-text';
import type { AnswerOf } from '../bridge';
import { useDeskParts } from '../state/desk-context';
import { useAnswer } from '../state/use-answer';
import { usePages } from '../state/use-pages';
import { agentStrings } from '../strings-agents';
import { ActorName } from './actor-name';
import { AgentText } from './agent-text';
import { type Column, DataTable } from './data-table';
import { EmptyState } from './empty-state';
import { AutomationLink } from './links';
import { LoadRefusal } from './load-refusal';
import { Mark } from './mark';
import { SmallTable } from './small-table';
import { When } from './when';

type Props = { readonly agentId: string };

const automationsOf = (answer: AnswerOf<'agent.automations'>) => answer.automations;
const automationWords = agentStrings.automations;
const statusIcons = { draft: IconPencil, active: IconPlayerPlay, paused: IconPlayerPause } as const;

const automationColumns: readonly Column<AgentAutomation>[] = [
  {
    key: 'name',
    header: automationWords.columns.name,
    width: 'minmax(10rem, 2fr)',
    cell: ({ name }) => (
      <b>
        <AgentText text={name} />
      </b>
    ),
  },
  {
    key: 'part',
    header: automationWords.columns.part,
    width: 'minmax(12rem, 1fr)',
    cell: ({ part }) => automationWords.part[part],
  },
  {
    key: 'status',
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
    key: 'expires',
    header: automationWords.columns.expires,
    width: 'minmax(11rem, 1fr)',
    cell: ({ expiresAtMs }) => (expiresAtMs === undefined ? automationWords.never : <When atMs={expiresAtMs} />),
  },
  {
    key: 'updated',
    header: automationWords.columns.updated,
    width: 'minmax(11rem, 1fr)',
    cell: ({ updatedAtMs }) => <When atMs={updatedAtMs} />,
  },
];

/** The automations of an agent, with what it is to each. */
export function AgentAutomations({ agentId }: Props) {
  const { actions } = useDeskParts();
  const pages = usePages('agent.automations', { agentId }, ['automations', 'agents'], automationsOf);
  return (
    <>
      <LoadRefusal refusal={pages.refusal} onTryAgain={pages.reload} />
      {pages.rows?.length === 0 ? (
        <EmptyState icon={IconClockPlay} title={automationWords.none.title}>
          {automationWords.none.words}
        </EmptyState>
      ) : (
        (pages.rows !== undefined || pages.refusal === undefined) && (
          <DataTable
            label={automationWords.label}
            columns={automationColumns}
            rows={pages.rows}
            keyOf={({ automationId }) => automationId}
            nameOf={({ name }) => visibleLine(name, 80)}
            onOpen={({ automationId }) => actions.show('automations', automationId)}
            hasMore={pages.hasMore}
            onEnd={pages.loadMore}
          />
        )
      )}
    </>
  );
}

const grantWords = agentStrings.grants;

const grantColumns = [
  {
    key: 'automation',
    header: grantWords.columns.automation,
    cell: ({ automationId, automationName }: AgentGrant) => (
      <AutomationLink automationId={automationId} name={automationName} />
    ),
  },
  {
    key: 'kind',
    header: grantWords.columns.kind,
    cell: ({ grantKind, capabilityKey }: AgentGrant) =>
      grantKind === 'modify' ? grantWords.modify : <AgentText text={capabilityKey ?? grantKind} />,
  },
  {
    key: 'given',
    header: grantWords.columns.given,
    cell: ({ grantedBy }: AgentGrant) => <ActorName actor={grantedBy} />,
  },
  {
    key: 'when',
    header: grantWords.columns.when,
    cell: ({ createdAtMs }: AgentGrant) => <When atMs={createdAtMs} />,
  },
  {
    key: 'reason',
    header: grantWords.columns.reason,
    cell: ({ reason }: AgentGrant) => (reason === undefined ? '–' : <AgentText text={reason} />),
  },
];

/** The grants that an agent has; they are revoked where the automation is. */
export function AgentGrants({ agentId }: Props) {
  const { value, refusal, reload } = useAnswer('agent.grants', { agentId }, ['automations']);
  return (
    <>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {value === undefined && refusal === undefined && <Skeleton height={120} />}
      {value?.grants.length === 0 && (
        <EmptyState icon={IconKey} title={grantWords.none.title}>
          {grantWords.none.words}
        </EmptyState>
      )}
      {value !== undefined && value.grants.length > 0 && (
        <SmallTable
          label={grantWords.label}
          columns={grantColumns}
          rows={value.grants}
          keyOf={({ grantId }) => grantId}
        />
      )}
      {value?.isCut === true && <p>{grantWords.cut}</p>}
    </>
  );
}
