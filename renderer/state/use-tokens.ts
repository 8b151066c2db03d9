import type { Refusal } from '../../shared/errors';
import type { Token } from '../../shared/token';
import { useAnswer } from './use-answer';

/** The tokens as the store has them; the list of before stays while a new one is on its way. */
export type Tokens = {
  readonly tokens: readonly Token[] | undefined;
  readonly refusal: Refusal | undefined;
  readonly reload: () => void;
};

/** Loads the tokens, again after each push that says that they changed, and on demand. */
export function useTokens(): Tokens {
  const { value, refusal, reload } = useAnswer('tokens.list', {}, ['tokens']);
  return { tokens: value?.tokens, refusal, reload };
}
