import { useThrottledValue } from '@mantine/hooks';
import { useCallback, useEffect, useRef, useState } from 'react';
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
 * input is another question: its value is absent until its own answer is there.
 */
export function useAnswer<N extends QueryName | 'desk.about' | 'desk.loginStart'>(
  name: N,
  input: GivenOf<N>,
  topics: readonly Topic[],
  intervalMs = 0,
): Answer<AnswerOf<N>> {
  const { desk } = useDeskParts();
  const newest = useDesk(({ revisions }) => topics.reduce((sum, topic) => sum + revisions[topic], 0));
  const revision = useThrottledValue(newest, intervalMs);
  const [askedAgain, setAskedAgain] = useState(0);
  const [answer, setAnswer] = useState<Numbered<AnswerOf<N>>>();
  const question = JSON.stringify([name, input]);
  const sent = useRef(0);
  useEffect(() => {
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
