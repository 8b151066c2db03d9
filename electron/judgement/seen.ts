import { posix } from 'node:path';
import { secretsIn, touchPath } from './paths';
import { type JudgedPlace, pathFacts, pathFrom } from './place';
import type { Access, ProgramUse } from './programs/program';
import { programOf } from './programs/programs';
import type { Scope } from './shell/scope';
import type { Word } from './shell/words';

/** The path that a word is, as far as it is known: of a pattern, the folder that it is tried in. */
export function knownPath(scope: Scope, { text, isComputed, isPattern }: Word): string | undefined {
  if (isComputed) return undefined;
  const folder = () => text.slice(0, text.lastIndexOf('/', text.search(/[*?[]/)) + 1);
  return pathFrom(scope.cwd, isPattern ? folder() || '.' : text);
}

/** Ways in which what is at a path may be lost. */
const losing: ReadonlySet<Access> = new Set(['deletes', 'deletes_tree', 'replaces', 'empties']);

/** Whether it takes away what this very command has put there, of which nothing can be seen before it runs. */
export function isMoved(moved: ReadonlySet<string>, scope: Scope, access: Access, word: Word): boolean {
  if (moved.size === 0 || !losing.has(access)) return false;
  const path = knownPath(scope, word);
  return (
    path !== undefined &&
    [...moved].some((each) => path === each || path.startsWith(`${each}/`) || each.startsWith(`${path}/`))
  );
}

/** What can be seen of the files and the project where a command stands. */
export function looksAt(
  place: JudgedPlace,
  scope: Scope,
): Pick<
  ProgramUse,
  'kindOf' | 'isInside' | 'secretIn' | 'isIgnored' | 'isIgnoredBelow' | 'wouldBeLost' | 'hasRef' | 'hasProgram'
> {
  const factsOf = (word: Word) => {
    const path = word.isComputed ? undefined : pathFrom(scope.cwd, word.text);
    return path === undefined ? undefined : pathFacts(place, path);
  };
  return {
    kindOf(word) {
      const facts = factsOf(word);
      return facts === undefined ? 'unknown' : place.surroundings.kindOf(facts.path);
    },
    isInside: (word) => factsOf(word)?.isInside === true,
    secretIn: (command) => secretsIn(place, scope, command)[0],
    isIgnored(word) {
      const { workspace, surroundings } = place;
      const facts = factsOf(word);
      return facts?.isInside === true && workspace !== undefined && surroundings.isIgnored(workspace, facts.path);
    },
    isIgnoredBelow(root, names) {
      const { workspace, surroundings } = place;
      const facts = scope.isPlaceSure ? factsOf(root) : undefined;
      if (facts?.isInside !== true || workspace === undefined) return false;
      // One name stands for all that a pattern finds, but for those that are taken out of what is left out.
      if (surroundings.hasExceptions(workspace, posix.join(facts.path, 'x'))) return false;
      if (surroundings.hasExceptionsBelow(workspace, facts.path)) return false;
      const samples = names.map((name) => name.replaceAll(/[*?]+|\[[^[\]]*\]/g, 'x'));
      return samples.every((name) =>
        [name, `x/${name}`, `x/y/z/${name}`].every((path) => {
          const there = pathFacts(place, posix.join(facts.path, path));
          return there.setting === undefined && !there.secret && surroundings.isIgnored(workspace, there.path);
        }),
      );
    },
    wouldBeLost: (word) => typeof touchPath(place, scope, 'deletes_tree', word) !== 'string',
    hasRef({ text, isComputed }) {
      const { workspace, surroundings } = place;
      const folder = scope.isPlaceSure && scope.cwd !== undefined ? pathFacts(place, scope.cwd) : undefined;
      // Where it may be in another repository, nobody knows.
      if (isComputed || workspace?.isGit !== true || folder?.isInside !== true) return true;
      return surroundings.hasRef(workspace, text);
    },
    hasProgram(program) {
      const { workspace, surroundings } = place;
      if (workspace === undefined) return false;
      // Of a project that is not on this machine it is believed that it has what is well known.
      return workspace.isThere ? surroundings.hasProgram(workspace, program) : programOf(program) !== undefined;
    },
  };
}
