import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { ToolRuleDuration } from '../../../shared/contract/rule-durations';
import { LONGEST_RUN_RULE_MS, type ToolPattern, type ToolRule } from '../../../shared/contract/tool-rule';
import { textOf } from '../../../shared/kernel/fields';
import { HOUR_MS } from '../../../shared/kernel/time';
import { inputSummary } from './rules-tool-input';

/** What is looked at of a request. */
export type RuledCall = Pick<
  ApprovalRecord,
  'requestType' | 'requestedBy' | 'ancestorIds' | 'targetResource' | 'context' | 'action' | 'actionHash'
>;

/** What a rule covers, beside how long. */
export type RuleScope = Pick<
  ToolRule,
  'verdict' | 'agentId' | 'engine' | 'toolName' | 'pattern' | 'workspace' | 'isAnywhere' | 'session'
>;

// What the run or session of a request is called, the most exact first.
const sessionFields = ['session_id', 'sessionId', 'run_id', 'runId', 'runID'];

/** Whether a request is one of an agent to use a tool, which alone can be allowed by a rule. */
export function isToolCall({ requestType, requestedBy, targetResource }: RuledCall): boolean {
  return requestType === 'tool_call' && requestedBy.kind === 'agent' && targetResource.type === 'tool';
}

/** What the asker calls the session or run that it asks in. */
export function sessionOf({ context }: Pick<RuledCall, 'context'>): string | undefined {
  return sessionFields.map((name) => textOf(context, name)).find((id) => id !== undefined && id !== '');
}

/** Whether a rule holds at this instant. */
export function isLive({ revokedAtMs, expiresAtMs }: ToolRule, now: number): boolean {
  return revokedAtMs === undefined && (expiresAtMs === undefined || now < expiresAtMs);
}

/** When a rule ends that is made now; undefined where only revoking ends it. `midnightMs` is the next one where the operator is. */
export function ruleEnd(duration: ToolRuleDuration, now: number, midnightMs: number): number | undefined {
  switch (duration) {
    case 'run':
      return now + LONGEST_RUN_RULE_MS;
    case 'hour':
      return now + HOUR_MS;
    case 'today':
      return midnightMs;
    case 'until_revoked':
      return undefined;
  }
}

/** The ids whose rules hold for what this agent asks: its own, and those of agents above it whose id its own begins with. */
export function ruleHolders(agentId: string, ancestorIds: readonly string[]): readonly string[] {
  return [agentId, ...new Set(ancestorIds.filter((ancestorId) => agentId.startsWith(`${ancestorId}/`)))];
}

/** The pattern of one act; its hash is the one that approvals have. */
export function exactPattern(action: unknown, hash: string): ToolPattern {
  return { kind: 'exact', hash, summary: inputSummary(action) };
}

/** The folder in which the asker says that it works. */
export function folderOf({ context }: Pick<RuledCall, 'context'>): string | undefined {
  return textOf(context, 'cwd');
}
