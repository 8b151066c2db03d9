import { useCallback, useRef, useState } from 'react';
import { type Refusal, type Result, refused } from '../../shared/kernel/errors';
import type { AnswerOf, Desk, GivenOf, RequestName } from '../bridge';
import { useDeskParts } from '../state/desk-context';

/** What one button or form sends, and how it went. */
export type Sent<Input, Answer> = {
  /** Sends once at a time; what comes while one is on its way is refused. */
  readonly send: (input: Input) => Promise<Result<Answer>>;
  readonly isInFlight: boolean;
  /** What is on its way, to tell which of several buttons waits. */
  readonly inFlight: Input | undefined;
  /** What the last one was answered; gone with the next. */
  readonly answer: Answer | undefined;
  /** Why the last one was not carried out; gone with the next. */
  readonly refusal: Refusal | undefined;
  readonly forget: () => void;
};

type Outcome<Answer> = { readonly answer?: Answer; readonly refusal?: Refusal };

/** Sends a request of this name; what it changed comes back through the pushes, never by guessing. */
export function useSend<N extends RequestName>(name: N): Sent<GivenOf<N>, AnswerOf<N>> {
  return useSending((desk, input: GivenOf<N>) => desk.request(name, input));
}

/** The same for what takes more than one request. */
export function useSending<Input, Answer>(
  work: (desk: Desk, input: Input) => Promise<Result<Answer>>,
): Sent<Input, Answer> {
  const { desk } = useDeskParts();
  const [inFlight, setInFlight] = useState<{ readonly input: Input }>();
  const [{ answer, refusal }, setOutcome] = useState<Outcome<Answer>>({});
  const isBusy = useRef(false);
  const send = async (input: Input): Promise<Result<Answer>> => {
    if (isBusy.current) return refused('RATE_LIMITED');
    isBusy.current = true;
    setInFlight({ input });
    setOutcome({});
    const result = await work(desk, input);
    isBusy.current = false;
    setInFlight(undefined);
    setOutcome(result.ok ? { answer: result.value } : { refusal: result.refusal });
    return result;
  };
  const forget = useCallback(() => setOutcome({}), []);
  return { send, isInFlight: inFlight !== undefined, inFlight: inFlight?.input, answer, refusal, forget };
}
