import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Engine } from '../../../shared/contract/engine';
import {
  type GivenPattern,
  LONGEST_RUN_RULE_MS,
  type RuleExample,
  type RuleVerdict,
  ruleBundles,
  type ToolPattern,
  type ToolRule,
  type ToolRuleDuration,
} from '../../../shared/contract/tool-rule';
import type { Judgement } from '../../../shared/judgement';
import { defined } from '../../../shared/kernel/fields';
import { HOUR_MS } from '../../../shared/kernel/time';
import { kindOfTool } from '../../judgement/tools';
import { canonicalHash } from '../../kernel/store/canonical-json';
import { fitsPattern, hostsOf, isKnownProgram, isMeantBy, isReadableGlob } from './rules-coverage';
import { hasCommand, inputSummary, isOwnProgram, pathsOf, plainWords } from './rules-tool-input';
import { canTrustFolder, foldersAbove, isAbsolute, isInFolder } from './rules-tool-path';

/** What is looked at of a request. */
export type ToolCall = Pick<
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

/** Prefixes and folders that are suggested, each. */
const MOST_SUGGESTED = 4;

/** Whether a request is one of an agent to use a tool, which alone can be allowed by a rule. */
export function isToolCall({ requestType, requestedBy, targetResource }: ToolCall): boolean {
  return requestType === 'tool_call' && requestedBy.kind === 'agent' && targetResource.type === 'tool';
}

/** The project in which it happens as Gatehouse found it, else the folder that the asker says, if the operator can trust it. */
export function workspaceOf(call: Judged): string | undefined {
  const cwd = textField(call.context, 'cwd');
  if (cwd === undefined || !isAbsolute(cwd)) return undefined;
  return [call.judged().workspace, cwd].find((folder) => folder !== undefined && canTrustFolder(folder));
}

