import type { ApprovalRecord } from '../../../shared/contract/approval';
import {
  type GivenPattern,
  LONGEST_RUN_RULE_MS,
  type ToolPattern,
  type ToolRule,
  type ToolRuleDuration,
} from '../../../shared/contract/tool-rule';
import type { Risk } from '../../../shared/judgement';
import { defined } from '../../../shared/kernel/fields';
import { HOUR_MS } from '../../../shared/kernel/time';
import { commandOf, hasCommand, inputSummary, isOwnProgram, pathsOf, plainWords } from './rules-tool-input';
import { canTrustFolder, foldersAbove, isAbsolute, isFileBelow, isInFolder, isPlainPath } from './rules-tool-path';

/** What is looked at of a request. */
export type ToolCall = Pick<
  ApprovalRecord,
  'requestType' | 'requestedBy' | 'ancestorIds' | 'targetResource' | 'context' | 'action' | 'actionHash'
>;

/** What a rule covers, beside how long. */
export type RuleScope = Pick<ToolRule, 'agentId' | 'toolName' | 'pattern' | 'workspace' | 'session'>;

// What the run or session of a request is called, the most exact first.
const sessionFields = ['session_id', 'sessionId', 'run_id', 'runId', 'runID'];

/** Prefixes and folders that are suggested, each. */
const MOST_SUGGESTED = 4;

/** Whether a request is one of an agent to use a tool, which alone can be allowed by a rule. */
export function isToolCall({ requestType, requestedBy, targetResource }: ToolCall): boolean {
  return requestType === 'tool_call' && requestedBy.kind === 'agent' && targetResource.type === 'tool';
}

