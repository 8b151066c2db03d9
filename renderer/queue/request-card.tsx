import { Box, Flex, Group } from '@mantine/core';
import { IconAlertTriangle, IconStack2 } from '@tabler/icons-react';
import { useLayoutEffect, useMemo, useState } from 'react';
import { reasonOf } from '../../shared/act/approval-title';
import { restOfContext } from '../../shared/act/engine-facts';
import type { Approval } from '../../shared/contract/approval';
import { standingRequestTypes } from '../../shared/contract/request-kinds';
import type { RiskReason } from '../../shared/judgement';
import { formatterOf } from '../../shared/kernel/formatter';
import { isGatehouse } from '../../shared/kernel/own-source';
import { operatorStatus } from '../../shared/missed';
import { Act, readableJson } from '../act/act';
import { ExactText } from '../act/exact-text';
import { runStrings } from '../automations/strings-automations';
import type { AnswerOf } from '../bridge';
import { formatUsd } from '../format';
import { useAnswer } from '../state/answers';
import { useDesk, useDeskParts } from '../state/desk-context';
import { groupOfShown } from '../state/desk-store';
import { groupOf } from '../state/queue';
import { strings } from '../strings';
import { AgentLink, AgentParagraphs, AgentText, Lineage, TextButton } from '../ui/names';
import { Facts } from '../ui/page';
import { Instant, useNowNear } from '../ui/times';
import ui from '../ui/ui.module.css';
import classes from './card.module.css';
import { DecisionBar } from './decision-bar';
import { OwnFacts, restOfOwn } from './own-facts';
import { ApprovalTitle, RequestTypeMark, StatusMark, WhereMark } from './request-marks';
import { queueStrings } from './strings-queue';

/** The element that Enter in the list goes to. */
export const CARD_ID = 'gatehouse-card';

/** A context up to this long is open from the start, in characters; where there is no act it is what is approved: open. */
const SMALL_CONTEXT = 1_500;

const noReasons: readonly RiskReason[] = [];

/** A request, whole: everything that the operator decides on, and below it the decision or what became of it. */
export function RequestCard({ approval }: { readonly approval: Approval }) {
  const { guard } = useDeskParts();
  const [isActCut, setActCut] = useState(false);
  const { value: facts } = useAnswer('approvals.facts', { approvalId: approval.approvalId }, []);
  // Drawn is what counts for the eye; the store's change, which starts the time too, may be a while before it.
  useLayoutEffect(() => guard.swapped(approval.approvalId, true), [guard, approval.approvalId, approval.revision]);

  const reason = reasonOf(approval);
  return (
    <article className={classes['card']} aria-labelledby="gatehouse-title">
      <div id={CARD_ID} className={classes['scroll']} tabIndex={0} role="group" aria-labelledby="gatehouse-title">
        <Group gap="4px 12px" justify="space-between" fz="sm">
          {approval.requestType === 'tool_call' ? (
            <WhereMark approval={approval} />
          ) : (
            <RequestTypeMark type={approval.requestType} />
          )}
          {approval.status === 'pending' ? (
            <Flex component="span" gap={5} align="center" wrap="wrap" c="dimmed">
              {strings.card.expires} <Instant atMs={approval.expiresAtMs} isDeadline />
            </Flex>
          ) : (
            <StatusMark status={operatorStatus(approval)} toolRuleId={approval.toolRuleId} />
          )}
        </Group>
        <PartOfGroup />
        <h2 id="gatehouse-title" className={classes['title']}>
          <ApprovalTitle approval={approval} />
        </h2>
        <Group gap="2px 10px" fz="sm">
          <span className={ui['dim']}>{strings.card.askedBy}</span>
          <Lineage ancestorIds={approval.ancestorIds} asker={approval.requestedBy} />
        </Group>
        <RiskLine approvalId={approval.approvalId} />

        <h3 className={classes['heading']}>{strings.card.what}</h3>
        <Act approval={approval} reasons={facts?.risk.reasons ?? noReasons} onCut={setActCut} />

        {reason !== undefined && (
          <>
            <h3 className={classes['heading']}>{strings.card.why}</h3>
            <AgentParagraphs text={reason} />
          </>
        )}
        {approval.requestType === 'quota_override' && <AlsoAsked approvalId={approval.approvalId} />}

        <OwnFacts approval={approval} />
        <CardFacts approval={approval} />
        <Context approval={approval} />
        <Details approval={approval} />
      </div>
      <DecisionBar approval={approval} isActCut={isActCut} />
    </article>
  );
}

