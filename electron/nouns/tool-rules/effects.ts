import type { ApprovalRecord } from '../../../shared/contract/approval';
import { type Engine, engineNames, engines } from '../../../shared/contract/engine';
import type { ToolRuleDuration } from '../../../shared/contract/rule-durations';
import {
  type GivenPattern,
  type GivenRule,
  MAX_LIVE_RULES,
  type RuleOfRequest,
  type ToolPattern,
  type ToolRule,
} from '../../../shared/contract/tool-rule';
import { invalid, type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { visibleLine } from '../../../shared/kernel/visible-text';
import type { CommandContext } from '../../kernel/handler';
import { canonicalHash } from '../../kernel/store/canonical-json';
import type { ReadStore } from '../../kernel/store/database';
import { haltOf } from '../agents/facts';
import { bindingAgentIds } from '../lineage/effects';
import { judgeOf } from '../trust/facts';
import { exampleProblem, sampleCall } from './examples';
import { covers, decidingRule, type Judged, judgedCall, patternProblem } from './matching';
import { exactPattern, isToolCall, type RuledCall, type RuleScope, ruleEnd, ruleHolders, sessionOf } from './rules';
import { canTrustFolder, isAbsolute } from './rules-tool-path';
import { scopeOf } from './suggestions';

/** Where rules are looked up, and when. */
type RuleSource = { readonly store: ReadStore; readonly now: number };

/** A rule that is not made yet. */
export type RuleToMake = RuleScope & Pick<ToolRule, 'duration' | 'approvalId' | 'reason' | 'match' | 'notMatch'>;

/** A request with what it is judged to be, and the engine that its agent was connected as. */
export function judgedOf({ store }: { readonly store: ReadStore }, call: RuledCall): Judged {
  return judgedCall(call, judgeOf(store).request, () => engineOf(store, call.requestedBy.actorId));
}

/** The engine that an agent, or the one that it is a sub-agent of, was connected as: by the operator, whatever it says itself. */
function engineOf(store: ReadStore, agentId = ''): Engine | undefined {
  const [owner = ''] = agentId.split('/');
  const names = new Set([agentId, owner].flatMap((id) => store.tokens.activeOf(id)).map(({ name }) => name));
  return engines.find((engine) => names.has(engineNames[engine]));
}

/** The rule that the operator wants to make of a request; refused where it would not allow that very request. */
export function ruleOfRequest(
  source: { readonly store: ReadStore },
  call: RuledCall,
  { pattern, duration, isAnywhere }: RuleOfRequest,
): Result<RuleToMake> {
  if (pattern.kind === 'exact' && pattern.action !== undefined) {
    return invalid('rule.pattern.action', 'is that of the request');
  }
  const problem = patternProblem(pattern);
  if (problem !== undefined) return invalid('rule.pattern', problem);
  const session = duration === 'run' ? sessionOf(call) : undefined;
  if (duration === 'run' && session === undefined) {
    return invalid('rule.duration', 'the request does not say of which run or session it is');
  }
  const judged = judgedOf(source, call);
  const kept = pattern.kind === 'exact' ? exactPattern(call.action, call.actionHash ?? '') : pattern;
  const rule = { ...scopeOf(judged, kept, isAnywhere), ...defined({ session }), duration };
  if (judged.judged().level === 'high') return refused('TOOL_RULE_HIGH_RISK');
  return covers(rule, judged) ? succeeded(rule) : invalid('rule.pattern', 'does not cover this request');
}

/** The rule that the operator has written; refused where it is too wide, of high risk, or one of its examples does not hold. */
export function ruleOfGiven({ store }: { readonly store: ReadStore }, given: GivenRule): Result<RuleToMake> {
  const { verdict = 'allow', pattern, duration, session, workspace, isAnywhere } = given;
  const kept = keptPattern(pattern, verdict);
  if (!kept.ok) return kept;
  if ((session === undefined) === (duration === 'run')) {
    return invalid('session', 'is for the duration "run", which needs it');
  }
  if (workspace !== undefined && !(isAbsolute(workspace) && canTrustFolder(workspace))) {
    return invalid('workspace', 'must be a folder from the root that is neither hidden, nor a home, nor near the root');
  }
  if (isAnywhere === true && workspace !== undefined)
    return invalid('is_anywhere', 'is for a rule without a workspace');
  if (kept.value.kind === 'any' && given.toolName === undefined) return invalid('tool_name', 'is needed for any input');
  if (kept.value.kind === 'exact' && given.toolName === undefined) return invalid('tool_name', 'is needed for one act');
  const rule: RuleToMake = { ...given, verdict, pattern: kept.value };
  const action = pattern.kind === 'exact' ? pattern.action : undefined;
  const sample = verdict === 'deny' ? undefined : sampleCall(rule, action);
  const judge = judgeOf(store);
  if (sample !== undefined && judge.request(sample).level === 'high') return refused('TOOL_RULE_HIGH_RISK');
  const wrong = exampleProblem(rule, judge.request);
  return wrong === undefined ? succeeded(rule) : invalid(wrong.field, wrong.problem);
}

/** A pattern that brings its act, as it is kept. */
function keptPattern(pattern: GivenPattern, verdict: 'allow' | 'deny'): Result<ToolPattern> {
  if (pattern.kind === 'exact') {
    if (pattern.action === undefined) return invalid('pattern.action', 'is required');
    return succeeded(exactPattern(pattern.action, canonicalHash(pattern.action)));
  }
  const problem = patternProblem(pattern, verdict);
  return problem === undefined ? succeeded(pattern) : invalid('pattern', problem);
}

/** Makes a rule of the caller's, who is the operator. */
export function makeRule(context: CommandContext, wanted: RuleToMake): Result<ToolRule> {
  const { store, caller, now, ids } = context;
  if (store.toolRules.liveCountOf(wanted.agentId, now) >= MAX_LIVE_RULES) {
    return invalid('agent_id', `has ${MAX_LIVE_RULES} standing rules already; revoke one first`);
  }
  const expiresAtMs = ruleEndOf(wanted.duration, now);
  const rule: ToolRule = {
    ruleId: `rule_${ids.uuid().replaceAll('-', '')}`,
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

/** The rule of the operator's that decides this request now. None allows while the agent, or one above it, is halted; one may deny. */
export function ruleThatDecides(source: RuleSource, call: Judged): ToolRule | undefined {
  if (!isToolCall(call)) return undefined;
  const { store, now } = source;
  const agentId = call.requestedBy.actorId ?? '';
  const holders = [...ruleHolders(agentId, call.ancestorIds), undefined];
  const rules = holders.flatMap((holderId) => store.toolRules.toMatch(holderId, call.targetResource.id, now));
  const found = decidingRule(rules, call);
  if (found === undefined || found.verdict === 'deny') return found;
  return haltOf(source, bindingAgentIds(store, agentId, call.ancestorIds)) === undefined ? found : undefined;
}

/** What an agent is told that a rule denies something. */
export function denialSentence({ reason }: ToolRule): string {
  const why =
    reason === undefined || reason.trim() === '' ? 'nothing of this kind may be done' : visibleLine(reason, 500);
  return `The operator’s standing rule denies this: ${why}. Do not try it in another way; say so, and go on without it.`;
}

/** The request as the rule's maker decided it beforehand, now. */
export function decidedByRule(pending: ApprovalRecord, rule: ToolRule, now: number): ApprovalRecord {
  const isDenied = rule.verdict === 'deny';
  return {
    ...pending,
    status: isDenied ? 'denied' : 'approved',
    revision: pending.revision + 1,
    reviewedBy: rule.createdBy,
    reviewedAtMs: now,
    reviewNotes: isDenied ? denialSentence(rule) : `Allowed by the standing rule ${rule.ruleId}.`,
    toolRuleId: rule.ruleId,
    updatedAtMs: now,
  };
}

/** Counts a use of a rule; the audit log names the rule and the request. */
export function noteUse({ store, now, emit }: CommandContext, rule: ToolRule, approvalId: string): void {
  const used = { ...rule, useCount: rule.useCount + 1, lastUsedAtMs: now };
  store.toolRules.save(used);
  const { ruleId, agentId, useCount } = used;
  emit({ name: 'tool_rule.used', payload: { ruleId, ...defined({ agentId }), approvalId, useCount } });
}
