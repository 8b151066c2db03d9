import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import postcssPresetMantine from 'postcss-preset-mantine';
import type { Plugin } from 'vite';

// The oldest runtime that the app must run on; see build/setup/repacked-electron.mjs.
const node = 'node20.18';
const chrome = 'chrome130';

/** What both pages are made of, and not what is the popover's alone, or starts one of them. */
const isOfBoth = (id: string) => !/main\.tsx$|\.html|[\\/]popover[\\/]/.test(id);

/** Writes what does not fit into a byte as an escape: V8 keeps such a file in half the memory, and reads it faster. */
const oneByteTexts: Plugin = {
  name: 'one-byte-texts',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      // Behind a backslash an escape would be another text.
      if (/\\[^\0-\u00ff]/.test(chunk.code))
        throw new Error(`${chunk.fileName} has a backslash before such a character`);
      chunk.code = chunk.code.replace(
        /[^\0-\u00ff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    }
  },
};

/** The paths of an icon in one: each is an element for every row of a list, and they are drawn alike. */
const onePathIcons: Plugin = {
  name: 'one-path-icons',
  transform(code, id) {
    if (!/@tabler[\\/]icons-react[\\/].*[\\/]Icon\w+\.mjs$/.test(id)) return undefined;
    // Only a path that begins at a place of its own goes on after another one.
    const paths = /\["path", \{ "d": "([^"]+)", "key": "svg-\d+" \}\], \["path", \{ "d": "(M[^"]+)", /;
    let merged = code;
    while (paths.test(merged)) merged = merged.replace(paths, '["path", { "d": "$1 $2", ');
    return { code: merged, map: null };
  },
};

export default defineConfig({
  main: {
    plugins: [oneByteTexts],
    build: {
      target: node,
      outDir: 'out/main',
      sourcemap: true,
      // Bundled, so that the package carries what it uses and starts from few files; native code cannot be.
      externalizeDeps: false,
      rollupOptions: {
        input: {
          main: 'electron/main.ts',
          app: 'electron/app.ts',
          compile: 'electron/compile.ts',
          worker: 'electron/kernel/worker.ts',
        },
        external: ['electron', '@photostructure/sqlite'],
        // The shell's grammar is compiled code with an `eval` in its glue, which is never reached here.
        checks: { eval: false },
        output: {
          // What V8 compiles of a CommonJS file can be kept; see electron/kernel/compiled-code.ts.
          format: 'cjs',
          dynamicImportInCjs: false,
          entryFileNames: '[name].cjs',
          chunkFileNames: '[name]-[hash].cjs',
          // Without what only people read, a third less to read at the start; every name stays, for the stacks in the log.
          minify: { compress: false, mangle: false, codegen: true },
        },
      },
    },
  },
  preload: {
    plugins: [oneByteTexts],
    build: {
      target: node,
      outDir: 'out/preload',
      // A sandboxed preload can load nothing but Electron: one CommonJS file with everything in it.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: 'electron/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [onePathIcons, react(), oneByteTexts],
    css: { postcss: { plugins: [postcssPresetMantine()] } },
    build: {
      target: chrome,
      outDir: 'out/renderer',
      minify: true,
      chunkSizeWarningLimit: 2_000,
      rollupOptions: {
        input: { index: 'renderer/index.html', popover: 'renderer/popover.html' },
        // All that the first frame needs is one file: each is asked of the main process, which is busy just then.
        output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'], test: isOfBoth }] } },
      },
    },
  },
});
