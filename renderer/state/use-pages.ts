import { useCallback, useEffect, useRef, useState } from 'react';
import type { QueryName } from '../../shared/contract';
import type { Refusal } from '../../shared/errors';
import type { Topic } from '../../shared/topics';
import type { AnswerOf, GivenOf } from '../bridge';
import { useDesk, useDeskParts } from './desk-context';

/** A list of which the first pages are loaded. */
export type Pages<Row> = {
  /** Absent until the first page is there. */
  readonly rows: readonly Row[] | undefined;
  readonly hasMore: boolean;
  readonly refusal: Refusal | undefined;
  /** Loads the next page; does nothing while one is on its way, or when all are there. */
  readonly loadMore: () => void;
  readonly reload: () => void;
};

/** A query that answers a page, and where the next one begins. */
type PagedName = {
  [N in QueryName]: AnswerOf<N> extends { readonly nextCursor?: string | undefined } ? N : never;
}[QueryName];

/** One page, or why it could not be had. */
type Page<Row> = { readonly rows?: readonly Row[]; readonly cursor?: string; readonly refusal?: Refusal };

/** Pages that are loaded again when something changed; those after them are loaded again when they are scrolled to. */
const MOST_REFRESHED = 4;

type Loaded<Row> = { readonly question: string; readonly pages: readonly (readonly Row[])[]; readonly cursor?: string };

/**
 * Asks for a list page by page, and for the first pages again whenever one of the topics has changed. `rowsOf` must be a
 * function that stays the same.
 */
export function usePages<N extends PagedName, Row>(
  name: N,
  input: GivenOf<N>,
  topics: readonly Topic[],
  rowsOf: (answer: AnswerOf<N>) => readonly Row[],
): Pages<Row> {
  const { desk } = useDeskParts();
  const revision = useDesk(({ revisions }) => topics.reduce((sum, topic) => sum + revisions[topic], 0));
  const [askedAgain, setAskedAgain] = useState(0);
  const question = JSON.stringify(input);
  const [loaded, setLoaded] = useState<Loaded<Row>>();
  const [refusal, setRefusal] = useState<Refusal>();
  const current = loaded?.question === question ? loaded : undefined;
  const shown = useRef(current);
  useEffect(() => {
    shown.current = current;
  }, [current]);
  /** Raised by everything that makes an answer under way worthless. */
  const generation = useRef(0);
  const isLoadingMore = useRef(false);

  const page = useCallback(
    async (cursor: string | undefined): Promise<Page<Row>> => {
      let from = cursor;
      // Where few rows match, a page may be empty and still have a next one.
      for (;;) {
        const given = { ...(JSON.parse(question) as object), ...(from !== undefined && { cursor: from }) };
        const result = await desk.request(name, given as GivenOf<N>);
        if (!result.ok) return { refusal: result.refusal };
        const next = (result.value as { readonly nextCursor?: string }).nextCursor;
        const rows = rowsOf(result.value);
        if (rows.length > 0 || next === undefined) return { rows, ...(next !== undefined && { cursor: next }) };
        from = next;
      }
    },
    [desk, name, question, rowsOf],
  );

  useEffect(() => {
    generation.current += 1;
    const mine = generation.current;
    const wanted = Math.min(MOST_REFRESHED, Math.max(1, shown.current?.pages.length ?? 1));
    const load = async () => {
      const pages: (readonly Row[])[] = [];
      let cursor: string | undefined;
      do {
        const answer = await page(cursor);
        if (generation.current !== mine) return;
        setRefusal(answer.refusal);
        if (answer.rows === undefined) return;
        pages.push(answer.rows);
        cursor = answer.cursor;
      } while (pages.length < wanted && cursor !== undefined);
      setLoaded({ question, pages, ...(cursor !== undefined && { cursor }) });
    };
    void load();
  }, [page, question, revision, askedAgain]);

  const loadMore = useCallback(() => {
    const cursor = shown.current?.cursor;
    if (cursor === undefined || isLoadingMore.current) return;
    isLoadingMore.current = true;
    const mine = generation.current;
    void page(cursor).then((answer) => {
      isLoadingMore.current = false;
      if (generation.current !== mine) return;
      setRefusal(answer.refusal);
      if (answer.rows === undefined) return;
      const rows = answer.rows;
      setLoaded((before) =>
        before === undefined
          ? before
          : {
              question: before.question,
              pages: [...before.pages, rows],
              ...(answer.cursor !== undefined && { cursor: answer.cursor }),
            },
      );
    });
  }, [page]);

  const reload = useCallback(() => setAskedAgain((count) => count + 1), []);
  return { rows: current?.pages.flat(), hasMore: current?.cursor !== undefined, refusal, loadMore, reload };
}
