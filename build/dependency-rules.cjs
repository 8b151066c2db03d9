// @ts-check
// Who may import whom. Whatever no line of `edges` allows is an error, so a new folder or package is a new line.

const node = { dependencyTypes: ['core'] };
const anything = {};
const packages = (/** @type {string[]} */ ...names) => ({ path: `^node_modules/(${names.join('|')})/` });

/**
 * The table: files whose path matches the first may import what the second describes (a string is a path).
 * @type {ReadonlyArray<readonly [from: string, to: string | import('dependency-cruiser').IAllowedRuleType['to']]>}
 */
const edges = [
  // The words and the decisions know the language and the schema library, and nothing of where they run.
  ['^shared/', '^shared/'],
  ['^shared/', packages('zod')],
  ['^shared/act/', packages('diff')],

  // The kernel: the doors, the database, the scheduler. A noun is a folder; the layer is the file's name.
  ['^electron/kernel/', '^(electron/kernel|shared)/'],
  // The door knows the table of handlers and what of them is long work, the scheduler the deadlines, the database every store.
  ['^electron/kernel/(batch|long-work|queries)\\.ts$', '^electron/nouns/handlers\\.ts$'],
  [
    '^electron/kernel/long-work\\.ts$',
    '^electron/nouns/(audit/state-check|lifecycle/health-survey|state-file/file)\\.ts$',
  ],
  ['^electron/kernel/scheduler\\.ts$', '^electron/nouns/lifecycle/deadlines\\.ts$'],
  ['^electron/kernel/store/(database|row-survey)\\.ts$', '^electron/nouns/[^/]+/store[^/]*\\.ts$'],
  ['^electron/kernel/', packages('@photostructure/sqlite', 'canonicalize', 'uuid', 'zod', 'pino')],
  // How dangerous an act is: asked by nouns, the desktop, and the hook where Gatehouse is away.
  ['^electron/judgement/', '^(electron/judgement|shared)/'],
  ['^electron/judgement/', packages('web-tree-sitter', 'ignore')],
  ['^electron/nouns/', '^(electron/(judgement|kernel|nouns)|shared)/'],
  ['^electron/nouns/', packages('uuid', 'zod', 'ignore')],

  ['^electron/edges/', '^(electron/(edges|kernel|nouns)|shared)/'],
  ['^electron/edges/', packages('fastify', '@fastify/[^/]+', 'fastify-type-provider-zod', 'zod', 'pino')],
  ['^electron/edges/mcp/', packages('@modelcontextprotocol/(server|node)')],
  ['^electron/edges/ipc/', packages('electron')],
  ['^electron/(desktop|edges/ipc)/', '^(electron/(desktop|edges|judgement|kernel|nouns|connect|engines)|shared)/'],
  ['^electron/desktop/', packages('@homebridge/dbus-native', 'electron-store', 'electron', 'pino', 'zod')],
  // What the command line and the app both do as a client of the API, and know of the engines and of those that are connected.
  ['^electron/client/', '^(electron/client|shared)/'],
  ['^electron/engines/', '^(electron/engines|shared)/'],
  // Every hook loads them, and what of Node.js it does not need is not loaded.
  ['^electron/engines/', '^electron/client/built-in\\.ts$'],
  // What an engine shows instead of its agent's token where all may read it: made where it is connected, known where tokens are stored.
  ['^electron/nouns/tokens/store\\.ts$', '^electron/engines/usage-token\\.ts$'],
  ['^electron/connect/', '^(electron/(client|connect|engines)|shared)/'],
  ['^electron/connect/', packages('diff', 'jsonc-parser', 'smol-toml')],
  // What engines write of their sessions, read for the store.
  ['^electron/transcripts/', '^(electron/(transcripts|engines|kernel|nouns)|shared)/'],
  ['^electron/cli/', '^(electron/(cli|client|connect|engines|judgement)|shared)/'],
  [
    '^electron/cli/',
    packages('commander', '@bomb.sh/tab', '@modelcontextprotocol/client', 'eventsource-parser', 'yaml', 'zod'),
  ],
  // The proof of an export is one program, with Gatehouse and without.
  ['^electron/cli/', '^build/audit/verify-audit\\.mjs$'],
  ['^electron/(kernel|nouns|edges|desktop|cli|client|connect|engines|transcripts|judgement)/', node],

  // Only these know every part.
  ['^electron/(app|begin|compile|compose|main)\\.ts$', '^(electron|shared)/'],
  ['^electron/(app|begin|compile|compose|main)\\.ts$', '^node_modules/'],
  ['^electron/(app|begin|compile|compose|main)\\.ts$', node],
  ['^electron/preload\\.ts$', '^shared/'],
  ['^electron/preload\\.ts$', packages('electron')],

  ['^renderer/', '^(renderer|shared)/'],
  ['^renderer/', packages('react', 'react-dom', '@types/react', '@types/react-dom', 'zustand', 'zod')],
  ['^renderer/', packages('@mantine/[^/]+', '@tabler/[^/]+', '@tanstack/react-virtual', 'recharts')],
  ['^renderer/', packages('@xyflow/react', 'react-json-view-lite', 'diff')],
  ['^renderer/ui/', packages('react-error-boundary')],
  ['^renderer/act/', packages('highlight\\.js', 'lowlight', 'react-markdown')],

  // Tests and build scripts may import anything.
  ['^(test|build)/', anything],
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  allowed: edges.map(([from, to]) => ({ from: { path: from }, to: typeof to === 'string' ? { path: to } : to })),
  allowedSeverity: 'error',
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'rules-know-rules-alone',
      comment: 'A decision is made of facts that are handed in.',
      severity: 'error',
      from: { path: '^electron/nouns/[^/]+/rules[^/]*\\.ts$' },
      to: { pathNot: '^(shared/|electron/nouns/[^/]+/rules[^/]*\\.ts$)' },
    },
    {
      name: 'handlers-are-for-the-doors',
      comment: 'What two commands do alike is an effect.',
      severity: 'error',
      from: { path: '^(electron|renderer|shared)/', pathNot: '^electron/nouns/handlers\\.ts$' },
      to: { path: '^electron/nouns/[^/]+/handlers[^/]*\\.ts$' },
    },
    {
      name: 'a-store-is-its-nouns',
      comment:
        'Other nouns have it handed in, by the database; types and the tables of other stores are fine. The state check reads rows as all stores do.',
      severity: 'error',
      from: {
        path: '^electron/nouns/([^/]+)/',
        pathNot: '^electron/nouns/([^/]+/store[^/]*|audit/state-check)\\.ts$',
      },
      to: {
        path: '^electron/nouns/[^/]+/store[^/]*\\.ts$',
        pathNot: '^electron/nouns/$1/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'only-entries-load-electron',
      comment: 'Everything else is handed what it needs, so that it can be tested in plain Node. Types are fine.',
      severity: 'error',
      from: { path: '^(electron|shared|renderer)/', pathNot: '^electron/(app|compile|preload)\\.ts$' },
      to: { ...packages('electron'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-one-file-loads-sqlite',
      comment: 'So that the runtime’s own SQLite can take its place in one line.',
      severity: 'error',
      from: { path: '^electron/', pathNot: '^electron/kernel/store/sqlite\\.ts$' },
      to: { ...packages('@photostructure/sqlite'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'what-all-views-use-knows-none-of-them',
      severity: 'error',
      from: { path: '^renderer/ui/' },
      to: { path: '^renderer/(act|agents|audit|automations|lifecycle|lineage|queue|rules|settings|shell|spend)/' },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: { path: '^(electron|shared|renderer)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-packages-in-the-app',
      severity: 'error',
      from: { path: '^(electron|shared|renderer)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg'],
        dependencyTypesNot: ['type-only'],
        pathNot: packages('electron').path,
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|test/output)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
