import type { Engine } from '../../../shared/contract/engine';
import type { JsonObject } from '../../../shared/kernel/fields';
import { engineAbove, versionOfProcess } from '../../connect/processes';
import { type Environment, type HookInput, textOf } from '../../engines/engine';
import { gitFacts } from './git-facts';

/** Characters of a title. */
const LONGEST_TITLE = 120;

/**
 * What can be found out of a session besides what its engine says: the branch and the worktree that it works in, its version, and by its
 * prompt what it is about (spec/sessions.md section 1). It is looked for when a prompt is given and not at each tool call.
 */
export function sessionFacts(engine: Engine, input: HookInput, environment: Environment): JsonObject {
  const pid = engineAbove(engine);
  const version = versionIn(environment) ?? (pid === undefined ? undefined : versionOfProcess(pid));
  const title = titleOf(textOf(input, 'prompt'));
  return {
    ...gitFacts(textOf(input, 'cwd')),
    ...(version !== undefined && { version }),
    ...(title !== '' && { title }),
  };
}

/** Claude Code says its version in a variable: `claude-code_2-1-197_harness`. */
function versionIn(environment: Environment): string | undefined {
  return /^claude-code_(\d+(?:-\d+)+)/.exec(environment['AI_AGENT'] ?? '')?.[1]?.replaceAll('-', '.');
}

function titleOf(prompt: string): string {
  const [line = ''] = prompt.trim().split('\n');
  return line.slice(0, LONGEST_TITLE).trim();
}
