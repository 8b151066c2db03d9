import { shapeOf } from '../../../shared/act/shape';
import type { ApprovalRecord } from '../../../shared/contract/approval';
import {
  type GivenRule,
  MOST_EXAMPLES,
  PREVIEW_MS,
  type RuleVerdict,
  type ToolPattern,
  type ToolRule,
} from '../../../shared/contract/tool-rule';
import { type Refused, type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { defined, fieldOf } from '../../../shared/kernel/fields';
import { cursorsOf, invalidCursor, pageOf } from '../../kernel/cursor';
import type { QueryContext, SomeCommands, SomeQueries } from '../../kernel/handler';
import { settleWaiting } from '../approvals/by-rule';
import { judgedOf, makeRule, type RuleToMake, ruleEndOf, ruleOfGiven, ruleOfRequest } from './effects';
import { explained } from './explain';
import { allows, decidingRule } from './matching';
import { isLive, isToolCall, sessionOf } from './rules';
import { inputSummary } from './rules-tool-input';
import { suggestedPatterns, workspaceOf } from './suggestions';

/** Requests that rules are tried on, the newest; each is judged for it. */
const MOST_TRIED = 300;

/** Approvals of the same within a preview's time that are a habit. */
const HABIT = 5;

/** Rules that hold at a time which a list of new ones is held against. */
const MOST_LIVE = 1_000;

const cursors = cursorsOf({ createdAtMs: 'number', ruleId: 'word' });

/** toolRule.create, .revoke and toolRules.load (spec/judgement.md section 6); the contract lets only the operator send them. */
export const toolRuleCommands = {
  'toolRule.create'(context, given) {
    const wanted = ruleOfGiven(context, given);
    if (!wanted.ok) return wanted;
    const made = makeRule(context, wanted.value);
    return made.ok ? succeeded({ toolRule: made.value, settled: settleWaiting(context) }) : made;
  },

  'toolRules.load'(context, { rules }) {
    const wanted = rulesOfGiven(context, rules);
    if (!wanted.ok) return wanted;
    const toolRules: ToolRule[] = [];
    const live = context.store.toolRules.list({ state: 'live', now: context.now, limit: MOST_LIVE });
    for (const [index, rule] of wanted.value.entries()) {
      const known = live.find((one) => isSameRule(one, rule));
      if (known !== undefined) {
        toolRules.push(known);
        continue;
      }
      const made = makeRule(context, rule);
      if (!made.ok) return atRule(index, made);
      toolRules.push(made.value);
    }
    return succeeded({ toolRules, settled: settleWaiting(context) });
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
    context.emit({ name: 'tool_rule.revoked', payload: { ruleId, ...defined({ agentId, reason }) } });
    return succeeded({ toolRule });
  },
} satisfies SomeCommands;

/** toolRules.list, .get, .offer, .preview and .try, and toolCalls.explain. */
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

  'toolRules.offer'(context, { approvalId }) {
    const approval = context.store.approvals.find(approvalId);
    if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
    const { requestedBy, targetResource } = approval;
    if (!isToolCall(approval)) {
      return succeeded({ isToolCall: false, hasSession: false, patterns: [], riskReasons: [] });
    }
    const call = judgedOf(context, approval);
    const patterns = suggestedPatterns(call);
    return succeeded({
      isToolCall: true,
      ...defined({ agentId: requestedBy.actorId }),
      toolName: targetResource.id,
      ...defined({ workspace: workspaceOf(call) }),
      hasSession: sessionOf(approval) !== undefined,
      patterns: [...patterns],
      riskReasons: patterns.length > 0 ? [] : [...call.judged().reasons],
      ...defined({ habit: habitOf(context, approval, patterns) }),
    });
  },

  'toolRules.preview'(context, { approvalId, ...wanted }) {
    const { store, now } = context;
    const approval = store.approvals.find(approvalId);
    if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
    const rule = ruleOfRequest(context, approval, wanted);
    if (!rule.ok) return rule;
    const { agentId = '', toolName } = rule.value;
    const since = now - PREVIEW_MS;
    const { calls, isCut } =
      toolName === undefined
        ? store.toolCalls.ofAllSince(since, MOST_TRIED)
        : store.toolCalls.since(agentId, toolName, since);
    const matched = calls.filter((call) => allows(rule.value, judgedOf(context, call)));
    const expiresAtMs = ruleEndOf(wanted.duration, now);
    return succeeded({
      count: matched.length,
      isCut,
      examples: matched.slice(0, MOST_EXAMPLES).map(exampleOf),
      ...defined({ expiresAtMs }),
    });
  },

  'toolRules.try'(context, { rules }) {
    const wanted = rulesOfGiven(context, rules);
    if (!wanted.ok) return wanted;
    const { calls, isCut } = context.store.toolCalls.ofAllSince(0, MOST_TRIED);
    const tried = calls.flatMap((call) => {
      const rule = decidingRule(wanted.value, judgedOf(context, call));
      return rule === undefined ? [] : [{ call, rule: wanted.value.indexOf(rule), verdict: rule.verdict ?? 'allow' }];
    });
    const otherwise = tried.filter(({ call, verdict }) => isOtherwise(call, verdict));
    const countOf = (wantedVerdict: RuleVerdict, from: typeof tried = tried) =>
      from.filter(({ verdict }) => verdict === wantedVerdict).length;
    return succeeded({
      count: calls.length,
      isCut,
      allowed: countOf('allow'),
      denied: countOf('deny'),
      allowedButDenied: countOf('allow', otherwise),
      deniedButApproved: countOf('deny', otherwise),
      otherwise: otherwise
        .slice(0, MOST_EXAMPLES)
        .map(({ call, rule, verdict }) => ({ ...exampleOf(call), rule, verdict })),
    });
  },

  'toolCalls.explain': (context, input) => succeeded(explained(context, input)),
} satisfies SomeQueries;

