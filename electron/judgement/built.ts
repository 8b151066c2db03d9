import { posix } from 'node:path';
import { pathFrom } from './place';
import { type Harm, installs } from './programs/program';
import type { SimpleCommand } from './shell/scope';
import type { WrittenFile } from './written';

/** What a command has made so far that a later part of it may run. */
export type Made = {
  /** What was written to files, by their paths. */
  readonly written: Map<string, WrittenFile>;
  /** Folders into which a repository was cloned. */
  readonly cloned: Set<string>;
};

/** Programs that run what the files of a project say. */
const runsProject =
  /^(?:npm|npx|pnpm|yarn|bun|g?make|just|task|rake|rails|bundle|rspec|gradlew?|mvnw?|cargo|go|pytest|tox|nox|composer|phpunit|dotnet|mix|vitest|jest|mocha|vite|webpack|rollup|poetry|uv|pip3?|deno|cmake|ninja|meson|bazel|swift|node|tsx|python[\d.]*|docker|(?:b|z|d|a)?a?sh)$/;

/** Files of a project by which such programs run others. */
const buildFile =
  /^(?:package\.json|(?:GNU)?[Mm]akefile|[Jj]ustfile|Taskfile\.ya?ml|Rakefile|Gemfile|conftest\.py|setup\.(?:py|cfg)|pyproject\.toml|tox\.ini|noxfile\.py|build\.gradle(?:\.kts)?|pom\.xml|Cargo\.toml|build\.rs|CMakeLists\.txt|composer\.json|Dockerfile|[\w.-]+\.config\.[cm]?[jt]s|\.pnpmfile\.cjs|\.npmrc)$/;

/** Has it known which folder a command clones into. */
export function noteClone({ cloned }: Made, { words }: SimpleCommand, cwd: string | undefined): void {
  const texts = words.map(({ text }) => text);
  const at = texts.indexOf('clone');
  if (at < 0 || !/^(?:git|gh|hg|jj|degit)$/.test(texts[0] ?? '')) return;
  const given = texts.slice(at + 1).filter((text) => !text.startsWith('-'));
  const url = given.find((text) => /[:/]/.test(text));
  if (url === undefined) return;
  const named = given[given.indexOf(url) + 1] ?? posix.basename(url).replace(/\.git$/, '');
  const folder = pathFrom(cwd, named);
  if (folder !== undefined) cloned.add(folder);
}

/** What a program of a project runs of what the command itself has cloned, downloaded or written: harm, or texts for a shell. */
export function builtFrom(
  { written, cloned }: Made,
  name: string | undefined,
  cwd: string | undefined,
): readonly (Harm | string)[] {
  if (cloned.size === 0 && written.size === 0) return [];
  if (cwd === undefined || !runsProject.test(name ?? '')) return [];
  const found: (Harm | string)[] = [];
  if ([...cloned].some((folder) => cwd === folder || cwd.startsWith(`${folder}/`)))
    found.push(installs(`runs what it has only just cloned into ${posix.basename(cwd)}`));
  for (const [path, { texts, isFetched }] of written) {
    const file = posix.basename(path);
    if (!buildFile.test(file)) continue;
    if (isFetched) found.push(installs(`builds by ${file}, which it has only just downloaded`));
    else found.push(...(texts ?? []).flatMap((text) => commandsOf(file, text)));
  }
  return found;
}

/** The commands that a file of a project has for the shell. */
function commandsOf(file: string, text: string): readonly string[] {
  if (file === 'package.json') {
    try {
      const { scripts } = JSON.parse(text) as { scripts?: unknown };
      const all = typeof scripts === 'object' && scripts !== null ? Object.values(scripts) : [];
      return all.filter((each) => typeof each === 'string');
    } catch {
      return [];
    }
  }
  if (!/^(?:GNU)?makefile$|^justfile$/i.test(file)) return [];
  // `$$` and `@` are make's own, and its variables are known to it alone.
  const lines = [...text.matchAll(/^[\t ]+[@-]*(.+)$/gm)].map(([, line = '']) => line.replaceAll('$$', '$'));
  return lines.filter((line) => !/\$[({]/.test(line));
}
