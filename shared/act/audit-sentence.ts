import type { Approval } from '../contract/approval';
import { engineNames } from '../contract/engine';
import type { ToolPattern } from '../contract/tool-rule';
import { type AuditEvent, type EventName, eventNameOf, type LoggedEvent, readEvent, readInAWord } from '../events';
import { type ErrorCode, errorCatalogue } from '../kernel/errors';
import { defined } from '../kernel/fields';
import { usdOfNanos } from '../kernel/money';
import { visibleLine } from '../kernel/visible-text';
import { isMissed } from '../missed';
import { approvalTitle } from './approval-title';
import { projectFolderOf, projectOf } from './engine-facts';

/** What every event is called, also where a sentence goes on after it: `Denied: Run rm -rf src (shop)`. */
export const eventLabels: Readonly<Record<EventName, string>> = {
  'record.updated': 'Governance record changed',
  created: 'Automation created',
  updated: 'Automation changed',
  'grant.created': 'Grant given',
  'grant.revoked': 'Grant revoked',
  'approval.requested': 'Asked',
  'approval.approved': 'Approved',
  'approval.denied': 'Denied',
  'approval.expired': 'Nobody answered',
  'approval.cancelled': 'Withdrawn',
  'approval.consumed': 'Approval used',
  'call.carried_out': 'Carried out in the terminal',
  denied: 'Refused by a rule',
  deleted: 'Automation deleted',
  restored: 'Automation restored',
  purged: 'Automation purged',
  'review.agent_acknowledged': "Agent's creations reviewed",
  'review.automation_acknowledged': 'Automation reviewed',
  dependency_revoked: 'Dependency revoked',
  'health.finding': 'Health finding',
  expired: 'Automation expired',
  retired: 'Automation retired',
  'retirement.extended': 'Automation extended',
  'spend.charged': 'Spend charged',
  'spend.warning': 'Near the spend cap',
  'spend.paused': 'Stopped by the spend cap',
  'plan.stopped': 'Stopped by its plan',
  'spend.resumed': 'Spend pause lifted',
  'spend.reserved': 'Spend reserved',
  'tool_rule.created': 'Standing rule made',
  'tool_rule.used': 'Standing rule used',
  'tool_rule.revoked': 'Standing rule revoked',
  'tool_class.set': 'Tool classed',
  'tool_class.cleared': 'Class of a tool taken back',
  'workspace.untrusted': 'Folder not trusted',
  'workspace.trusted': 'Folder trusted again',
  'agent.paused': 'Agent paused',
  'agent.resumed': 'Agent resumed',
  'agent.enrolled': 'Token made',
  'agent.token_revoked': 'Token revoked',
  'agent.lineage_changed': 'Another lineage stated',
  'agent.lineage_corrected': 'Lineage corrected',
  'connection.accepted': 'Connection accepted',
  'connection.refused': 'Connection refused',
  'connection.unguarded': 'Engine unguarded',
  'connection.guarded': 'Engine guarded again',
  'loss.accepted': 'Went on without lost changes',
  'limits.updated': 'Limits changed',
  'run.started': 'Run started',
  'run.paused': 'Run paused',
  'run.resumed': 'Run resumed',
  'run.finished': 'Run finished',
  imported: 'State imported',
  'imported.facts': 'What an import brought',
  'approval.imported': 'Approval imported',
  'signing_key.began': 'New signing key',
  'signing_key.rotated': 'Signing key changed',
};

/** What is known of what a row is about, beside what the row says. */
export type AuditAbout = {
  readonly approval?:
    | Pick<Approval, 'requestType' | 'requestedBy' | 'targetResource' | 'action' | 'context'>
    | undefined;
  readonly automationName?: string | undefined;
};

/** Characters of a sentence, and of a text in it that others wrote. */
const LONGEST = 400;
const LONGEST_TEXT = 160;

/** What an event of this name, without the prefix, is called; its own name where the desk has none for it. */
export function eventLabel(name: string): string {
  return (eventLabels as Readonly<Record<string, string>>)[name] ?? name;
}

/**
 * A row of the audit log as one sentence that needs no other to be understood: `Denied: Run psql -c "DROP TABLE old" (billing-api)`.
 * Hidden characters are shown.
 */
