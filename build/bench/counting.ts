import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { countStatementsIn } from '../../electron/kernel/store/sqlite';
import type { Caller } from '../../shared/kernel/actor';
import { type BenchApp, valueOf } from './app';
import { ACTS, type ActName, prepareActs } from './counted-acts';
import { writtenPages } from './wal';

/** What one act of a kind takes, on average. */
export type ActCounts = {
  readonly pages: number;
  /** By table or index, the most first. */
  readonly pagesOf: readonly (readonly [owner: string, pages: number])[];
  readonly statements: number;
  readonly rows: number;
  /** Bytes of JSON that are read, and that are written. */
  readonly parsedBytes: number;
  readonly writtenBytes: number;
};

const gatehouse: Caller = { role: 'gatehouse', actor: { kind: 'system', source: 'bench' }, ancestorIds: [] };

/** Counts what each kind of act takes in this app, whose home has a history. Nothing of it depends on the machine. */
export async function countActs(app: BenchApp, home: string): Promise<Readonly<Record<ActName, ActCounts>>> {
  await loadShellGrammar();
  const acts = await prepareActs(app);
  await settleIndexes(app);
  const counted = {} as Record<ActName, ActCounts>;
  for (const [name, act] of Object.entries(acts)) {
    counted[name as ActName] = await countsOf(home, async () => {
      for (let number = 0; number < ACTS; number++) await act(number);
    });
  }
  return counted;
}

/** What follows commits, as the scheduler does it. */
async function settleIndexes({ send }: BenchApp): Promise<void> {
  const left = async (name: 'audit.index' | 'approvals.index') => valueOf(await send(gatehouse, name, {})).count;
  while ((await left('audit.index')) + (await left('approvals.index')) > 0);
}

async function countsOf(home: string, run: () => Promise<unknown>): Promise<ActCounts> {
  const statements = { statements: 0, rows: 0 };
  const json = { parsedBytes: 0, writtenBytes: 0 };
  const { parse, stringify } = JSON;
  const written = await writtenPages(home, async () => {
    countStatementsIn(statements);
    JSON.parse = (text: string, ...rest) => {
      json.parsedBytes += Buffer.byteLength(text);
      return parse(text, ...rest) as unknown;
    };
    JSON.stringify = ((...given: Parameters<typeof stringify>) => {
      const text = stringify(...given) as string | undefined;
      json.writtenBytes += Buffer.byteLength(text ?? '');
      return text;
    }) as typeof stringify;
    try {
      await run();
    } finally {
      countStatementsIn(undefined);
      Object.assign(JSON, { parse, stringify });
    }
  });
  const each = (total: number) => total / ACTS;
  return {
    pages: each(written.pages),
    pagesOf: [...written.of]
      .toSorted(([, one], [, other]) => other - one)
      .map(([owner, pages]) => [owner, each(pages)]),
    statements: each(statements.statements),
    rows: each(statements.rows),
    parsedBytes: each(json.parsedBytes),
    writtenBytes: each(json.writtenBytes),
  };
}
