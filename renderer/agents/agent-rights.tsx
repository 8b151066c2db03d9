import { Group } from '@mantine/core';
import {
  IconArchive,
  IconClockPlay,
  IconKey,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconUserSearch,
} from '@tabler/icons-react';
import type { AgentAutomation, AgentGrant } from '../../shared/contract/agent';
import { visibleLine } from '../../shared/kernel/visible-text';
import { useDeskParts } from '../state/desk-context';
import { useAnswer } from '../state/use-answer';
import { usePages } from '../state/use-pages';
import { ActorName } from '../ui/actor-name';
import { AgentText } from '../ui/agent-text';
import type { Column } from '../ui/column';
import { EmptyState } from '../ui/empty-state';
import { AutomationLink } from '../ui/links';
import { ListView, Loaded } from '../ui/list-view';
import { Mark } from '../ui/mark';
import { SmallTable } from '../ui/small-table';
import { When } from '../ui/when';
import { agentStrings } from './strings-agents';

type Props = { readonly agentId: string };

const automationWords = agentStrings.automations;
const statusIcons = { draft: IconPencil, active: IconPlayerPlay, paused: IconPlayerPause } as const;

const automationColumns: readonly Column<AgentAutomation>[] = [
  {
    header: automationWords.columns.name,
    width: 'minmax(10rem, 2fr)',
    cell: ({ name }) => (
      <b>
        <AgentText text={name} />
      </b>
    ),
  },
  {
    header: automationWords.columns.part,
    width: 'minmax(12rem, 1fr)',
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
    width: 'minmax(11rem, 1fr)',
    cell: ({ expiresAtMs }) => (expiresAtMs === undefined ? automationWords.never : <When atMs={expiresAtMs} />),
  },
  {
    header: automationWords.columns.updated,
    width: 'minmax(11rem, 1fr)',
    cell: ({ updatedAtMs }) => <When atMs={updatedAtMs} />,
  },
];

/** The automations of an agent, with what it is to each. */
export function AgentAutomations({ agentId }: Props) {
  const { actions } = useDeskParts();
  const pages = usePages('agent.automations', { agentId }, ['automations', 'agents'], 'automations');
  return (
    <ListView
      pages={pages}
      label={automationWords.label}
      columns={automationColumns}
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
