import type { Engine } from '../../../shared/contract/engine';
import type { GivenPattern, RuleVerdict, ToolPattern } from '../../../shared/contract/tool-rule';
import type { Judgement } from '../../../shared/judgement';
import { fitsPattern, isKnownProgram, isMeantBy, isReadableGlob } from './coverage';
import { folderOf, isToolCall, type RuledCall, type RuleScope, ruleHolders, sessionOf } from './rules';
import { isOwnProgram, plainWords } from './rules-tool-input';
import { canTrustFolder, isAbsolute, isInFolder } from './rules-tool-path';

/** A request with what it is judged to be, which is looked up once and only where it is needed. */
export type Judged = RuledCall & {
  /** The engine of the agent that asks, as far as Gatehouse knows it; looked up where a rule is for one. */
  readonly engine: () => Engine | undefined;
  readonly judged: () => Judgement;
};

/** A request that is judged by this function, once. */
export function judgedCall(
  call: RuledCall,
  judge: (call: RuledCall) => Judgement,
  engine: Judged['engine'] = () => undefined,
): Judged {
  let judgement: Judgement | undefined;
  return { ...call, engine, judged: () => (judgement ??= judge(call)) };
}

/** Whether the request is one of those that the rule is for, whatever its risk, and whether or not the rule holds now. */
export function covers(rule: RuleScope, call: Judged): boolean {
  const { targetResource } = call;
  if (!isToolCall(call) || (rule.toolName !== undefined && targetResource.id !== rule.toolName)) return false;
  if (!isOfWhom(rule, call) || (rule.session !== undefined && rule.session !== sessionOf(call))) return false;
  const { action, actionHash } = call;
  const judgement = call.judged();
  const cwd = folderOf(call);
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
  if (engine !== undefined && call.engine() !== engine) return false;
  return agentId === undefined || ruleHolders(call.requestedBy.actorId ?? '', call.ancestorIds).includes(agentId);
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
