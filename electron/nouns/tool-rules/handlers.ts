import { MOST_EXAMPLES, PREVIEW_MS, type ToolRule } from '../../../shared/contract/tool-rule';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { riskOf } from '../../../shared/risk';
import { invalidCursor } from '../../kernel/cursor';
import type { CommandHandlers, QueryHandlers } from '../../kernel/handler';
import { invalid, keptPattern, makeRule, ruleEndOf, ruleScopeOf } from './effects';
import {
  allows,
  isLive,
  isToolCall,
  type RuleScope,
  riskUnder,
  sampleCall,
  sessionOf,
  suggestedPatterns,
  workspaceOf,
} from './rules';
import { inputSummary } from './rules-tool-input';
import { canTrustFolder, isAbsolute } from './rules-tool-path';
import type { ToolRulePlace } from './store';

/** toolRule.create and toolRule.revoke (decision 21); the contract lets only the operator send them. */
export const toolRuleCommands: CommandHandlers<'toolRule.create' | 'toolRule.revoke'> = {
  'toolRule.create'(context, { agentId, toolName, pattern: given, duration, session, workspace, reason }) {
    const kept = keptPattern(given);
    if (!kept.ok) return kept;
    if ((session === undefined) === (duration === 'run')) {
      return invalid('session', 'is for the duration "run", which needs it');
    }
    if (workspace !== undefined && !(isAbsolute(workspace) && canTrustFolder(workspace))) {
      return invalid(
        'workspace',
        'must be a folder from the root that is neither hidden, nor a home, nor near the root',
      );
    }
    const scope: RuleScope = {
      agentId,
      toolName,
      pattern: kept.value,
      ...(session !== undefined && { session }),
      ...(workspace !== undefined && { workspace }),
    };
    const action = given.kind === 'exact' ? given.action : undefined;
    if (riskUnder(scope, sampleCall(scope, action)).level === 'high') return refused('TOOL_RULE_HIGH_RISK');
    const made = makeRule(context, scope, { duration, ...(reason !== undefined && { reason }) });
    return made.ok ? succeeded({ toolRule: made.value }) : made;
  },

  'toolRule.revoke'(context, { ruleId, reason }) {
    const { store, caller, now } = context;
    const rule = store.toolRules.find(ruleId);
    if (rule === undefined || !isLive(rule, now)) return refused('TOOL_RULE_NOT_FOUND');
    const toolRule: ToolRule = {
      ...rule,
      revokedAtMs: now,
      revokedBy: caller.actor,
      ...(reason !== undefined && { revokeReason: reason }),
    };
    store.toolRules.save(toolRule);
    const { agentId } = toolRule;
    context.emit({ name: 'tool_rule.revoked', payload: { ruleId, agentId, ...(reason !== undefined && { reason }) } });
    return succeeded({ toolRule });
  },
};

/** toolRules.list, .get, .offer and .preview. */
export const toolRuleQueries: QueryHandlers<
  'toolRules.list' | 'toolRules.get' | 'toolRules.offer' | 'toolRules.preview'
> = {
  'toolRules.list'({ store, now }, { agentId, state = 'live', limit = 100, cursor }) {
    const after = cursor === undefined ? undefined : parseCursor(cursor);
    if (after === 'invalid') return invalidCursor();
    const found = store.toolRules.list({
      state,
      now,
      limit: limit + 1,
      ...(agentId !== undefined && { agentId }),
      ...(after !== undefined && { after }),
    });
    const toolRules = found.slice(0, limit);
    const last = toolRules.at(-1);
    return succeeded({
      toolRules,
      count: toolRules.length,
      ...(found.length > limit && last !== undefined && { nextCursor: `${last.createdAtMs}.${last.ruleId}` }),
    });
  },

  'toolRules.get'({ store }, { ruleId }) {
    const toolRule = store.toolRules.find(ruleId);
    return toolRule === undefined ? refused('TOOL_RULE_NOT_FOUND') : succeeded({ toolRule });
  },

  'toolRules.offer'({ store }, { approvalId }) {
    const approval = store.approvals.find(approvalId);
    if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
    const { requestedBy, targetResource } = approval;
    if (!isToolCall(approval)) {
      return succeeded({ isToolCall: false, hasSession: false, mustTrustFolder: false, patterns: [], riskReasons: [] });
    }
    const patterns = suggestedPatterns(approval);
    const workspace = workspaceOf(approval);
    const scope = { pattern: { kind: 'any' }, ...(workspace !== undefined && { workspace }) } as const;
    return succeeded({
      isToolCall: true,
      ...(requestedBy.actorId !== undefined && { agentId: requestedBy.actorId }),
      toolName: targetResource.id,
      ...(workspace !== undefined && { workspace }),
      hasSession: sessionOf(approval) !== undefined,
      mustTrustFolder: patterns.length > 0 && riskOf(approval).level === 'high',
      patterns: [...patterns],
      riskReasons: patterns.length > 0 ? [] : [...riskUnder(scope, approval).reasons],
    });
  },

  'toolRules.preview'({ store, now }, { approvalId, pattern, duration }) {
    const approval = store.approvals.find(approvalId);
    if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
    const scope = ruleScopeOf(approval, { pattern, duration });
    if (!scope.ok) return scope;
    const { agentId, toolName } = scope.value;
    const { calls, isCut } = store.toolCalls.since(agentId, toolName, now - PREVIEW_MS);
    const matched = calls.filter((call) => allows(scope.value, call));
    const expiresAtMs = ruleEndOf(duration, now);
    return succeeded({
      count: matched.length,
      isCut,
      examples: matched.slice(0, MOST_EXAMPLES).map((call) => ({
        approvalId: call.approvalId,
        agentId: call.requestedBy.actorId ?? '',
        createdAtMs: call.createdAtMs,
        status: call.status,
        summary: inputSummary(call.action),
      })),
      ...(expiresAtMs !== undefined && { expiresAtMs }),
    });
  },
};

function parseCursor(cursor: string): ToolRulePlace | 'invalid' {
  const [, createdAtMs, ruleId] = /^(\d{1,16})\.(\w+)$/.exec(cursor) ?? [];
  if (ruleId === undefined) return 'invalid';
  return { createdAtMs: Number(createdAtMs), ruleId };
}