/** What the asker calls the session or run that it asks in. */
export function sessionOf({ context }: Pick<ToolCall, 'context'>): string | undefined {
  return sessionFields.map((name) => textField(context, name)).find((id) => id !== undefined && id !== '');
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

/** What is wrong with a pattern, whatever it is held against; undefined for a good one. */
export function patternProblem(
  pattern: ToolPattern | GivenPattern,
  verdict: RuleVerdict = 'allow',
): string | undefined {
  switch (pattern.kind) {
    case 'path':
      return verdict === 'deny' || canTrustFolder(pattern.folder)
        ? undefined
        : 'must be a folder that is neither hidden, nor a home, nor near the root, written without "." or ".."';
    case 'files':
      return isReadableGlob(pattern.glob) ? undefined : 'must be a pattern as those of .gitignore, which names files';
    case 'bundle':
      return verdict === 'deny' ? 'can be allowed only; deny commands, files, hosts or a tool' : undefined;
    case 'command_prefix':
      return prefixProblem(pattern.prefix, verdict);
    default:
      return undefined;
  }
}

function prefixProblem(prefix: string, verdict: RuleVerdict): string | undefined {
  const words = plainWords(prefix);
  if (words === undefined) return 'must be plain words with one space between two';
  if (verdict === 'deny') return undefined;
  if (!isOwnProgram(words)) return 'must not begin with a program that runs others';
  return words.length > 1 || isKnownProgram(words[0] ?? '')
    ? undefined
    : 'needs two words, because Gatehouse does not know this program';
}

/** The ids whose rules hold for what this agent asks: its own, and those of agents above it whose id its own begins with. */
export function ruleHolders(agentId: string, ancestorIds: readonly string[]): readonly string[] {
  return [agentId, ...new Set(ancestorIds.filter((ancestorId) => agentId.startsWith(`${ancestorId}/`)))];
}

/** A request with what it is judged to be, which is looked up once and only where it is needed. */
export type Judged = ToolCall & {
  /** The engine of the agent that asks, as far as Gatehouse knows it. */
  readonly engine?: Engine;
  readonly judged: () => Judgement;
};

/** A request that is judged by this function, once. */
export function judgedCall(call: ToolCall, judge: (call: ToolCall) => Judgement, engine?: Engine): Judged {
  let judgement: Judgement | undefined;
  return { ...call, ...defined({ engine }), judged: () => (judgement ??= judge(call)) };
}

/** Whether the request is one of those that the rule is for, whatever its risk, and whether or not the rule holds now. */
export function covers(rule: RuleScope, call: Judged): boolean {
  const { targetResource } = call;
  if (!isToolCall(call) || (rule.toolName !== undefined && targetResource.id !== rule.toolName)) return false;
  if (!isOfWhom(rule, call) || (rule.session !== undefined && rule.session !== sessionOf(call))) return false;
  const { action, actionHash, context } = call;
  const judgement = call.judged();
  const cwd = textField(context, 'cwd');
  if (!isInPlace(rule, cwd, judgement)) return false;
  const judged = { toolName: targetResource.id, action, actionHash, cwd, judgement };
  return rule.verdict === 'deny' ? isMeantBy(rule.pattern, judged) : fitsPattern(rule.pattern, judged);
}

/** Whether the rule allows the request: it covers it, and the act is not one of high risk (spec/judgement.md section 6). */
export function allows(rule: RuleScope, call: Judged): boolean {
  return rule.verdict !== 'deny' && covers(rule, call) && call.judged().level !== 'high';
}

/** Whether the rule denies the request. */
export function denies(rule: RuleScope, call: Judged): boolean {
  return rule.verdict === 'deny' && covers(rule, call);
}

/** The rule that decides a request, of those that hold now: one that denies before any that allows. */
export function decidingRule<R extends RuleScope>(rules: readonly R[], call: Judged): R | undefined {
  return rules.find((rule) => denies(rule, call)) ?? rules.find((rule) => allows(rule, call));
}

function isOfWhom({ agentId, engine }: RuleScope, call: Judged): boolean {
  if (engine !== undefined && call.engine !== engine) return false;
  return agentId === undefined || ruleHolders(call.requestedBy.actorId ?? '', call.ancestorIds).includes(agentId);
}

/** The patterns of rules that would allow this request, for the operator to choose from, the narrowest first; none where its risk is high. */
export function suggestedPatterns(call: Judged): readonly ToolPattern[] {
  const exact = exactPattern(call.action, call.actionHash ?? '');
  return [exact, ...suggestedPrefixes(call), ...suggestedFolders(call), ...suggestedBundles(call)].filter(
    (pattern) => patternProblem(pattern) === undefined && allows(scopeOf(call, pattern), call),
  );
}

/** The first words of the one command in it that does more than look. */
function suggestedPrefixes(call: Judged): readonly ToolPattern[] {
  const { parts } = call.judged();
  const changing = parts.filter(({ level }) => level !== 'low');
  const words = (changing.length === 0 && parts.length === 1 ? parts : changing)[0]?.words ?? [];
  // One word alone would be all that a program can do.
  const shortest = Math.min(2, words.length);
  return words
    .map((_, index) => words.slice(0, index + 1))
    .filter((each) => each.length >= shortest && each.at(-1) !== '--')
    .slice(0, MOST_SUGGESTED)
    .toReversed()
    .map((each) => ({ kind: 'command_prefix', prefix: each.join(' ') }) as const);
}

function suggestedFolders(call: Judged): readonly ToolPattern[] {
  const paths = hasCommand(call.action) ? [] : (pathsOf(call.action) ?? []);
  const folders = paths.length === 1 ? foldersAbove(paths[0] ?? '') : [];
  const workspace = workspaceOf(call);
  return folders
    .filter((folder) => workspace === undefined || !isAbsolute(folder) || isInFolder(folder, workspace))
    .slice(0, MOST_SUGGESTED)
    .map((folder) => ({ kind: 'path', folder }) as const);
}

function suggestedBundles(call: Judged): readonly ToolPattern[] {
  const kind = kindOfTool(call.targetResource.id);
  const [host] = kind === 'fetches' ? hostsOf(call.action) : [];
  return [
    ...(host === undefined || host === '' ? [] : [{ kind: 'host', host } as const]),
    ...ruleBundles
      .filter((bundle) => bundle !== 'edits' || kind === 'edits')
      .map((bundle) => ({ kind: 'bundle', bundle }) as const),
    // Where a bundle fits, any input at all is more than is needed.
    ...(hasCommand(call.action) || kind !== 'other' ? [] : [{ kind: 'any' } as const]),
  ];
}

/** What a rule of this pattern covers that is made of a request, for any session. */
export function scopeOf(call: Judged, pattern: ToolPattern, isAnywhere = false): RuleScope {
  const workspace = isAnywhere ? undefined : workspaceOf(call);
  // What a bundle is says which tools it is for, and the same project is edited by several.
  const isForOneTool = pattern.kind !== 'bundle' && pattern.kind !== 'host';
  return {
    verdict: 'allow',
    agentId: call.requestedBy.actorId ?? '',
    ...(isForOneTool && { toolName: call.targetResource.id }),
    pattern,
    ...(isAnywhere && { isAnywhere: true as const }),
    ...defined({ workspace }),
  };
}

/** A call of those that the rule is for with this act, where the rule says where. */
function callFor(scope: RuleScope, toolName: string, action: unknown): ToolCall {
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
export function sampleCall(scope: RuleScope, action: unknown): ToolCall | undefined {
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
export function exampleCall(scope: RuleScope, example: RuleExample): ToolCall | undefined {
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
  judge: (call: ToolCall) => Judgement,
): { readonly field: string; readonly problem: string } | undefined {
  const isCovered = (call: ToolCall) => {
    const judged = judgedCall({ ...call, actionHash: canonicalHash(call.action) }, judge, rule.engine);
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

/** The pattern of one act; its hash is the one that approvals have. */
export function exactPattern(action: unknown, hash: string): ToolPattern {
  return { kind: 'exact', hash, summary: inputSummary(action) };
}

/**
 * A request without a folder is not covered by a rule with one, nor the other way round: nobody knows where it happens. A folder that
 * only seems to lie in that of the rule, by a link, lies in another workspace.
 */
function isInPlace({ workspace, isAnywhere, pattern }: RuleScope, cwd: string | undefined, judged: Judgement): boolean {
  if (isAnywhere === true) return true;
  if (workspace === undefined || cwd === undefined) return workspace === cwd;
  const isRelative = pattern.kind === 'path' && !isAbsolute(pattern.folder);
  if (isRelative) return cwd === workspace;
  const found = judged.workspace;
  if (found === workspace) return true;
  return (
    isInFolder(cwd, workspace) && (found === undefined || isInFolder(found, workspace) || isInFolder(workspace, found))
  );
}

function textField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field = (value as Readonly<Record<string, unknown>>)[name];
  return typeof field === 'string' ? field : undefined;
}
