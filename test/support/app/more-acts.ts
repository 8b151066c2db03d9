import type { SampleAct } from './acts';

const by = (engine: SampleAct['engine'], project: SampleAct['project']) => (tool: string, input: SampleAct['input']) =>
  ({ engine, project, tool, input }) as const;

const shop = by('claude', 'shop');
const billing = by('claude', 'billing-api');
const marketing = by('claude', 'marketing');
const codex = by('codex', 'billing-api');

const spendBefore = Array.from({ length: 117 }, (_, index) =>
  index % 9 === 0 ? '' : `  charge(account${index}, ${index} * CENTS, { reason: 'step ${index}' });`,
);
const spendAfter = spendBefore.flatMap((line, index) =>
  index % 3 === 0 ? [line.replace('charge', 'chargeOnce'), ...(index % 18 === 0 ? ['  await settle();'] : [])] : [line],
);

const manyFiles = Array.from({ length: 60 }, (_, index) => `src/routes/${index}/handler.ts`).join(' ');

const review = `## Review of the branch

Look at everything between \`main\` and \`HEAD\`, as the one who will be called at night.

${Array.from({ length: 24 }, (_, index) => `${index + 1}. Read module ${index + 1} with its tests. Say where it may **lose money**, where it waits for ever, and what it does when the disk is full.`).join('\n')}

> Answer with at most ten findings, the worst first.
`;

/** The shapes of calls beside those that tests of acts use: the long ones, the dangerous ones, and those that only look so. */
export const moreActs: readonly SampleAct[] = [
  shop('Edit', {
    file_path: 'src/cart/spend.ts',
    old_string: spendBefore.join('\n'),
    new_string: spendAfter.join('\n'),
    replace_all: false,
  }),
  shop('MultiEdit', {
    file_path: 'src/cart/store.ts',
    edits: [
      { old_string: 'let sum = 0;', new_string: 'let cents = 0;' },
      { old_string: 'sum += item.price * item.count', new_string: 'cents += item.cents * item.count' },
      { old_string: 'return sum;', new_string: 'return cents / 100;' },
    ],
  }),
  shop('Edit', { file_path: 'src/fetch.ts', old_string: 'const attempts = 1;', new_string: 'const attempts = 3;' }),
  shop('Bash', { command: 'rm -rf dist .turbo node_modules/.cache', description: 'Clear what was built' }),
  shop('Bash', { command: 'npm install idb-keyval', description: 'Install the store' }),
  shop('Bash', { command: 'curl -s http://localhost:4321/cart', description: 'Look whether the page answers' }),
  shop('ExitPlanMode', {
    plan: '# Keep the cart\n\n1. Store it in **IndexedDB** with `idb-keyval`.\n2. Read it at start, before the first paint.\n3. Tests:\n   - reload keeps it,\n   - two tabs agree.\n\n| step | risk |\n| --- | --- |\n| store | low |\n| start | medium |',
  }),
  shop('TodoWrite', { todos: [{ content: 'Round totals', status: 'in_progress', activeForm: 'Rounding totals' }] }),
  billing('Edit', {
    file_path: 'src/invoice.ts',
    old_string: 'const currency = "EUR";',
    new_string: 'const currency = customer.currency;',
  }),
  billing('Bash', {
    command: 'docker compose up -d db && npx prisma migrate deploy',
    description: 'Start the database and migrate it',
  }),
  billing('Bash', { command: 'sed -i "s/v1/v2/g" openapi.yaml', description: 'Name the new version' }),
  billing('Bash', {
    command: `for f in ${manyFiles}; do sed -i 's/req.user/ctx.user/g; s/res.send(/ctx.reply(/g' "$f" && npx prettier --write "$f"; done`,
    description: 'Rename in all handlers',
  }),
  billing('Bash', {
    command: 'git push origin HEAD:fix/invoices && gh pr create --title "Drop invoices_old" --body-file /tmp/pr.md',
    description: 'Publish the branch',
  }),
  billing('Task', { description: 'Review the branch', subagent_type: 'general-purpose', prompt: review }),
  billing('Grep', { pattern: 'invoices_old', path: 'src', output_mode: 'content' }),
  marketing('Write', {
    file_path: 'src/pages/pricing.astro',
    content:
      '---\nimport Layout from \'../layouts/Layout.astro\';\n---\n<Layout title="Prices">\n  <h1>Prices</h1>\n  <img src="/hero.avif" fetchpriority="high" alt="">\n</Layout>\n',
  }),
  marketing('NotebookEdit', {
    notebook_path: 'notebooks/lcp.ipynb',
    cell_id: 'c4',
    new_source: 'lcp = frame.groupby("page")["lcp"].quantile(0.75)\nlcp.sort_values().plot.barh()',
  }),
  marketing('WebSearch', { query: 'fetchpriority high LCP image' }),
  marketing('WebFetch', {
    url: 'https://docs.stripe.com/api/payment_intents/create',
    prompt: 'Which fields are there?',
  }),
  marketing('mcp__linear__update_issue', { id: 'WEB-412', state: 'In Progress', assignee: 'olga', priority: 2 }),
  marketing('Bash', {
    command: 'npx lighthouse http://localhost:4321/pricing --output=json',
    description: 'Measure it',
  }),
  marketing('Skill', { skill: 'image-budget', args: 'pricing' }),
  codex('Bash', { command: 'cargo test --workspace' }),
  codex('Bash', { command: "python3 - <<'PY'\nimport sys\nprint(sys.version)\nPY" }),
  codex('apply_patch', {
    command:
      '*** Begin Patch\n*** Update File: src/report.py\n@@ def report(items):\n-    total = sum(items)\n+    total = round_to(sum(items), 2)\n     return total\n*** End Patch\n',
  }),
];
