// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inCheckout, root } from './checkout.mjs';
import { copyShellGrammar } from './shell-grammar.mjs';

// Each file more costs the start: what every command needs is one, and what talks to Gatehouse another, because a hook often
// has nothing to say.
const groups = [
  {
    name: 'begin',
    test: /electron.(cli.(connection|terminal)|client.(exit-code|failure)|connect.connection-file)\.ts$/,
  },
  { name: 'hook', test: /electron.cli.hook.(hook|open-questions|verdict)\.ts$/ },
  {
    name: 'talk',
    test: /electron.(client.(approvals|client|patience)|cli.(command|status))\.ts$/,
  },
];

/**
 * Builds the `gatehouse` command, into out/cli/ unless a test has its own place. It shares nothing with the app, because plain
 * Node runs it, and it is minified, because Node compiles it on every tool call of an agent.
 */
export async function buildCommandLine(folder = inCheckout('out', 'cli')) {
  // Not before npm has put it there.
  const { build } = await import('vite');
  const { version } = JSON.parse(readFileSync(inCheckout('package.json'), 'utf8'));
  const mode = process.env.NODE_ENV;
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    define: { __GATEHOUSE_VERSION__: JSON.stringify(version) },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      target: 'node20.18',
      minify: true,
      rollupOptions: {
        input: { gatehouse: inCheckout('electron', 'cli', 'gatehouse.ts') },
        // The shell's grammar is compiled code with an `eval` in its glue, which is never reached here.
        checks: { eval: false },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          codeSplitting: { groups },
        },
      },
    },
    ssr: { noExternal: true },
  });
  // Vite says production to the whole process and all that it starts; tests would get the React of production.
  if (mode === undefined) delete process.env.NODE_ENV;
  copyShellGrammar(folder);
  // Says what the files are where a package carries them, far from the package.json of the app.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
}
