import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';

let parser: Parser | undefined;
let loading: Promise<void> | undefined;

/**
 * Loads the grammar of the shell, once: some 50 ms. Nothing can be judged before (spec/judgement.md section 2).
 */
export function loadShellGrammar(): Promise<void> {
  loading ??= load();
  return loading;
}

/** Where the compiled part of a package is: beside the bundle, or in the package while nothing is bundled. */
function pathOf(name: string): string {
  const beside = join(dirname(fileURLToPath(import.meta.url)), `${name}.wasm`);
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve(`${name}/${name}.wasm`);
}

async function load(): Promise<void> {
  await Parser.init({ locateFile: () => pathOf('web-tree-sitter') });
  const language = await Language.load(pathOf('tree-sitter-bash'));
  parser = new Parser();
  parser.setLanguage(language);
}

/**
 * Has `visit` read the tree of a command line, which is gone when it has answered. Throws where the grammar was not loaded.
 */
export function withTree<Answer>(text: string, visit: (root: Node) => Answer): Answer {
  if (parser === undefined) throw new Error('the grammar of the shell is not loaded');
  const tree = parser.parse(text);
  if (tree === null) throw new Error('the grammar of the shell is not set');
  try {
    return visit(tree.rootNode);
  } finally {
    tree.delete();
  }
}
