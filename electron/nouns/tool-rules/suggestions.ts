import { ruleBundles, type ToolPattern } from '../../../shared/contract/tool-rule';
import { defined } from '../../../shared/kernel/fields';
import { kindOfTool } from '../../judgement/tools';
import { hostsOf } from './coverage';
import { allows, type Judged, patternProblem } from './matching';
import { exactPattern, folderOf, type RuleScope } from './rules';
import { hasCommand, pathsOf } from './rules-tool-input';
import { canTrustFolder, foldersAbove, isAbsolute, isInFolder } from './rules-tool-path';

/** Prefixes and folders that are suggested, each. */
const MOST_SUGGESTED = 4;

/** The project in which it happens as Gatehouse found it, else the folder that the asker says, if the operator can trust it. */
export function workspaceOf(call: Judged): string | undefined {
  const cwd = folderOf(call);
  if (cwd === undefined || !isAbsolute(cwd)) return undefined;
  return [call.judged().workspace, cwd].find((folder) => folder !== undefined && canTrustFolder(folder));
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