export function auditSentence(event: Pick<AuditEvent, 'eventType' | 'payload'>, about: AuditAbout): string {
  const read = readEvent(event);
  const label = read === undefined ? eventLabel(eventNameOf(event.eventType)) : labelOf(read);
  const { name, automationId, agentId, reason } = readInAWord(event.payload);
  const subject = about.automationName ?? name ?? automationId ?? agentId;
  const what =
    (read === undefined ? undefined : sentenceOf(read, about)) ?? (subject === undefined ? '' : line(subject));
  const why = reason === undefined || what.includes(reason) ? '' : ` – ${line(reason)}`;
  return visibleLine(what === '' ? `${label}${why}` : `${label}: ${what}${why}`, LONGEST);
}

function labelOf({ name, payload }: LoggedEvent): string {
  if (name === 'approval.cancelled' && isMissed({ status: 'cancelled', ...defined({ cancelReason: payload.reason }) }))
    return 'Missed';
  if (name === 'approval.approved' && payload.toolRuleId !== undefined) return 'Approved by a standing rule';
  if (name === 'approval.approved' && payload.action !== undefined)
    return payload.action === 'extend' ? 'Extended' : 'Retired';
  if (name === 'agent.paused' && payload.isForAll === true) return 'Paused with all agents';
  return eventLabels[name];
}

/** What a row says after its label; undefined where that is only what it is about. */
function sentenceOf(event: LoggedEvent, about: AuditAbout): string | undefined {
  switch (event.name) {
    case 'approval.requested':
      return actOf(event.payload.request ?? about.approval);
    case 'approval.approved':
    case 'approval.denied': {
      const { toolRuleId } = event.payload;
      // Of a rule's decision the note names the rule.
      const notes = toolRuleId === undefined ? event.payload.notes : undefined;
      const act = actOf(about.approval);
      return notes === undefined || act === undefined ? act : `${act} – “${line(notes)}”`;
    }
    case 'approval.expired':
    case 'approval.consumed':
    case 'approval.cancelled':
    case 'tool_rule.used':
      return actOf(about.approval);
    case 'call.carried_out':
      return actOf(about.approval) ?? line(event.payload.toolName ?? '');
    case 'denied':
      return refusal(event.payload, about);
    case 'tool_rule.created': {
      const { verdict = 'allow', toolName, pattern, agentId } = event.payload;
      const what = pattern === undefined ? undefined : patternWords(pattern, toolName, about);
      return [verdict, what, agentId && `for ${line(agentId)}`].filter(Boolean).join(' ');
    }
    case 'tool_class.set':
      return `${line(event.payload.toolName ?? '')} as ${event.payload.level ?? 'unknown'}`;
    case 'tool_class.cleared':
      return line(event.payload.toolName ?? '');
    case 'workspace.untrusted':
    case 'workspace.trusted':
      return line(event.payload.root ?? '');
    case 'health.finding': {
      const { summary, detail } = event.payload.finding ?? {};
      return `${nameOf(event.payload, about)}: ${line(detail ?? summary ?? '')}`;
    }
    case 'updated':
      return `${nameOf(event.payload, about)} (${(event.payload.changed ?? []).map(line).join(', ')})`;
    case 'grant.created':
      return `${nameOf(event.payload, about)}, to ${line(event.payload.grant?.grantedTo.actorId ?? '')}`;
    default:
      return moneyOf(event, about) ?? deskOf(event);
  }
}

function moneyOf(event: LoggedEvent, about: AuditAbout): string | undefined {
  switch (event.name) {
    case 'spend.charged':
    case 'spend.reserved':
      return `${usd(event.payload.costNanos ?? 0)} for ${nameOf(event.payload, about)}`;
    case 'spend.warning':
      return ofCap(event.payload);
    case 'spend.paused':
      return (event.payload.agents ?? []).map(ofCap).join('; ');
    case 'plan.stopped': {
      const { agentId = '', engine, usedPercent = 0 } = event.payload;
      return `${line(agentId)}, ${Math.round(usedPercent)}% of the ${engine === undefined ? '' : `${engineNames[engine]} `}plan used`;
    }
    case 'run.finished': {
      const { status = 'over', detail } = event.payload;
      const why = detail === undefined || status === 'completed' ? '' : `: ${line(detail)}`;
      return `${nameOf(event.payload, about)}, ${status}${why}`;
    }
    default:
      return undefined;
  }
}

