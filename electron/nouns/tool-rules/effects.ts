import type { ApprovalRecord } from '../../../shared/contract/approval';
import {
  type GivenPattern,
  MAX_LIVE_RULES,
  type ToolPattern,
  type ToolRule,
  type ToolRuleDuration,
} from '../../../shared/contract/tool-rule';
import { invalid, type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { judge } from '../../judgement/here';
import type { CommandContext } from '../../kernel/handler';
import { canonicalHash } from '../../kernel/store/canonical-json';
import type { ReadStore } from '../../kernel/store/database';
import { haltOf } from '../agents/facts';
import { bindingAgentIds } from '../lineage/effects';
import {
  allows,
  covers,
  exactPattern,
  isToolCall,
  patternProblem,
  type RuleScope,
  ruleEnd,
  ruleHolders,
  scopeOf,
  sessionOf,
  type ToolCall,
} from './rules';

/** Where rules are looked up, and when. */
type RuleSource = { readonly store: ReadStore; readonly now: number };

/** What is wanted of a rule besides what it covers. */
type Wanted = { readonly duration: ToolRuleDuration; readonly approvalId?: string; readonly reason?: string };

/** The scope of the rule that the operator wants to make of a request; refused where it would not allow that very request. */
export function ruleScopeOf(
  call: ToolCall,
  { pattern, duration }: { readonly pattern: GivenPattern; readonly duration: ToolRuleDuration },
): Result<RuleScope> {
  if (pattern.kind === 'exact' && pattern.action !== undefined) {
    return invalid('rule.pattern.action', 'is that of the request');
  }
  const problem = patternProblem(pattern);
  if (problem !== undefined) return invalid('rule.pattern', problem);
  const session = duration === 'run' ? sessionOf(call) : undefined;
  if (duration === 'run' && session === undefined) {
    return invalid('rule.duration', 'the request does not say of which run or session it is');
  }
  const scope = {
    ...scopeOf(call, pattern.kind === 'exact' ? exactPattern(call.action, call.actionHash ?? '') : pattern),
    ...defined({ session }),
  };
  const judgement = judge.request(call);
  if (judgement.level === 'high') return refused('TOOL_RULE_HIGH_RISK');
  return covers(scope, call) ? succeeded(scope) : invalid('rule.pattern', 'does not cover this request');
}

/** A pattern that brings its act, as it is kept. */
export function keptPattern(pattern: GivenPattern): Result<ToolPattern> {
  if (pattern.kind === 'exact') {
    if (pattern.action === undefined) return invalid('pattern.action', 'is required');
    return succeeded(exactPattern(pattern.action, canonicalHash(pattern.action)));
  }
  const problem = patternProblem(pattern);
  return problem === undefined ? succeeded(pattern) : invalid('pattern', problem);
}

/** Makes a rule of the caller's, who is the operator. */
export function makeRule(context: CommandContext, scope: RuleScope, wanted: Wanted): Result<ToolRule> {
  const { store, caller, now, ids } = context;
  if (store.toolRules.liveCountOf(scope.agentId, now) >= MAX_LIVE_RULES) {
    return invalid('agent_id', `has ${MAX_LIVE_RULES} standing rules already; revoke one first`);
  }
  const expiresAtMs = ruleEndOf(wanted.duration, now);
  const rule: ToolRule = {
    ruleId: `rule_${ids.uuid().replaceAll('-', '')}`,
    ...scope,
    ...wanted,
    createdAtMs: now,
    createdBy: caller.actor,
    ...defined({ expiresAtMs }),
    useCount: 0,
  };
  store.toolRules.save(rule);
  // No event of a rule names an agent that may see it, for no agent is to learn of rules.
  context.emit({ name: 'tool_rule.created', payload: rule });
  return succeeded(rule);
}

/** When a rule ends that is made now, by the calendar of this machine. */
export function ruleEndOf(duration: ToolRuleDuration, now: number): number | undefined {
  return ruleEnd(duration, now, new Date(now).setHours(24, 0, 0, 0));
}

/** The rule of the operator's that allows this request now: none while the agent, or one above it, is halted. */
export function ruleThatAllows(source: RuleSource, call: ToolCall): ToolRule | undefined {
  const { store, now } = source;
  const agentId = call.requestedBy.actorId;
  if (agentId === undefined || !isToolCall(call)) return undefined;
  const rules = ruleHolders(agentId, call.ancestorIds).flatMap((holderId) =>
    store.toolRules.toMatch(holderId, call.targetResource.id, now),
  );
  const found = rules.find((rule) => allows(rule, call, judge.request));
  if (found === undefined) return undefined;
  return haltOf(source, bindingAgentIds(store, agentId, call.ancestorIds)) === undefined ? found : undefined;
}

/** The request as the rule's maker approved it beforehand, now. */
export function approvedByRule(pending: ApprovalRecord, rule: ToolRule, now: number): ApprovalRecord {
  return {
    ...pending,
    status: 'approved',
    revision: pending.revision + 1,
    reviewedBy: rule.createdBy,
    reviewedAtMs: now,
    reviewNotes: `Allowed by the standing rule ${rule.ruleId}.`,
    toolRuleId: rule.ruleId,
    updatedAtMs: now,
  };
}

/** Counts a use of a rule; the audit log names the rule and the request. */
export function noteUse({ store, now, emit }: CommandContext, rule: ToolRule, approvalId: string): void {
  const used = { ...rule, useCount: rule.useCount + 1, lastUsedAtMs: now };
  store.toolRules.save(used);
  const { ruleId, agentId, useCount } = used;
  emit({ name: 'tool_rule.used', payload: { ruleId, agentId, approvalId, useCount } });
}
