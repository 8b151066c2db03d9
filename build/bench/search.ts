import { newAgent } from '../../electron/nouns/agents/known-agent';
import type { QueryName } from '../../shared/contract/contract';
import { type BenchApp, openApp, operator, valueOf } from './app';
import { interleaved, median, tellLimit } from './measure';
import { type Size, seededHome, smallSize } from './seed';

/** A hundred thousand rows of the log, and as many approvals as they are about. */
const size: Size = { approvals: 100_000, automations: 1_000, auditRows: 100_000 };

/** Agents besides those of the seed. */
const MORE_AGENTS = 20_000;

const CALLS = 20;

/** What the operator types, by how many have it. */
const texts: readonly (readonly [what: string, text: (number: number) => string])[] = [
  ['a word of all', () => 'push'],
  ['the beginning of a word of all', () => 'fe'],
  ['a letter', () => 'f'],
  ['a word of a tenth', (number) => `feature-${(number % 9) + 1}`],
  ['one', (number) => `feature-${size.approvals - 7 * number - 1}`],
  ['nothing', () => 'no such thing anywhere'],
];

type Asked = readonly [name: QueryName, input: object];

/** What the palette asks for a text. */
const palette = (text: string): readonly Asked[] => [
  ['agents.overview', { search: text, limit: 6 }],
  ['sessions.overview', { text, limit: 6 }],
  ['automations.search', { text, limit: 6 }],
  ['approvals.search', { scope: 'waiting', text, limit: 6 }],
  ['approvals.search', { scope: 'past', text, limit: 6 }],
];

const audit = (text: string): readonly Asked[] => [['audit.search', { text, limit: 50 }]];

function open(of: Size): BenchApp {
  const app = openApp(seededHome(of));
  app.store.transaction((store) => {
    for (let number = 0; number < MORE_AGENTS; number++) store.agents.save(newAgent(`helper-${number}`, number));
  });
  let more = true;
  while (more) more = app.store.transaction((store) => store.approvalWords.index() + store.auditWords.index() > 0);
  return app;
}

const small = open(smallSize);
const large = open(size);

/** Milliseconds that a text takes, in the middle. */
function medianOf(app: BenchApp, asked: (text: string) => readonly Asked[], text: (number: number) => string): number {
  const figures = Array.from({ length: CALLS }, (_, number) => {
    const startedAt = performance.now();
    for (const [name, input] of asked(text(number))) valueOf(app.query(operator, name, input as never));
    return performance.now() - startedAt;
  });
  return median(figures);
}

for (const [where, asked] of [
  ['the palette', palette],
  ['the audit log', audit],
] as const) {
  for (const [what, text] of texts) {
    const figures = await interleaved({
      small: () => medianOf(small, asked, text),
      large: () => medianOf(large, asked, text),
    });
    const comparison = { goal: 'F1', what: `finding ${what} in ${where}`, unit: 'ms' };
    tellLimit({ ...comparison, value: figures.large, baseline: figures.small }, 50);
  }
}
for (const app of [small, large]) await app.close();
