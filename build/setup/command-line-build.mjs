// @ts-check
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inCheckout, root } from './checkout.mjs';
import { copyShellGrammar } from './shell-grammar.mjs';

/**
 * Builds the `gatehouse` command, into out/cli/ unless a test has its own place. It shares nothing with the app, because plain
 * Node runs it, and it is minified, because Node compiles it on every tool call of an agent. What a hook always
 * needs is one file beside `gatehouse.js`, for a file more costs the start, and a line too; all other commands are a program of their own.
 */
export async function buildCommandLine(folder = inCheckout('out', 'cli')) {
  const { version } = JSON.parse(readFileSync(inCheckout('package.json'), 'utf8'));
  const mode = process.env.NODE_ENV;
  rmSync(folder, { recursive: true, force: true });
  await buildProgram('other-commands', folder, version);
  await buildProgram('gatehouse', folder, version);
  // Vite says production to the whole process and all that it starts; tests would get the React of production.
  if (mode === undefined) delete process.env.NODE_ENV;
  copyShellGrammar(folder);
  // Says what the files are where a package carries them, far from the package.json of the app.
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}

async function buildProgram(/** @type {string} */ name, /** @type {string} */ folder, /** @type {string} */ version) {
  // Not before npm has put it there.
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    define: { __GATEHOUSE_VERSION__: JSON.stringify(version) },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20.18',
      minify: true,
      rollupOptions: {
        input: { [name]: inCheckout('electron', 'cli', `${name}.ts`) },
        external: ['./other-commands'],
        // The shell's grammar is compiled code with an `eval` in its glue, which is never reached here.
        checks: { eval: false },
        output: {
          // Plain Node starts a tenth sooner without its loader for modules.
          format: 'cjs',
          dynamicImportInCjs: false,
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          codeSplitting: { groups: [{ name: 'hook', test: /electron.cli.(terminal|hook.(hook|streams))\.ts$/ }] },
        },
      },
    },
    ssr: { noExternal: true },
  });
}