/** The way from one of several similar requests to all of them. */
function PartOfGroup() {
  const { actions } = useDeskParts();
  const group = useDesk(groupOfShown);
  const count = useDesk((state) => (group === undefined ? 0 : groupOf(state.queue, group).length));
  if (group === undefined) return null;
  return (
    <Group gap="0.45em" mt={8} c="dimmed" fz="sm">
      <IconStack2 size={15} stroke={1.75} aria-hidden />
      {queueStrings.group.partOf(count)}
      <TextButton onClick={() => actions.openGroup(group)}>{queueStrings.group.showAll}</TextButton>
    </Group>
  );
}

/** Why the agent itself asks for the same: deciding this card decides that request as well. */
function AlsoAsked({ approvalId }: { readonly approvalId: string }) {
  const { value } = useAnswer('approvals.facts', { approvalId }, ['approvals']);
  return value?.alsoAsked?.map((asked) => (
    <div key={asked.approvalId}>
      <p className={classes['none']}>{strings.card.alsoAsked}</p>
      <AgentParagraphs text={asked.rationale} />
    </div>
  ));
}

/** What the expiry of a request means as it stands; undefined where it means nothing any more: what is used up or refused has none. */
function expiryTermOf({ status, requestType, action, consumedAtMs }: Approval): string | undefined {
  if (status === 'pending') return strings.card.expires;
  if (status === 'expired') return strings.card.expired;
  const isOfUse = standingRequestTypes.includes(requestType) || (action !== undefined && consumedAtMs === undefined);
  return status === 'approved' && isOfUse ? strings.card.standsUntil : undefined;
}

/** An asker that waits until about the expiry says nothing that the expiry does not say: a hook waits a few seconds less. */
const SAME_TIME_MS = 60_000;

function CardFacts({ approval }: { readonly approval: Approval }) {
  const isPending = approval.status === 'pending';
  // While it waits, its time stands at the top.
  const expiryTerm = isPending ? undefined : expiryTermOf(approval);
  const { waitingUntilMs, expiresAtMs, approvalId } = approval;
  const isWaitShown = waitingUntilMs !== undefined && Math.abs(expiresAtMs - waitingUntilMs) > SAME_TIME_MS;
  const cost = useAnswer('approvals.facts', { approvalId }, ['spend', 'runs', 'limits']).value;
  return (
    <Box mt={20} fz="sm">
      <Facts
        facts={[
          [strings.card.asked, <Instant key="asked" atMs={approval.createdAtMs} />],
          [expiryTerm ?? '', expiryTerm && <Instant key="expiry" atMs={expiresAtMs} />],
          [
            strings.card.waitsUntil,
            isWaitShown && <WaitsUntil key="waits" isPending={isPending} atMs={waitingUntilMs} />,
          ],
          [queueStrings.cost.term, cost !== undefined && isCostKnown(cost) && <CostSoFar key="cost" facts={cost} />],
        ]}
      />
    </Box>
  );
}

function WaitsUntil({ isPending, atMs }: { readonly isPending: boolean; readonly atMs: number }) {
  const isOver = atMs < useNowNear(atMs) && isPending;
  return (
    <>
      {strings.card.until} <Instant atMs={atMs} />
      {isOver && <Box c="var(--gh-brass)">{strings.card.stoppedWaiting}</Box>}
    </>
  );
}

