import { Box } from '@mantine/core';
import type { Actor } from '../../shared/kernel/actor';
import type { AnswerOf } from '../bridge';
import { ActorName } from '../ui/actor-name';
import { AgentText } from '../ui/agent-text';
import { Instant } from '../ui/deadline';
import { Facts } from '../ui/facts';
import { AgentLink } from '../ui/links';
import { Panel } from '../ui/panel';
import classes from './automation-custody.module.css';
import { automationStrings } from './strings-automations';

/** One automation as its page shows it. */
export type WholeAutomation = AnswerOf<'automation.whole'>;

const { detail } = automationStrings;

/** Whose an automation is: creator, root and ancestors, its dates, and what it may do beyond running. */
export function AutomationCustody({ whole }: { readonly whole: WholeAutomation }) {
  const { record, overview } = whole;
  const { creator, rootActor, ancestorChain, depth, requestSource } = record.provenance;
  const { createsAgents, modifiesGrants } = record.declaredCapabilities;
  const { deletion } = overview;
  const capabilities = [
    ...(createsAgents ? [detail.createsAgents] : []),
    ...(modifiesGrants ? [detail.modifiesGrants] : []),
  ];
  return (
    <Panel title={detail.custody}>
      <Facts
        facts={[
          [detail.creator, <ActorLink key="creator" actor={creator} />],
          [detail.root, <ActorLink key="root" actor={rootActor} />],
          [detail.lineage, <Ancestors key="lineage" actors={ancestorChain.map(({ actor }) => actor)} />],
          [detail.depth, depth],
          [detail.source, requestSource === undefined ? undefined : <AgentText key="source" text={requestSource} />],
          [detail.created, <Instant key="created" atMs={record.createdAtMs} />],
          [detail.updated, <Instant key="updated" atMs={whole.automation.updatedAtMs} />],
          [detail.expires, instantOr(record.expiresAtMs, automationStrings.neverExpires)],
          [detail.expired, instantOr(record.expiredAtMs, undefined)],
          [
            detail.retired,
            record.retiredAtMs === undefined ? undefined : (
              <span key="retired">
                <Instant atMs={record.retiredAtMs} />
                {record.retireReason !== undefined && (
                  <Box component="span" display="block" c="dimmed">
                    <AgentText text={record.retireReason} />
                  </Box>
                )}
              </span>
            ),
          ],
          [
            detail.deleted,
            deletion === undefined ? undefined : (
              <span key="deleted">
                <Instant atMs={deletion.deletedAtMs} /> {detail.by} <ActorLink actor={deletion.deletedBy} />
              </span>
            ),
          ],
          [detail.restoreUntil, instantOr(deletion?.restoreUntilMs, undefined)],
          [detail.lastReviewed, instantOr(record.lastReviewedAtMs, detail.never)],
          [detail.runsSinceReview, record.runsSinceReview],
          [detail.capabilities, capabilities.length === 0 ? detail.noCapabilities : capabilities.join(', ')],
        ]}
      />
    </Panel>
  );
}

function instantOr(atMs: number | undefined, otherwise: string | undefined) {
  return atMs === undefined ? otherwise : <Instant atMs={atMs} />;
}

/** Who someone is; an agent leads to its page. */
function ActorLink({ actor }: { readonly actor: Actor }) {
  return actor.kind === 'agent' && actor.actorId !== undefined ? (
    <AgentLink agentId={actor.actorId} />
  ) : (
    <ActorName actor={actor} />
  );
}

function Ancestors({ actors }: { readonly actors: readonly Actor[] }) {
  if (actors.length === 0) return detail.noAncestors;
  return (
    <ol className={classes['ancestors']} aria-label={detail.lineageOrder}>
      {actors.map((actor, index) => (
        <li key={index}>
          <ActorLink actor={actor} />
        </li>
      ))}
    </ol>
  );
}
