import type { AuditEvent } from '../../shared/events';
import { applySpend } from './replay-spend';
import { type Replayed, type ReplayedAutomation, replayedAgent } from './replay-state';

type Payload = Readonly<Record<string, unknown>>;

const text = (payload: Payload, name: string) => String(payload[name]);
const optional = (payload: Payload, name: string) => (payload[name] === undefined ? undefined : text(payload, name));

/**
 * Adds one row of the audit log to what the rows before it said. It knows the rules by the specification and nothing of the app,
 * so that the two can be held against each other.
 */
export function replay(state: Replayed, row: AuditEvent): void {
  const { payload } = row;
  const name = row.eventType.replace('automation.governance.', '');
  if (name.startsWith('spend.')) applySpend(state, name, row);
  else if (name.startsWith('tool_rule.')) applyRule(state, name, row);
  else if (name.startsWith('run.')) applyRun(state, name, payload);
  else if (name.startsWith('approval.')) applyApproval(state, name, payload);
  else if (name === 'agent.paused') replayedAgent(state, text(payload, 'agentID')).isPaused = true;
  else if (name === 'agent.resumed') replayedAgent(state, text(payload, 'agentID')).isPaused = false;
  else if (name === 'review.agent_acknowledged') {
    const agent = replayedAgent(state, text(payload, 'agentID'));
    Object.assign(agent, { createdSinceReview: 0, reviewRequired: false, reviewRequestId: undefined });
  } else applyAutomation(state, name, row);
}

function applyApproval(state: Replayed, name: string, payload: Payload): void {
  const approvalId = text(payload, 'approvalID');
  if (name === 'approval.requested') {
    const request = payload['request'] as { requested_by: { source?: string }; target_resource: { id: string } };
    const { source } = request.requested_by;
    const { id } = request.target_resource;
    state.approvals.set(approvalId, 'pending');
    if (source === 'automation_creation_review') {
      Object.assign(replayedAgent(state, id), { reviewRequired: true, reviewRequestId: approvalId });
    }
  } else if (name !== 'approval.consumed') state.approvals.set(approvalId, name.slice('approval.'.length));
}

function applyRule({ toolRules }: Replayed, name: string, { payload, atMs }: AuditEvent): void {
  const ruleId = text(payload, 'ruleID');
  const rule = toolRules.get(ruleId);
  if (name === 'tool_rule.created') {
    const expiresAtMs = payload['expiresAtMs'] === undefined ? undefined : Number(payload['expiresAtMs']);
    const agentId = text(payload, 'agentID');
    toolRules.set(ruleId, { agentId, expiresAtMs, isRevoked: false, useCount: 0, lastUsedAtMs: undefined });
  } else if (rule !== undefined && name === 'tool_rule.used') {
    rule.useCount += 1;
    rule.lastUsedAtMs = atMs;
  } else if (rule !== undefined) rule.isRevoked = true;
}

function applyRun({ runs, automations }: Replayed, name: string, payload: Payload): void {
  const runId = text(payload, 'runID');
  const automationId = text(payload, 'automationID');
  const run = runs.get(runId) ?? { automationId, status: 'under way', costNanos: 0, totalTokens: 0 };
  runs.set(runId, run);
  if (name === 'run.paused') run.status = 'paused';
  else if (name === 'run.finished') {
    run.status = text(payload, 'status');
    const automation = automations.get(automationId);
    if (automation !== undefined) automation.runsSinceReview += 1;
  } else run.status = 'under way';
}

const noReview = { reviewRequired: false, reviewKind: undefined, reviewRequestId: undefined };

function applyAutomation(state: Replayed, name: string, row: AuditEvent): void {
  const { payload } = row;
  const automationId = text(payload, 'automationID');
  if (name === 'created') return create(state, automationId, row);
  const automation = state.automations.get(automationId);
  if (automation === undefined) return;
  const change = (changes: Partial<ReplayedAutomation>) => void Object.assign(automation, changes);
  const paused = { isPausedForLifecycle: true, status: 'paused' };
  switch (name) {
    case 'updated':
      return change({ status: text(payload, 'status') });
    case 'record.updated':
      if ('reviewRequired' in payload) {
        change({
          reviewRequired: payload['reviewRequired'] === true,
          reviewKind: optional(payload, 'reviewKind'),
          reviewRequestId: optional(payload, 'reviewRequestID'),
        });
      }
      if (payload['pausedForLifecycle'] === true) change(paused);
      if (payload['pausedForLifecycle'] === false) change({ isPausedForLifecycle: false });
      return;
    case 'review.automation_acknowledged':
      return change({ ...noReview, runsSinceReview: 0 });
    case 'expired':
      return change({ ...paused, isExpired: true, reviewRequired: true, reviewKind: 'expired' });
    case 'dependency_revoked':
      return change({
        ...paused,
        reviewRequired: true,
        reviewKind: 'dependency_revoked',
        reviewRequestId: text(payload, 'approvalID'),
      });
    case 'retired':
      return change({ ...paused, ...noReview, reviewKind: 'retired', isRetired: true });
    case 'retirement.extended':
      return change({
        ...noReview,
        status: 'active',
        isPausedForLifecycle: false,
        isRetired: false,
        isExpired: false,
        expiresAtMs: Number(payload['expiresAtMs']),
      });
    case 'deleted':
      return change({ place: 'deleted' });
    case 'restored':
      return change({ place: 'there', status: text(payload, 'status') });
    case 'purged':
      for (const [runId, run] of state.runs) if (run.automationId === automationId) state.runs.delete(runId);
      return change({ place: 'purged' });
  }
}

function create(state: Replayed, automationId: string, { payload, atMs }: AuditEvent): void {
  const { creator } = payload['provenance'] as { creator: { kind: string; actor_id?: string } };
  state.automations.set(automationId, {
    ...noReview,
    status: text(payload, 'status'),
    runsSinceReview: 0,
    isPausedForLifecycle: false,
    isRetired: false,
    isExpired: false,
    expiresAtMs: payload['expiresAtMs'] === undefined ? undefined : Number(payload['expiresAtMs']),
    place: 'there',
  });
  if (creator.kind !== 'agent' || automationId.endsWith(' sessions')) return;
  const agent = replayedAgent(state, creator.actor_id ?? '');
  agent.createdSinceReview += 1;
  agent.createdAtMs.push(atMs);
}