/** How often the operator has approved what is like this lately, and the pattern that says so; nothing where that is no habit. */
function habitOf(
  { store, now }: QueryContext,
  approval: ApprovalRecord,
  patterns: readonly ToolPattern[],
): { readonly count: number; readonly pattern: number } | undefined {
  const { requestedBy, targetResource, context } = approval;
  const shape = shapeOf({ toolName: targetResource.id, action: approval.action });
  // The widest beginning of a command, and the nearest folder.
  const prefix = patterns.findLastIndex(({ kind }) => kind === 'command_prefix');
  const pattern = prefix === -1 ? patterns.findIndex(({ kind }) => kind === 'path' || kind === 'host') : prefix;
  if (shape === undefined || pattern === -1) return undefined;
  const { calls } = store.toolCalls.since(requestedBy.actorId ?? '', targetResource.id, now - PREVIEW_MS, MOST_TRIED);
  const count = calls.filter(
    ({ status, toolRuleId, action, context: other }) =>
      status === 'approved' &&
      toolRuleId === undefined &&
      fieldOf(other, 'cwd') === fieldOf(context, 'cwd') &&
      shapeOf({ toolName: targetResource.id, action }) === shape,
  ).length;
  return count >= HABIT ? { count, pattern } : undefined;
}

/** Whether a rule says what is wanted, so that a file that is loaded again makes nothing twice. */
function isSameRule(rule: ToolRule, wanted: RuleToMake): boolean {
  const { verdict = 'allow', agentId, engine, toolName, pattern, workspace, isAnywhere, session, duration } = wanted;
  const terms = { agentId, engine, toolName, pattern, workspace, isAnywhere, session, duration, reason: wanted.reason };
  const fields = Object.keys(terms) as (keyof typeof terms)[];
  return (
    (rule.verdict ?? 'allow') === verdict &&
    fields.every((field) => JSON.stringify(rule[field]) === JSON.stringify(terms[field]))
  );
}

/** All rules of a list as they would be made, or what is wrong with the first that is refused. */
function rulesOfGiven(source: Pick<QueryContext, 'store'>, rules: readonly GivenRule[]): Result<readonly RuleToMake[]> {
  const wanted: RuleToMake[] = [];
  for (const [index, given] of rules.entries()) {
    const rule = ruleOfGiven(source, given);
    if (!rule.ok) return atRule(index, rule);
    wanted.push(rule.value);
  }
  return succeeded(wanted);
}

/** The refusal of one rule of a list, which says of which. */
function atRule(index: number, { refusal }: Refused): Refused {
  const issues = refusal.issues?.map(({ path, message }) => ({ path: `rules[${index}].${path}`, message }));
  const sentence = `Rule ${index + 1}: ${refusal.sentence}`;
  return { ok: false, refusal: { ...refusal, sentence, ...defined({ issues }) } };
}

function exampleOf({ approvalId, requestedBy, createdAtMs, status, action }: ApprovalRecord) {
  return { approvalId, agentId: requestedBy.actorId ?? '', createdAtMs, status, summary: inputSummary(action) };
}

/** Whether the operator has decided this otherwise than a rule of this verdict would. */
function isOtherwise({ status, toolRuleId }: ApprovalRecord, verdict: RuleVerdict): boolean {
  if (toolRuleId !== undefined) return false;
  return status === (verdict === 'allow' ? 'denied' : 'approved');
}
