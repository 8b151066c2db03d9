import type { Approval } from '../../../shared/contract/approval';
import type { EngineStatus } from '../../../shared/contract/connection';
import { engineNames } from '../../../shared/contract/engine';
import type { NotificationKind } from '../../../shared/contract/notifications';
import type { StopKind } from '../../../shared/contract/run';
import type { CommittedEvent, PayloadOf } from '../../../shared/events';
import type { Risk } from '../../../shared/judgement';
import { isGatehouse } from '../../../shared/kernel/actor';
import type { ErrorCode } from '../../../shared/kernel/errors';
import { visibleLine } from '../../../shared/kernel/visible-text';
import type { Commit } from '../../kernel/feed';
import type { Pairing } from '../../nouns/tokens/pairings';
import { strings, usd } from '../strings';
import type { Notice } from './plan';
import type { DesktopNotification } from './port';
import { requestNotification } from './request';

/** What is looked up to tell of a commit. */
export type NoticeReads = {
  readonly find: (approvalId: string) => Approval | undefined;
  readonly riskOf: (approval: Approval) => Risk;
  /** Whether a request waits on the card of another one, which is told of. */
  readonly isOnAnothersCard: (approvalId: string) => boolean;
  readonly automationName: (automationId: string) => string | undefined;
  /** The request that waits to lift an agent's cap. */
  readonly pendingOverride: (agentId: string) => string | undefined;
  /** The request that waits on what becomes of an automation. */
  readonly pendingRetirement: (automationId: string) => string | undefined;
};

/** Characters of a name in a title. */
const LONGEST_NAME = 40;

/** What the operator is to be told of what was committed together: each thing once, however many events it has. */
export function noticesOf(commit: Commit, reads: NoticeReads): readonly Notice[] {
  const stopped = new Set(commit.filter(({ name }) => name === 'spend.paused').flatMap(agentIdsOf));
  const notices = commit.flatMap((event): readonly Notice[] => {
    switch (event.name) {
      case 'approval.requested':
        return requested(event, reads, stopped);
      case 'spend.warning':
        return [spendWarning(event.payload)];
      case 'spend.paused':
        return event.payload.agents.map((spend) => hardStop(spend, commit, reads));
      case 'expired':
        return expired(event, reads);
      case 'agent.paused':
        return [agentStopped(event.payload, commit)];
      case 'denied':
        return notVouched(event.payload);
      default:
        return [];
    }
  });
  // The later one of what is about the same thing knows more of it.
  return [...new Map(notices.map((notice) => [notice.notification.key, notice])).values()];
}

/** A pending request as a notice: of Gatehouse itself about a review or an expiry, or of somebody else. */
export function noticeOfRequest(approval: Approval, reads: Pick<NoticeReads, 'automationName' | 'riskOf'>): Notice {
  const { approvalId, requestType, requestedBy, targetResource, rationale } = approval;
  const place = { view: 'queue', subject: approvalId } as const;
  const isOurs = isGatehouse(requestedBy);
  const look = (kind: NotificationKind, title: string): Notice => ({
    kind,
    approvalId,
    place,
    who: nameOf(targetResource, reads),
    notification: {
      ...opening(approvalId, title, visibleLine(rationale, 300), strings.reviewHighRisk),
      staysUntilWithdrawn: true,
    },
  });
  if (isOurs && requestType === 'lifecycle_review')
    return look('review', strings.reviewTitle(whatOf(targetResource, reads)));
  if (isOurs && requestType === 'retirement_action') {
    return look('expiry', strings.expiresTitle(nameOf(targetResource, reads)));
  }
  const who = requestedBy.actorId ?? requestedBy.source;
  return {
    kind: 'request',
    approvalId,
    place,
    ...(who !== undefined && { who: visibleLine(who, LONGEST_NAME) }),
    notification: requestNotification(approval, reads.riskOf(approval)),
  };
}

/** The key of the notification that agents cannot reach Gatehouse, or that the database cannot be used. */
export const TROUBLE_KEY = 'trouble';

/** What keeps agents from being served, as a notice. */
export function noticeOfTrouble(line: string): Notice {
  return {
    kind: 'api_trouble',
    place: { view: 'settings' },
    notification: { ...opening(TROUBLE_KEY, line, strings.troubleBody), staysUntilWithdrawn: true },
  };
}

/** A program that asks to be connected, as a notice; it is answered in the window only. */
export function noticeOfPairing({ connectionId, engine, agentId, code }: Pairing): Notice {
  const title = strings.pairingTitle(engineNames[engine]);
  const body = strings.pairingBody(visibleLine(agentId, LONGEST_NAME), code);
  return {
    kind: 'request',
    place: { view: 'settings', subject: 'engines' },
    notification: {
      ...opening(`pairing ${connectionId}`, title, body, strings.reviewHighRisk),
      staysUntilWithdrawn: true,
    },
  };
}

/** An engine whose tool calls do not come here any more, as a notice. */
export function noticeOfUnguarded({ engine, findings }: EngineStatus): Notice {
  const title = strings.unguardedTitle(engineNames[engine]);
  const body = strings.unguardedBody(findings[0] ?? '');
  return {
    kind: 'review',
    who: engineNames[engine],
    place: { view: 'settings', subject: 'engines' },
    notification: { ...opening(`unguarded ${engine}`, title, body, strings.reviewHighRisk), staysUntilWithdrawn: true },
  };
}

