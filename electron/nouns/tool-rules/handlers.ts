import { MOST_EXAMPLES, PREVIEW_MS, type ToolRule } from '../../../shared/contract/tool-rule';
import { invalid, refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { judge } from '../../judgement/here';
import { cursorsOf, invalidCursor, pageOf } from '../../kernel/cursor';
import type { SomeCommands, SomeQueries } from '../../kernel/handler';
import { keptPattern, makeRule, ruleEndOf, ruleScopeOf } from './effects';
import {
  allows,
  isLive,
  isToolCall,
  type RuleScope,
  sampleCall,
  sessionOf,
  suggestedPatterns,
  workspaceOf,
} from './rules';
import { inputSummary } from './rules-tool-input';
import { canTrustFolder, isAbsolute } from './rules-tool-path';

const cursors = cursorsOf({ createdAtMs: 'number', ruleId: 'word' });

/** toolRule.create and toolRule.revoke (decision 21); the contract lets only the operator send them. */
export const toolRuleCommands = {
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
      ...defined({ session, workspace }),
    };
    const action = given.kind === 'exact' ? given.action : undefined;
    if (judge.request(sampleCall(scope, action)).level === 'high') return refused('TOOL_RULE_HIGH_RISK');
    const made = makeRule(context, scope, { duration, ...defined({ reason }) });
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
      ...defined({ revokeReason: reason }),
    };
    store.toolRules.save(toolRule);
    const { agentId } = toolRule;
    context.emit({ name: 'tool_rule.revoked', payload: { ruleId, agentId, ...defined({ reason }) } });
    return succeeded({ toolRule });
  },
} satisfies SomeCommands;

/** toolRules.list, .get, .offer and .preview. */
export const toolRuleQueries = {
  'toolRules.list'({ store, now }, { agentId, state = 'live', limit = 100, cursor }) {
    const after = cursors.placeOf(cursor);
    if (after === 'invalid') return invalidCursor();
    const found = store.toolRules.list({ state, now, limit: limit + 1, ...defined({ agentId, after }) });
    const { page, last } = pageOf(found, limit);
    return succeeded({ toolRules: page, count: page.length, ...cursors.nextOf(last) });
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
      return succeeded({ isToolCall: false, hasSession: false, patterns: [], riskReasons: [] });
    }
    const judgement = judge.request(approval);
    const patterns = suggestedPatterns(approval, judgement);
    const workspace = workspaceOf(approval);
    return succeeded({
      isToolCall: true,
      ...defined({ agentId: requestedBy.actorId }),
      toolName: targetResource.id,
      ...defined({ workspace }),
      hasSession: sessionOf(approval) !== undefined,
      patterns: [...patterns],
      riskReasons: patterns.length > 0 ? [] : [...judgement.reasons],
    });
  },

  'toolRules.preview'({ store, now }, { approvalId, pattern, duration }) {
    const approval = store.approvals.find(approvalId);
    if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
    const scope = ruleScopeOf(approval, { pattern, duration });
    if (!scope.ok) return scope;
    const { agentId, toolName } = scope.value;
    const { calls, isCut } = store.toolCalls.since(agentId, toolName, now - PREVIEW_MS);
    const matched = calls.filter((call) => allows(scope.value, call, judge.request));
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
      ...defined({ expiresAtMs }),
    });
  },
} satisfies SomeQueries;
