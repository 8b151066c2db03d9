import { useCallback, useRef, useState } from 'react';
import type { CommandName } from '../../shared/contract';
import { type Refusal, type Result, refused } from '../../shared/errors';
import type { AnswerOf, GivenOf } from '../bridge';
import { useDeskParts } from './desk-context';

/** A command of one button or form, and how it went. */
export type Command<N extends CommandName> = {
  /** Sends it once at a time; what comes while one is on its way is refused. */
  readonly send: (input: GivenOf<N>) => Promise<Result<AnswerOf<N>>>;
  readonly isInFlight: boolean;
  /** Why the last one was not carried out; gone with the next. */
  readonly refusal: Refusal | undefined;
  readonly forget: () => void;
};

/** Sends a command of the contract; what it changed comes back through the pushes, never by guessing. */
export function useCommand<N extends CommandName>(name: N): Command<N> {
  const { desk } = useDeskParts();
  const [isInFlight, setInFlight] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const isBusy = useRef(false);
  const send = useCallback(
    async (input: GivenOf<N>): Promise<Result<AnswerOf<N>>> => {
      if (isBusy.current) return refused('RATE_LIMITED');
      isBusy.current = true;
      setInFlight(true);
      setRefusal(undefined);
      const result = await desk.request(name, input);
      isBusy.current = false;
      setInFlight(false);
      if (!result.ok) setRefusal(result.refusal);
      return result;
    },
    [desk, name],
  );
  const forget = useCallback(() => setRefusal(undefined), []);
  return { send, isInFlight, refusal, forget };
}
