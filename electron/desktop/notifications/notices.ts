import type { Approval } from '../../../shared/contract/approval';
import type { EngineStatus } from '../../../shared/contract/connection';
import { engineNames } from '../../../shared/contract/engine';
import type { NotificationKind } from '../../../shared/contract/notifications';
import type { RequestType } from '../../../shared/contract/request-kinds';
import type { StopKind } from '../../../shared/contract/run';
import { windowName } from '../../../shared/contract/session-quota';
import { agentName } from '../../../shared/contract/sub-agent';
import type { CommittedEvent, PayloadOf } from '../../../shared/events';
import type { ErrorCode } from '../../../shared/kernel/errors';
import { isGatehouse } from '../../../shared/kernel/own-source';
import { visibleLine, visibleText } from '../../../shared/kernel/visible-text';
import type { Commit } from '../../kernel/feed';
import type { Pairing } from '../../nouns/tokens/pairings';
import { isTitleSure, type Names, nameOf, riskOf } from '../request-text';
import { strings, usd } from '../strings';
import type { Notice } from './plan';
import { type DesktopNotification, isShownWhole } from './port';
import { buttonsOf, requestNotification } from './request';

/** What is looked up to tell of a commit. */
export type NoticeReads = Names & {
  readonly find: (approvalId: string) => Approval | undefined;
  /** Whether a request waits on the card of another one, which is told of. */
  readonly isOnAnothersCard: (approvalId: string) => boolean;
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
      case 'plan.stopped':
        return [planStop(event.payload)];
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

/** A pending request as a notice: of Gatehouse itself about a review, an expiry or a cap, or of somebody else. */
export function noticeOfRequest(approval: Approval, reads: Names): Notice {
  const { approvalId, requestedBy, requestType, targetResource } = approval;
  const isOwn = isGatehouse(requestedBy);
  const who = isOwn ? nameOf(targetResource, reads) : (requestedBy.actorId ?? requestedBy.source);
  return {
    kind: (isOwn ? ownKinds[requestType] : undefined) ?? 'request',
    approvalId,
    place: { view: 'queue', subject: approvalId },
    ...(who !== undefined && { who: visibleLine(who, LONGEST_NAME) }),
    notification: requestNotification(approval, riskOf(approval), reads),
  };
}

/** What the operator calls requests of Gatehouse itself that have a switch of their own in Settings. */
const ownKinds: Partial<Record<RequestType, NotificationKind>> = {
  lifecycle_review: 'review',
  retirement_action: 'expiry',
};

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
  const who = visibleLine(agentName(agentId), LONGEST_NAME);
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
  const who = visibleLine(agentName(agentId), LONGEST_NAME);
  const approvalId = reads.pendingOverride(agentId);
  const approval = approvalId === undefined ? undefined : reads.find(approvalId);
  // What an agent itself asks says more than is shown here.
  const isOwn = approval !== undefined && isGatehouse(approval.requestedBy);
  const title = strings.hardStopTitle(who);
  const body = [
    ...(isTitleSure(title) ? [] : [visibleText(agentId)]),
    strings.atCap(cost, cap),
    `${strings.runsStopped(runsStopped(commit, 'guardrail_stopped', agentId))}.`,
    ...(isOwn ? [strings.liftsUntil(approval.expiresAtMs)] : []),
  ].join('\n');
  const isWhole = isOwn && isShownWhole(body);
  return {
    kind: 'hard_stop',
    who,
    ...(approvalId !== undefined && { approvalId }),
    place: approvalId === undefined ? { view: 'agents', subject: agentId } : { view: 'queue', subject: approvalId },
    notification: {
      ...opening(`hard stop ${agentId}`, title, body),
      ...(approval !== undefined && { actions: buttonsOf(approval, riskOf(approval), isWhole) }),
      urgency: 'critical',
      staysUntilWithdrawn: true,
    },
  };
}

function planStop({ agentId, windowMinutes, usedPercent, stopRatio }: PayloadOf<'plan.stopped'>): Notice {
  const who = visibleLine(agentId, LONGEST_NAME);
  const window = windowName(windowMinutes);
  return {
    kind: 'hard_stop',
    who,
    place: { view: 'agents', subject: agentId },
    notification: {
      ...opening(
        `plan stop ${agentId}`,
        strings.planStopTitle(who),
        strings.planStopBody(Math.floor(usedPercent) / 100, window, stopRatio),
      ),
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
  return approval === undefined ? [] : [noticeOfRequest(approval, reads)];
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
  const who = visibleLine(agentName(agentId), LONGEST_NAME);
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

function opening(key: string, title: string, body: string, label: string = strings.open): DesktopNotification {
  return { key, title, body, actions: [{ action: 'open', label }], urgency: 'normal' };
}