function requested(event: CommittedEvent, reads: NoticeReads, stopped: ReadonlySet<string>): readonly Notice[] {
  const approval = event.subjects.approvalId === undefined ? undefined : reads.find(event.subjects.approvalId);
  if (approval?.status !== 'pending' || reads.isOnAnothersCard(approval.approvalId)) return [];
  const { requestType, targetResource } = approval;
  // The hard stop that it is asked for has a notice of its own, which leads to it.
  if (requestType === 'quota_override' && stopped.has(targetResource.id)) return [];
  return [noticeOfRequest(approval, reads)];
}

function spendWarning(spend: PayloadOf<'spend.warning'>): Notice {
  const { agentId, weeklyCostNanos: cost, weeklySpendCapNanos: cap } = spend;
  const who = visibleLine(agentId, LONGEST_NAME);
  return {
    kind: 'spend_warning',
    who,
    place: { view: 'agents', subject: agentId },
    notification: opening(
      `spend warning ${agentId}`,
      // Never more than was spent: 99.6 % is not yet the whole cap.
      strings.spendWarningTitle(who, Math.floor((cost / cap) * 100) / 100),
      strings.spendWarningBody(usd(cost), usd(cap)),
    ),
  };
}

function hardStop(
  { agentId, weeklyCostNanos: cost, weeklySpendCapNanos: cap }: PayloadOf<'spend.paused'>['agents'][number],
  commit: Commit,
  reads: NoticeReads,
): Notice {
  const who = visibleLine(agentId, LONGEST_NAME);
  const approvalId = reads.pendingOverride(agentId);
  const body = [
    cost > cap ? strings.hardStopOver(usd(cost), usd(cap), usd(cost - cap)) : strings.hardStopAt(usd(cost), usd(cap)),
    `${strings.runsStopped(runsStopped(commit, 'guardrail_stopped', agentId))}.`,
    ...(approvalId === undefined ? [] : [strings.askedForMore]),
  ].join('\n');
  const label = approvalId === undefined ? strings.open : strings.reviewHighRisk;
  return {
    kind: 'hard_stop',
    who,
    ...(approvalId !== undefined && { approvalId }),
    place: approvalId === undefined ? { view: 'agents', subject: agentId } : { view: 'queue', subject: approvalId },
    notification: {
      ...opening(`hard stop ${agentId}`, strings.hardStopTitle(who), body, label),
      urgency: 'critical',
      staysUntilWithdrawn: true,
    },
  };
}

/** An approval that is not what the log says was to be used: somebody or something has changed the database (section 13). */
function notVouched({ code, approvalId }: PayloadOf<'denied'>): readonly Notice[] {
  if (code !== ('GOVERNANCE_APPROVAL_NOT_VOUCHED' satisfies ErrorCode) || approvalId === undefined) return [];
  return [
    {
      kind: 'api_trouble',
      place: { view: 'audit' },
      notification: {
        ...opening(`not vouched ${approvalId}`, strings.notVouchedTitle, strings.notVouchedBody),
        urgency: 'critical',
        staysUntilWithdrawn: true,
      },
    },
  ];
}

function expired({ subjects: { automationId } }: CommittedEvent, reads: NoticeReads): readonly Notice[] {
  const approvalId = automationId === undefined ? undefined : reads.pendingRetirement(automationId);
  const approval = approvalId === undefined ? undefined : reads.find(approvalId);
  if (approval === undefined) return [];
  const notice = noticeOfRequest(approval, reads);
  const title = strings.expiredTitle(nameOf(approval.targetResource, reads));
  return [{ ...notice, notification: { ...notice.notification, title } }];
}

function agentStopped({ agentId, isForAll }: PayloadOf<'agent.paused'>, commit: Commit): Notice {
  if (isForAll === true) {
    const title = strings.allPausedTitle(runsStopped(commit, 'operator_stopped'));
    return {
      kind: 'agent_stopped',
      place: { view: 'agents' },
      notification: opening('agents stopped', title, strings.allPausedBody),
    };
  }
  const who = visibleLine(agentId, LONGEST_NAME);
  return {
    kind: 'agent_stopped',
    who,
    place: { view: 'agents', subject: agentId },
    notification: opening(
      `agent stopped ${agentId}`,
      strings.agentPausedTitle(who, runsStopped(commit, 'operator_stopped', agentId)),
      strings.agentPausedBody,
    ),
  };
}

/** Runs that were paused together with this: all, or only those that an agent has a part in. */
function runsStopped(commit: Commit, stopKind: StopKind, agentId?: string): number {
  return commit.filter(
    ({ name, payload, subjects }) =>
      name === 'run.paused' &&
      payload.stopKind === stopKind &&
      (agentId === undefined || subjects.agentIds?.includes(agentId) === true),
  ).length;
}

function agentIdsOf({ subjects }: CommittedEvent): readonly string[] {
  return subjects.agentIds ?? [];
}

function nameOf(
  { type, id }: Approval['targetResource'],
  { automationName }: Pick<NoticeReads, 'automationName'>,
): string {
  return visibleLine((type === 'automation' ? automationName(id) : undefined) ?? id, LONGEST_NAME);
}

function whatOf(target: Approval['targetResource'], reads: Pick<NoticeReads, 'automationName'>): string {
  const name = nameOf(target, reads);
  return target.type === 'agent' ? strings.agentCalled(name) : name;
}

function opening(key: string, title: string, body: string, label: string = strings.open): DesktopNotification {
  return { key, title, body, actions: [{ action: 'open', label }], urgency: 'normal' };
}
