import { useThrottledValue } from '@mantine/hooks';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { QueryName } from '../../shared/contract/contract';
import type { Refusal } from '../../shared/kernel/errors';
import type { Topic } from '../../shared/topics';
import type { AnswerOf, GivenOf } from '../bridge';
import { useDesk, useDeskParts } from './desk-context';

/** How often what adds up a period is asked for again while costs come in, in milliseconds: it takes the main process longest. */
export const SUMS_INTERVAL_MS = 3_000;

/** An answer as a view has it. */
export type Answer<T> = {
  /** The newest answer to this very question; stays while it is asked again, and when that is refused. */
  readonly value: T | undefined;
  /** Why the newest question was not answered. */
  readonly refusal: Refusal | undefined;
  readonly reload: () => void;
};

/** What was answered to the question of this number. */
type Numbered<T> = {
  readonly question: string;
  readonly number: number;
  readonly value?: T;
  readonly refusal?: Refusal;
};

/**
 * Asks a query of the contract, again whenever one of the topics has changed (at most every `REVISION_INTERVAL_MS`, and
 * not more often than `intervalMs`, for what is costly to draw). Another
 * input is another question: its value is absent until its own answer is there. Without an input nothing is asked.
 */
export function useAnswer<N extends QueryName | 'desk.about' | 'desk.loginStart' | 'desk.pushOutcome'>(
  name: N,
  input: GivenOf<N> | undefined,
  topics: readonly Topic[],
  intervalMs = 0,
): Answer<AnswerOf<N>> {
  const { desk } = useDeskParts();
  const newest = useDesk(({ revisions }) => topics.reduce((sum, topic) => sum + revisions[topic], 0));
  const revision = useThrottledValue(newest, intervalMs);
  const [askedAgain, setAskedAgain] = useState(0);
  const [answer, setAnswer] = useState<Numbered<AnswerOf<N>>>();
  const question = input === undefined ? undefined : JSON.stringify([name, input]);
  const sent = useRef(0);
  useEffect(() => {
    if (question === undefined) return;
    sent.current += 1;
    const number = sent.current;
    // What was asked is what the question says, so that a new object with the same content asks nothing anew.
    const [, given] = JSON.parse(question) as [N, GivenOf<N>];
    void desk.request(name, given).then((result) => {
      setAnswer((before) => {
        // An answer that was overtaken by that of a later question is old.
        if (before !== undefined && before.number > number) return before;
        if (result.ok) return { question, number, value: result.value };
        const kept = before?.question === question && before.value !== undefined ? { value: before.value } : {};
        return { question, number, refusal: result.refusal, ...kept };
      });
    });
  }, [desk, name, question, revision, askedAgain]);
  const reload = useCallback(() => setAskedAgain((count) => count + 1), []);
  const current = answer?.question === question ? answer : undefined;
  return { value: current?.value, refusal: current?.refusal, reload };
}

