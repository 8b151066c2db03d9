import { useCallback, useEffect, useState } from 'react';
import type { Refusal } from '../../shared/errors';
import type { Token } from '../../shared/token';
import { useDesk, useDeskParts } from './desk-context';

/** The tokens as the store has them; the list of before stays while a new one is on its way. */
export type Tokens = {
  readonly tokens: readonly Token[] | undefined;
  readonly refusal: Refusal | undefined;
  readonly reload: () => void;
};

/** Loads the tokens, again after each push that says that they changed, and on demand. */
export function useTokens(): Tokens {
  const { desk } = useDeskParts();
  const revision = useDesk((state) => state.tokensRevision);
  const [asked, setAsked] = useState(0);
  const [tokens, setTokens] = useState<readonly Token[]>();
  const [refusal, setRefusal] = useState<Refusal>();
  useEffect(() => {
    let isCurrent = true;
    void desk.request('tokens.list', {}).then((result) => {
      if (!isCurrent) return;
      if (result.ok) setTokens(result.value.tokens);
      setRefusal(result.ok ? undefined : result.refusal);
    });
    return () => {
      isCurrent = false;
    };
  }, [desk, revision, asked]);
  const reload = useCallback(() => setAsked((count) => count + 1), []);
  return { tokens, refusal, reload };
}
