import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Loads the CommonJS files of a build, each with what V8 compiled of it when it was built. */
export interface Loader {
  /** What a file exports. What it requires by a name with a dot is loaded in the same way, anything else by Node.js. */
  load(path: string): unknown;
  /** Whether V8 took the compiled code of each file loaded so far: it refuses that of another version, or for other options. */
  isCompiled(): boolean;
  /** Writes down what V8 has compiled of each file loaded so far. */
  write(): void;
}

/** A loader that has not loaded anything. */
export function createLoader(): Loader {
  const require = createRequire(import.meta.url);
  const modules = new Map<string, { exports: unknown }>();
  const scripts = new Map<string, Script>();

  function load(path: string): unknown {
    const loaded = modules.get(path);
    if (loaded !== undefined) return loaded.exports;
    const module = { exports: {} };
    // Before it runs: what it needs may need it.
    modules.set(path, module);
    try {
      run(path, module);
    } catch (error) {
      modules.delete(path);
      throw error;
    }
    return module.exports;
  }

  function run(path: string, module: { exports: object }): void {
    const cachedData = readCompiled(path);
    const script = new Script(
      `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'utf8')}\n})`,
      {
        filename: path,
        ...(cachedData !== undefined && { cachedData }),
      },
    );
    scripts.set(path, script);
    const folder = dirname(path);
    const requireFrom = (id: string): unknown => (id.startsWith('.') ? load(join(folder, id)) : require(id));
    const body = script.runInThisContext() as (...given: unknown[]) => void;
    body.call(module.exports, module.exports, requireFrom, module, path, folder);
  }

  return {
    load,
    isCompiled: () => [...scripts.values()].every((script) => script.cachedDataRejected === false),
    write() {
      for (const [path, script] of scripts) {
        const file = compiledPathOf(path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, script.createCachedData());
      }
    },
  };
}

/** V8 compares no more of a file than its length: whoever builds it anew removes what was compiled of it. */
function compiledPathOf(path: string): string {
  return join(dirname(path), 'compiled', `${process.platform}-${process.arch}`, `${basename(path)}.v8`);
}

function readCompiled(path: string): Buffer | undefined {
  try {
    return readFileSync(compiledPathOf(path));
  } catch {
    return undefined;
  }
}