/** A list of which the first pages are loaded. */
export type Pages<T, Row> = {
  /** Absent until the first page is there. */
  readonly rows: readonly Row[] | undefined;
  /** The answer that brought the last page that is loaded. */
  readonly last: T | undefined;
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

/** The name of the rows in an answer. */
type RowsName<N extends PagedName> = {
  [K in keyof AnswerOf<N>]: AnswerOf<N>[K] extends readonly unknown[] ? K : never;
}[keyof AnswerOf<N>];

type RowOf<N extends PagedName, K extends RowsName<N>> = AnswerOf<N>[K] extends readonly (infer Row)[] ? Row : never;

/** One page, or why it could not be had. */
type Page<Answer> = {
  readonly answer?: Answer;
  readonly cursor?: string | undefined;
  readonly refusal?: Refusal;
};

/** Pages that are loaded again when something changed. With more of them, the operator is deep in the list, and says when. */
const MOST_REFRESHED = 4;

/** Pages that are there again when the operator comes back to a list. */
const MOST_KEPT = 10;

type Loaded<Answer> = {
  readonly question: string;
  readonly pages: readonly Answer[];
  readonly cursor: string | undefined;
};

/** Asks for the page of a list that begins at a cursor. */
function usePage<N extends PagedName>(name: N, question: string) {
  const { desk } = useDeskParts();
  return useCallback(
    async (cursor: string | undefined): Promise<Page<AnswerOf<N>>> => {
      const given = { ...(JSON.parse(question) as object), ...(cursor !== undefined && { cursor }) };
      const result = await desk.request(name, given as GivenOf<N>);
      if (!result.ok) return { refusal: result.refusal };
      const { nextCursor } = result.value as { readonly nextCursor?: string };
      return { answer: result.value, cursor: nextCursor };
    },
    [desk, name, question],
  );
}

/**
 * Asks for a list page by page, and for all of its pages again whenever one of the topics has changed, while they are few.
 * `rowsName` is what the rows are called in the answer.
 */
export function usePages<N extends PagedName, K extends RowsName<N>>(
  name: N,
  input: GivenOf<N>,
  topics: readonly Topic[],
  rowsName: K,
): Pages<AnswerOf<N>, RowOf<N, K>> {
  const { kept } = useDeskParts();
  const revision = useDesk(({ revisions }) => topics.reduce((sum, topic) => sum + revisions[topic], 0));
  const [asked, setAsked] = useState({ count: 0, revision });
  const question = JSON.stringify(input);
  const page = usePage(name, question);
  const [loaded, setLoaded] = useState<Loaded<AnswerOf<N>>>();
  const [refusal, setRefusal] = useState<Refusal>();
  const current = loaded?.question === question ? loaded : undefined;
  const isDeep = (current?.pages.length ?? 0) > MOST_REFRESHED;
  // What is asked for follows the changes only while the list is short; then it stays until `reload`.
  const wanted = isDeep ? asked : { count: asked.count, revision };
  if (wanted.revision !== asked.revision) setAsked(wanted);
  const shown = useRef(current);
  // Before the effects of lists inside, which may ask for more at once.
  useLayoutEffect(() => {
    shown.current = current;
    if (current !== undefined) kept.set(`pages ${name} ${current.question}`, current.pages.length);
  }, [current, kept, name]);
  /** Raised by everything that makes an answer under way worthless. */
  const generation = useRef(0);
  const isLoadingMore = useRef(false);

  useEffect(() => {
    generation.current += 1;
    const mine = generation.current;
    const isShown = shown.current?.question === question;
    const before = Number(kept.get(`pages ${name} ${question}`) ?? 1);
    const count = isShown ? Math.min(MOST_REFRESHED, before) : Math.min(MOST_KEPT, before);
    const load = async () => {
      const pages: AnswerOf<N>[] = [];
      let cursor: string | undefined;
      do {
        const { answer, cursor: next, refusal: why } = await page(cursor);
        if (generation.current !== mine) return;
        setRefusal(why);
        if (answer === undefined) return;
        pages.push(answer);
        cursor = next;
      } while (pages.length < count && cursor !== undefined);
      setLoaded({ question, pages, cursor });
    };
    void load();
  }, [page, kept, name, question, wanted.count, wanted.revision]);

  const loadMore = useCallback(() => {
    const cursor = shown.current?.cursor;
    if (cursor === undefined || isLoadingMore.current) return;
    isLoadingMore.current = true;
    const mine = generation.current;
    void page(cursor).then(({ answer, cursor: next, refusal: why }) => {
      isLoadingMore.current = false;
      if (generation.current !== mine) return;
      setRefusal(why);
      if (answer === undefined) return;
      setLoaded((before) => before && { ...before, pages: [...before.pages, answer], cursor: next });
    });
  }, [page]);

  const reload = useCallback(() => setAsked((before) => ({ count: before.count + 1, revision })), [revision]);
  const rows = useMemo(
    () => current?.pages.flatMap((answer) => answer[rowsName] as readonly RowOf<N, K>[]),
    [current, rowsName],
  );
  return {
    rows,
    last: current?.pages.at(-1),
    hasMore: current?.cursor !== undefined,
    refusal,
    loadMore,
    reload,
  };
}
