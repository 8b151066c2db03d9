import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../shared/contract/engine';

/** A tool call as an engine's hook tells it, in one of three projects. */
export type SampleAct = {
  readonly engine: Engine;
  readonly project: 'shop' | 'billing-api' | 'marketing';
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
};

const store = `import { writable } from './writable';

/** What is in the cart. */
export const cart = writable<readonly Item[]>([]);

export function total(items: readonly Item[]): number {
  let sum = 0;
  for (const item of items) sum += item.price * item.count;
  return sum;
}
`;

const bus = `import { EventEmitter } from 'node:events';

/** Tells whoever listens what happens to sessions. */
export class SessionBus extends EventEmitter {
${Array.from({ length: 190 }, (_, index) => `  /** Step ${index + 1} of the migration. */\n  readonly step${index + 1} = 'step-${index + 1}';`).join('\n')}
}
`;

/** Makes the three projects below a folder, each looked after by git; answers where each is. */
export function makeProjects(home: string): Readonly<Record<SampleAct['project'], string>> {
  const places = {
    shop: join(home, 'shop'),
    'billing-api': join(home, 'billing-api'),
    marketing: join(home, 'marketing'),
  };
  for (const folder of Object.values(places)) {
    mkdirSync(join(folder, 'src', 'cart'), { recursive: true });
    execFileSync('git', ['init', '-q', '-b', 'main', folder]);
  }
  writeFileSync(join(places.shop, 'src', 'cart', 'store.ts'), store);
  writeFileSync(join(places.shop, 'README.md'), '# Shop\n\nSells tea.\n');
  return places;
}

/** Calls of the kinds that real sessions make, from those that are asked most often to those that must not be overlooked. */
export const sampleActs: readonly SampleAct[] = [
  {
    engine: 'claude',
    project: 'shop',
    tool: 'Edit',
    input: {
      file_path: 'src/cart/store.ts',
      old_string: '  let sum = 0;\n  for (const item of items) sum += item.price * item.count;\n  return sum;',
      new_string:
        '  const sum = items.reduce((all, item) => all + item.price * item.count, 0);\n  return Math.round(sum * 100) / 100;',
      replace_all: false,
    },
  },
  { engine: 'claude', project: 'shop', tool: 'Bash', input: { command: 'npm test', description: 'Run the tests' } },
  { engine: 'claude', project: 'shop', tool: 'Write', input: { file_path: 'src/bus.ts', content: bus } },
  {
    engine: 'claude',
    project: 'shop',
    tool: 'Write',
    input: { file_path: 'README.md', content: '# Shop\n\nSells tea and coffee.\n' },
  },
  {
    engine: 'claude',
    project: 'shop',
    tool: 'Bash',
    input: { command: 'npm run build && git push --force origin main', description: 'Build and publish' },
  },
  ...['a', 'b', 'c'].map((name) => ({
    engine: 'claude' as const,
    project: 'shop' as const,
    tool: 'Edit',
    input: {
      file_path: `src/cart/${name}.ts`,
      old_string: `export const ${name} = 1;`,
      new_string: `export const ${name} = 2;`,
    },
  })),
  {
    engine: 'claude',
    project: 'billing-api',
    tool: 'Bash',
    input: { command: 'psql "$DATABASE_URL" -c "DROP TABLE invoices_old"', description: 'Drop the old table' },
  },
  { engine: 'claude', project: 'billing-api', tool: 'Read', input: { file_path: '.env.production' } },
  {
    engine: 'claude',
    project: 'billing-api',
    tool: 'Agent',
    input: {
      description: 'Review the migration',
      subagent_type: 'code-reviewer',
      prompt:
        '## Review\n\nLook at `migrations/0042.sql`:\n\n1. Does it **lock** the table?\n2. Can it be taken back?\n\n> Say so in three sentences.',
    },
  },
  {
    engine: 'claude',
    project: 'marketing',
    tool: 'mcp__linear__create_issue',
    input: {
      title: 'LCP is 4.8 s on the pricing page',
      team: 'Web',
      labels: ['performance'],
      description: 'Measured on a slow phone.',
    },
  },
  {
    engine: 'claude',
    project: 'marketing',
    tool: 'WebFetch',
    input: { url: 'https://docs.stripe.com/payments', prompt: 'What changed?' },
  },
  {
    engine: 'codex',
    project: 'billing-api',
    tool: 'apply_patch',
    input: {
      command:
        '*** Begin Patch\n*** Update File: src/total.py\n@@ def total(items):\n-    return sum(items)\n+    return round(sum(items), 2)\n*** Add File: src/round.py\n+def round_to(value, places):\n+    return round(value, places)\n*** Delete File: src/old_total.py\n*** End Patch\n',
    },
  },
];