/** What the asker sent along; the facts of an engine's session are none of that, nor is what Gatehouse says in words of its own. */
function Context({ approval }: { readonly approval: Approval }) {
  const isOwn = isGatehouse(approval.requestedBy);
  const context = useMemo(
    () => (isOwn ? restOfOwn(approval.context) : restOfContext(approval.context)),
    [approval.context, isOwn],
  );
  const json = useMemo(() => readableJson(context), [context]);
  const [isOpen, setOpen] = useState(json.length <= SMALL_CONTEXT || approval.action === undefined);
  if (context === undefined) return null;
  return (
    <details className={classes['section']} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {strings.card.context}
        <Box component="span" pl={10} fw={400}>
          {strings.card.size(json.length, json.split('\n').length)}
        </Box>
      </summary>
      {isOpen && <ExactText text={json} label={strings.card.context} />}
    </details>
  );
}

function Mono({ text }: { readonly text: string | number }) {
  return <span className={ui['mono']}>{text}</span>;
}

function Details({ approval }: { readonly approval: Approval }) {
  return (
    <details className={classes['section']}>
      <summary>{strings.card.details}</summary>
      <Facts
        facts={[
          [
            strings.card.target,
            <span key="target">
              <AgentText text={approval.targetResource.type} /> <AgentText text={approval.targetResource.id} />
            </span>,
          ],
          [strings.card.id, <Mono key="id" text={approval.approvalId} />],
          [strings.card.revision, <Mono key="revision" text={approval.revision} />],
          [strings.card.actionHash, approval.actionHash && <Mono key="hash" text={approval.actionHash} />],
        ]}
      />
    </details>
  );
}

const costWords = queueStrings.cost;

/** What a week was charged: nothing and unknown are words, never $0. */
function weekWords(weekNanos: number | undefined): string {
  if (weekNanos === undefined) return runStrings.unknownCost;
  return weekNanos === 0 ? costWords.nothing : formatUsd(weekNanos);
}

type CardAnswer = AnswerOf<'approvals.facts'>;

/** Whether anybody has reported a cost of the run or of the agent: a line that says that nobody knows is left out. */
function isCostKnown({ run, lifetimeNanos }: CardAnswer): boolean {
  return run?.costNanos !== undefined || lifetimeNanos !== undefined;
}

/** What the run and the agent behind a request have cost so far, in a line; of what nobody reported it says that it is unknown. */
function CostSoFar({ facts }: { readonly facts: CardAnswer }) {
  const { run, agentId, weekNanos, weeklyCapNanos, lifetimeNanos } = facts;
  return (
    <Group gap="0 10px">
      {run !== undefined && (
        <span>
          {costWords.run}: {run.costNanos === undefined ? costWords.unknown : formatUsd(run.costNanos)}
        </span>
      )}
      {lifetimeNanos === undefined ? (
        // Without an agent behind it there is nobody whose week it could be.
        (run === undefined || agentId !== undefined) && <span>{costWords.unknown}</span>
      ) : (
        <span>
          {weekWords(weekNanos)} {costWords.week}
          {weeklyCapNanos !== undefined && ` ${costWords.ofCap(formatUsd(weeklyCapNanos))}`}, {formatUsd(lifetimeNanos)}{' '}
          {costWords.ever}
        </span>
      )}
      {agentId !== undefined && (
        <span>
          {costWords.by} <AgentLink agentId={agentId} />
        </span>
      )}
    </Group>
  );
}

const riskWords = queueStrings.risk;
const list = formatterOf<[items: readonly string[]]>(() => new Intl.ListFormat('en', { type: 'conjunction' }));

/** How dangerous a request is and why, as Gatehouse judges it; keeps its place while that is on its way. */
function RiskLine({ approvalId }: { readonly approvalId: string }) {
  const { value } = useAnswer('approvals.facts', { approvalId }, []);
  const risk = value?.risk;
  return (
    <p className={classes['risk']} data-level={risk?.level}>
      {risk?.level === 'high' && (
        <>
          <IconAlertTriangle size={15} stroke={1.9} aria-hidden />
          <span>
            <b>{riskWords.high}</b> <AgentText text={list.format(risk.reasons.map(({ what }) => what))} />
          </span>
        </>
      )}
      {risk !== undefined && risk.level !== 'high' && riskWords[risk.level]}
      {risk?.notes !== undefined && (
        <span>
          {riskWords.note} <AgentText text={list.format(risk.notes)} />
        </span>
      )}
    </p>
  );
}
