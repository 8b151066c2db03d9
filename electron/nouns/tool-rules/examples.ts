import type { RuleExample, ToolRule } from '../../../shared/contract/tool-rule';
import type { Judgement } from '../../../shared/judgement';
import { canonicalHash } from '../../kernel/store/canonical-json';
import { decidingRule, judgedCall } from './matching';
import type { RuledCall, RuleScope } from './rules';
import { isAbsolute } from './rules-tool-path';

/** A call of those that the rule is for with this act, where the rule says where. */
function callFor(scope: RuleScope, toolName: string, action: unknown): RuledCall {
  const { agentId = 'anyone', toolName: ruled, workspace, session, pattern } = scope;
  // A place that is nobody's stands for one that the rule leaves open.
  const folder = pattern.kind === 'path' && isAbsolute(pattern.folder) ? pattern.folder : '/work/here';
  return {
    requestType: 'tool_call',
    requestedBy: { kind: 'agent', actorId: agentId },
    ancestorIds: [],
    targetResource: { type: 'tool', id: ruled ?? toolName },
    context: {
      ...(scope.isAnywhere === true || workspace !== undefined || ruled === undefined
        ? { cwd: workspace ?? folder }
        : {}),
      ...(session !== undefined && { session_id: session }),
    },
    action,
  };
}

/** A request as the rule allows it at its plainest, to judge the risk of a rule that is made of none; none where its pattern names no act. */
export function sampleCall(scope: RuleScope, action: unknown): RuledCall | undefined {
  const { pattern } = scope;
  switch (pattern.kind) {
    case 'exact':
      return callFor(scope, 'tool', action);
    case 'command_prefix':
      return callFor(scope, 'Bash', { command: pattern.prefix });
    case 'path':
      return {
        ...callFor(scope, 'Edit', { file_path: `${pattern.folder}/file` }),
        context: { cwd: scope.workspace ?? pattern.folder },
      };
    case 'any':
      return { ...callFor(scope, 'tool', { file_path: 'file' }), context: { cwd: scope.workspace ?? '/work/here' } };
    default:
      return undefined;
  }
}

/** The call that an example of a rule stands for; undefined where a text alone does not say which one. */
export function exampleCall(scope: RuleScope, example: RuleExample): RuledCall | undefined {
  if (typeof example !== 'string') {
    return { ...callFor(scope, example.tool, example.action), targetResource: { type: 'tool', id: example.tool } };
  }
  const { pattern } = scope;
  switch (pattern.kind) {
    case 'exact':
    case 'any':
      return undefined;
    case 'host':
      return callFor(scope, 'WebFetch', { url: example });
    case 'path':
    case 'files':
      return callFor(scope, 'Edit', { file_path: example });
    case 'bundle':
      if (pattern.bundle === 'edits') return callFor(scope, 'Edit', { file_path: example });
      return callFor(scope, 'Bash', { command: example });
    case 'command_prefix':
      return callFor(scope, 'Bash', { command: example });
  }
}

/** What is wrong with the examples of a rule; undefined where each holds. `judge` says how dangerous one is. */
export function exampleProblem(
  rule: RuleScope & Pick<ToolRule, 'match' | 'notMatch'>,
  judge: (call: RuledCall) => Judgement,
): { readonly field: string; readonly problem: string } | undefined {
  const isCovered = (call: RuledCall) => {
    const judged = judgedCall({ ...call, actionHash: canonicalHash(call.action) }, judge, () => rule.engine);
    return decidingRule([rule], judged) !== undefined;
  };
  for (const [field, isWanted] of [
    ['match', true],
    ['notMatch', false],
  ] as const) {
    for (const [index, example] of (rule[field] ?? []).entries()) {
      const call = exampleCall(rule, example);
      const at = `${field === 'match' ? 'match' : 'not_match'}[${index}]`;
      if (call === undefined) return { field: at, problem: 'must be {tool, action} for a rule of this pattern' };
      if (isCovered(call) !== isWanted) {
        return { field: at, problem: isWanted ? 'is not covered by this rule' : 'is covered by this rule' };
      }
    }
  }
  return undefined;
}