function deskOf(event: LoggedEvent): string | undefined {
  switch (event.name) {
    case 'limits.updated': {
      const { agentId, before = {}, after = {} } = event.payload;
      const changed = Object.keys(after).filter((field) => before[field] !== after[field]);
      const words = changed.map(
        (field) => `${field.replaceAll('_', ' ')} ${before[field] ?? 'none'} → ${after[field] ?? 'none'}`,
      );
      return [...(agentId === undefined ? [] : [`of ${line(agentId)}`]), ...words].join(', ');
    }
    case 'agent.enrolled':
    case 'agent.token_revoked': {
      const { name = '', agentId } = event.payload;
      return agentId === undefined || agentId === name ? line(name) : `${line(name)} for ${line(agentId)}`;
    }
    case 'agent.lineage_changed':
    case 'agent.lineage_corrected':
      return [event.payload.agentId ?? '', ...(event.payload.ancestorIds ?? []).toReversed()].map(line).join(' below ');
    case 'connection.accepted':
    case 'connection.refused':
    case 'connection.unguarded':
    case 'connection.guarded': {
      const { engine, agentId = '' } = event.payload;
      return engine === undefined ? line(agentId) : `${engineNames[engine]}, as ${line(agentId)}`;
    }
    case 'imported':
      return Object.entries(event.payload.counts ?? {})
        .filter(([, count]) => count > 0)
        .map(([what, count]) => `${count} ${what.replaceAll('_', ' ')}`)
        .join(', ');
    default:
      return undefined;
  }
}

/** What a standing rule covers. */
function patternWords(pattern: ToolPattern, toolName: string | undefined, about: AuditAbout): string {
  switch (pattern.kind) {
    case 'exact':
      return actOf(about.approval) ?? line(`one act of ${toolName ?? 'a tool'}`);
    case 'command_prefix':
      return line(`commands that begin with ${pattern.prefix}`);
    case 'path':
      return line(`files below ${pattern.folder}`);
    case 'files':
      return line(`files ${pattern.glob}`);
    case 'host':
      return line(`fetching from ${pattern.host}`);
    case 'bundle':
      return pattern.bundle;
    case 'any':
      return line(`all calls of ${toolName ?? 'every tool'}`);
  }
}

/** What was asked, and in which project. */
function actOf(approval: AuditAbout['approval']): string | undefined {
  if (approval === undefined) return undefined;
  const folder = projectFolderOf(approval.context);
  const title = approvalTitle(approval);
  return folder === undefined ? title : `${title} (${line(projectOf(folder))})`;
}

/** What a rule refused, in the words of its refusal. */
function refusal(
  { code = '', automationId }: { readonly code?: string; readonly automationId?: string },
  about: AuditAbout,
) {
  const known = Object.hasOwn(errorCatalogue, code) ? errorCatalogue[code as ErrorCode].sentence : line(code);
  const subject = actOf(about.approval) ?? (automationId === undefined ? undefined : nameOf({ automationId }, about));
  return subject === undefined ? known : `${subject} – ${known}`;
}

function nameOf({ automationId = '' }: { readonly automationId?: string }, { automationName }: AuditAbout): string {
  return line(automationName ?? automationId);
}

type OfCap = { readonly agentId?: string; readonly weeklyCostNanos?: number; readonly weeklySpendCapNanos?: number };

function ofCap({ agentId = '', weeklyCostNanos = 0, weeklySpendCapNanos = 0 }: OfCap): string {
  return `${line(agentId)}, ${usd(weeklyCostNanos)} of ${usd(weeklySpendCapNanos)} this week`;
}

const usd = (nanos: number) => {
  const dollars = usdOfNanos(nanos);
  return `$${dollars > 0 && dollars < 0.01 ? dollars.toPrecision(2) : dollars.toFixed(2)}`;
};

const line = (text: string) => visibleLine(text, LONGEST_TEXT);