/** The folder in which the asker says that it works, if the operator can trust that one. */
export function workspaceOf({ context }: Pick<ToolCall, 'context'>): string | undefined {
  const cwd = textField(context, 'cwd');
  return cwd !== undefined && isAbsolute(cwd) && canTrustFolder(cwd) ? cwd : undefined;
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
export function patternProblem(pattern: ToolPattern | GivenPattern): string | undefined {
  if (pattern.kind === 'path' && !canTrustFolder(pattern.folder)) {
    return 'must be a folder that is neither hidden, nor a home, nor near the root, written without "." or ".."';
  }
  if (pattern.kind !== 'command_prefix') return undefined;
  const words = plainWords(pattern.prefix);
  if (words === undefined) return 'must be plain words with one space between two';
  return isOwnProgram(words) ? undefined : 'must not begin with a program that runs others';
}

/** The ids whose rules hold for what this agent asks: its own, and those of agents above it whose id its own begins with. */
export function ruleHolders(agentId: string, ancestorIds: readonly string[]): readonly string[] {
  return [agentId, ...new Set(ancestorIds.filter((ancestorId) => agentId.startsWith(`${ancestorId}/`)))];
}

/** Whether the request is one of those that the rule is for, whatever its risk, and whether or not the rule holds now. */
export function covers(rule: RuleScope, call: ToolCall): boolean {
  const { requestedBy, targetResource, ancestorIds } = call;
  if (!isToolCall(call) || targetResource.id !== rule.toolName) return false;
  if (!ruleHolders(requestedBy.actorId ?? '', ancestorIds).includes(rule.agentId)) return false;
  if (rule.session !== undefined && rule.session !== sessionOf(call)) return false;
  return isInPlace(rule, call) && fitsPattern(rule, call);
}

/** Whether the rule allows the request: it covers it, and the act is not one of high risk (spec/judgement.md section 6). */
export function allows(rule: RuleScope, call: ToolCall, judge: (call: ToolCall) => Risk): boolean {
  return covers(rule, call) && judge(call).level !== 'high';
}

/** The patterns of rules that would allow this request, for the operator to choose from, the narrowest first; none where its risk is high. */
export function suggestedPatterns(call: ToolCall, judgement: Risk): readonly ToolPattern[] {
  const words = commandOf(call.action) ?? [];
  // One word alone would be all that a program can do.
  const shortest = Math.min(2, words.length);
  const lengths = Array.from({ length: words.length }, (_, index) => index + 1).filter(
    (length) => length >= shortest && words[length - 1] !== '--',
  );
  const prefixes = lengths
    .slice(0, MOST_SUGGESTED)
    .toReversed()
    .map((length) => ({ kind: 'command_prefix', prefix: words.slice(0, length).join(' ') }) as const);
  const isCommand = hasCommand(call.action);
  const paths = pathsOf(call.action) ?? [];
  const folders = paths.length === 1 && !isCommand ? foldersAbove(paths[0] ?? '') : [];
  const workspace = workspaceOf(call);
  const below = folders
    .filter((folder) => workspace === undefined || !isAbsolute(folder) || isInFolder(folder, workspace))
    .slice(0, MOST_SUGGESTED)
    .map((folder) => ({ kind: 'path', folder }) as const);
  const any = isCommand ? [] : [{ kind: 'any' } as const];
  return [exactPattern(call.action, call.actionHash ?? ''), ...prefixes, ...below, ...any].filter(
    (pattern) => patternProblem(pattern) === undefined && allows(scopeOf(call, pattern), call, () => judgement),
  );
}

/** What a rule of this pattern covers that is made of a request, for any session. */
export function scopeOf(call: ToolCall, pattern: ToolPattern): RuleScope {
  const workspace = workspaceOf(call);
  return {
    agentId: call.requestedBy.actorId ?? '',
    toolName: call.targetResource.id,
    pattern,
    ...defined({ workspace }),
  };
}

/** A request as the rule allows it at its plainest, to judge the risk of a rule that is made of none. */
export function sampleCall({ agentId, toolName, pattern, workspace }: RuleScope, action: unknown): ToolCall {
  const sample = {
    exact: () => action,
    command_prefix: () => ({ command: 'prefix' in pattern ? pattern.prefix : '' }),
    path: () => ({ file_path: 'folder' in pattern ? `${pattern.folder}/file` : '' }),
    any: () => ({ file_path: 'file' }),
  };
  // A place that is nobody's stands for one that the rule leaves open.
  const folder = pattern.kind === 'path' && isAbsolute(pattern.folder) ? pattern.folder : '/work/here';
  return {
    requestType: 'tool_call',
    requestedBy: { kind: 'agent', actorId: agentId },
    ancestorIds: [],
    targetResource: { type: 'tool', id: toolName },
    context: { cwd: workspace ?? folder },
    action: sample[pattern.kind](),
  };
}

/** The pattern of one act; its hash is the one that approvals have. */
export function exactPattern(action: unknown, hash: string): ToolPattern {
  return { kind: 'exact', hash, summary: inputSummary(action) };
}

/** A request without a folder is not covered by a rule with one, nor the other way round: nobody knows where it happens. */
function isInPlace({ workspace, pattern }: RuleScope, { context }: ToolCall): boolean {
  const cwd = textField(context, 'cwd');
  if (workspace === undefined || cwd === undefined) return workspace === cwd;
  const isRelative = pattern.kind === 'path' && !isAbsolute(pattern.folder);
  return isRelative ? cwd === workspace : isInFolder(cwd, workspace);
}

function fitsPattern({ pattern }: RuleScope, { action, actionHash }: ToolCall): boolean {
  switch (pattern.kind) {
    case 'exact':
      return actionHash === pattern.hash;
    case 'command_prefix': {
      const words = commandOf(action);
      return words !== undefined && isOwnProgram(words) && isCovered(words, pattern.prefix.split(' '));
    }
    case 'path': {
      const paths = hasCommand(action) ? undefined : pathsOf(action);
      return paths !== undefined && paths.length > 0 && paths.every((path) => isFileBelow(path, pattern.folder));
    }
    case 'any':
      // What a command does is in its words: a rule for any would be one for everything.
      return !hasCommand(action) && (pathsOf(action)?.every(isPlainPath) ?? false);
  }
}

/** Options that only choose among what a command does anyway, or how it says it. */
const harmlessOption =
  /^(?:--|--?(?:run|silent|quiet|q|v{1,3}|verbose|coverage|watch=false|watchAll=false|no-watch|bail|ci|json|color|no-color|passWithNoTests|updateSnapshot|u|x|t|k|s|l|a|r|testNamePattern|grep|filter|project|only|release|all|all-features|workspace|w|count=\d+|race|short|maxfail=\d+|tb=\w+|noEmit|pretty|fix|check|stat|oneline|n|\d+|retries=\d+|workers=\d+|timeout=\d+|reporter=(?:verbose|dot|default|json|basic|line|list))(?:=[\w./:-]*)?)$/;

/** Whether a command begins with these words and has no option after them that could do more. */
function isCovered(words: readonly string[], wanted: readonly string[]): boolean {
  if (!wanted.every((word, index) => words[index] === word)) return false;
  return words.slice(wanted.length).every((word) => !word.startsWith('-') || harmlessOption.test(word));
}

function textField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field = (value as Readonly<Record<string, unknown>>)[name];
  return typeof field === 'string' ? field : undefined;
}
