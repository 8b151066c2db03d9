import { type CommandInput, doubtChanges, innerScope, type Redirect, type Scope, type ShellWalk } from './scope';
import type { Word } from './words';

/** Where a part of the command line stands: what is known there, and what a command has from outside itself. */
export type At = {
  readonly scope: Scope;
  readonly reading: ShellWalk;
  readonly input?: CommandInput | undefined;
  readonly redirects?: readonly Redirect[];
  /** Words that stand behind a redirection and are the command's all the same. */
  readonly words?: readonly Word[];
  /** The programs before it in its pipe. */
  readonly before: readonly string[];
};

/** A copy of what is known, which takes the longer the more that is. */
export function copyOf({ scope, reading }: At): Scope {
  reading.budget.steps -= scope.variables.size >> 3;
  return innerScope(scope);
}

/** The same place, where what is set is forgotten afterwards. */
export const inside = (at: At): At => ({ ...at, scope: copyOf(at) });

/** A place of its own for what stands in a word. */
export const apart = (at: At): At => ({ scope: copyOf(at), reading: at.reading, before: [] });

/** Walks what may not be run: what it would set is not known afterwards. */
export function perhaps(at: At, walkOn: () => void): void {
  const earlier = copyOf(at);
  walkOn();
  doubtChanges(at.scope, earlier);
}

/** What a command is that nothing is around. */
export const alone = { input: undefined, redirects: [], words: [], assignments: [], before: [] } as const;
