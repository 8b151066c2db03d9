import { Box } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Approval } from '../../shared/contract/approval';
import { fieldOf, fieldsOf, isJsonObject } from '../../shared/kernel/fields';
import { nanosOfUsd } from '../../shared/kernel/money';
import { isGatehouse } from '../../shared/kernel/own-source';
import { formatNumber, formatUsd } from '../format';
import { AgentLink, AgentText, AutomationLink } from '../ui/names';
import { Facts } from '../ui/page';
import { Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import { queueStrings } from './strings-queue';

const words = queueStrings.own;

type Fact = readonly [name: string, value: ReactNode];
type ToFact = (value: unknown) => Fact | undefined;

/** Said already: in the title, in the reason, or in the words of another fact. */
const said: ToFact = () => undefined;

const counted =
  (name: string): ToFact =>
  (value) =>
    typeof value === 'number' ? [name, formatNumber(value)] : undefined;

const dollars =
  (name: string): ToFact =>
  (value) =>
    typeof value === 'number' ? [name, formatUsd(nanosOfUsd(value))] : undefined;

const ids =
  (name: string): ToFact =>
  (value) => {
    const all = [value].flat().filter((each) => typeof each === 'string');
    if (all.length === 0) return undefined;
    return [
      name,
      <span key={name} className={ui['mono']}>
        <AgentText text={all.join(', ')} />
      </span>,
    ];
  };

/** What Gatehouse writes into the context of its own requests for programs (spec/governance.md sections 6 to 10), each as a fact. */
const factOf: Readonly<Record<string, ToFact>> = {
  trigger: said,
  reviewKind: said,
  reason: said,
  agentID: said,
  automationID: (id) =>
    typeof id === 'string' ? [words.automation, <AutomationLink key="automation" automationId={id} />] : undefined,
  runID: ids(words.run),
  detail: (detail) =>
    typeof detail === 'string' && detail !== '' ? [words.detail, <AgentText key="detail" text={detail} />] : undefined,
  createdSinceReview: counted(words.created),
  creationReviewThreshold: counted(words.threshold),
  runCountSinceReview: counted(words.runs),
  findingCount: counted(words.findings),
  weeklyCostUsd: dollars(words.spent),
  weeklySpendCapUsd: said,
  expiresAtMs: (atMs) =>
    typeof atMs === 'number' ? [words.ends, <Instant key="ends" atMs={atMs} isDeadline />] : undefined,
  pausedRunIDs: ids(words.pausedRuns),
  grant_id: ids(words.grant),
  granted_to: (id) =>
    typeof id === 'string' ? [words.grantedTo, <AgentLink key="granted" agentId={id} />] : undefined,
  grant_kind: said,
  removed_mcp_servers: (removed) => ids(words.servers)([removed].flat().flatMap((each) => fieldOf(each, 'servers'))),
};

/** The fields of a context of Gatehouse's own; those of its evidence are among them. */
function fieldsOfOwn(context: unknown): readonly (readonly [string, unknown])[] {
  const { evidence, ...fields } = fieldsOf(context);
  return Object.entries(isJsonObject(evidence) ? { ...fields, ...evidence } : { ...fields, evidence });
}

/** What Gatehouse found, for a request of its own: as facts in words. */
export function OwnFacts({ approval }: { readonly approval: Approval }) {
  if (!isGatehouse(approval.requestedBy)) return null;
  const facts = fieldsOfOwn(approval.context).flatMap(([field, value]) => {
    const fact = factOf[field]?.(value);
    return fact === undefined ? [] : [fact];
  });
  return (
    facts.length > 0 && (
      <Box mt={16} fz="sm">
        <Facts facts={facts} />
      </Box>
    )
  );
}

/** What a request of Gatehouse's own says beyond the facts that are shown in words; undefined for nothing. */
export function restOfOwn(context: unknown): unknown {
  const rest = fieldsOfOwn(context).filter(([field, value]) => value !== undefined && !Object.hasOwn(factOf, field));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}
