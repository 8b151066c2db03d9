// @ts-check
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Puts the grammar of the shell beside a bundle that reads it: a package carries no node_modules. */
export function copyShellGrammar(/** @type {string} */ folder) {
  const { resolve } = createRequire(import.meta.url);
  mkdirSync(folder, { recursive: true });
  copyFileSync(resolve('web-tree-sitter/web-tree-sitter.wasm'), join(folder, 'web-tree-sitter.wasm'));
  copyFileSync(resolve('tree-sitter-bash/tree-sitter-bash.wasm'), join(folder, 'tree-sitter-bash.wasm'));
}
