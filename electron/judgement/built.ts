import { posix } from 'node:path';
import { type Harm, installs } from './programs/program';
import type { WrittenFile } from './written';

/** What a command has made so far that a later part of it may run. */
export type Made = {
  /** What was written to files, by their paths. */
  readonly written: Map<string, WrittenFile>;
  /** Folders with files that nobody here has seen, and how they came there: `cloned`. */
  readonly filled: Map<string, string>;
  /** Names that links gave to what is at other paths, each once. */
  readonly linked: Map<string, readonly [name: string, path: string]>;
};

/** Most names by which a file is looked for. */
const MOST_NAMES = 8;

/** What was written to a file by whichever of its names: the texts of all, where each of them is known. */
export function writtenAt({ written, linked }: Made, path: string): WrittenFile | undefined {
  const names = new Set([path]);
  for (const name of names) {
    for (const link of linked.values()) {
      for (const [from, to] of [link, [link[1], link[0]] as const]) {
        if (names.size < MOST_NAMES && (name === from || name.startsWith(`${from}/`))) {
          names.add(to + name.slice(from.length));
        }
      }
    }
  }
  const found = [...names].flatMap((name) => written.get(name) ?? []);
  if (found.length < 2) return found[0];
  const texts = found.flatMap((one) => one.texts ?? []);
  const areKnown = found.every((one) => one.texts !== undefined);
  return { texts: areKnown ? texts : undefined, isFetched: found.some(({ isFetched }) => isFetched) };
}

/** How files came to a path that nobody here has seen; undefined for any other. */
export function howFilled({ filled }: Made, path: string | undefined): string | undefined {
  if (filled.size === 0 || path === undefined) return undefined;
  return [...filled].find(([folder]) => path === folder || path.startsWith(`${folder}/`))?.[1];
}

/** Programs that run what the files of a project say. */
const runsProject =
  /^(?:npm|npx|pnpm|yarn|bun|g?make|just|task|rake|rails|bundle|rspec|gradlew?|mvnw?|cargo|go|pytest|tox|nox|composer|phpunit|dotnet|mix|vitest|jest|mocha|eslint|prettier|vite|webpack|rollup|poetry|uv|pip3?|deno|cmake|ninja|meson|bazel|swift|node|tsx|python[\d.]*|docker|java|(?:b|z|d|a)?a?sh)$/;

/** Files of a project by which such programs run others. */
const buildFile =
  /^(?:package\.json|(?:GNU)?[Mm]akefile|[Jj]ustfile|Taskfile\.ya?ml|Rakefile|Gemfile|conftest\.py|setup\.(?:py|cfg)|pyproject\.toml|tox\.ini|noxfile\.py|build\.gradle(?:\.kts)?|pom\.xml|Cargo\.toml|build\.rs|CMakeLists\.txt|composer\.json|Dockerfile|(?:docker-)?compose\.ya?ml|\.(?:eslintrc|babelrc|mocharc|prettierrc|swcrc)(?:\.\w+)?|requirements[\w.-]*\.txt|package-lock\.json|[\w.-]+\.config\.[cm]?[jt]s|\.pnpmfile\.cjs|\.npmrc)$/;

/** What a program of a project runs of what the command itself has cloned, unpacked, downloaded or written: harm, or texts for a shell. */
export function builtFrom(made: Made, name: string | undefined, cwd: string | undefined): readonly (Harm | string)[] {
  if (!runsProject.test(name ?? '')) return [];
  const found: (Harm | string)[] = [];
  // Where nobody knows in which folder it runs, it may be in any of them.
  const how = cwd === undefined ? [...made.filled.values()][0] : howFilled(made, cwd);
  if (how !== undefined)
    found.push(installs(`runs what it has only just ${how} into ${posix.basename(cwd ?? 'a folder')}`));
  for (const [path, { texts, isFetched }] of made.written) {
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
  const indented = text.split('\n').filter((line) => /^[\t ]/.test(line));
  const lines = indented.map((line) =>
    line
      .trim()
      .replace(/^[@-]+/, '')
      .replaceAll('$$', '$'),
  );
  return lines.filter((line) => line !== '' && !/\$[({]/.test(line));
}
