import type { TokenKind } from '../../../shared/contract/token';
import { hashSecret, isSameHash } from './secret';

/** The shortest token that a launcher may set, in characters. */
const SHORTEST_TOKEN = 32;

/** Tokens that the launcher set in the environment: valid for this process only, never written to disk. */
export interface LauncherTokens {
  /** Whether there is a token that may decide. */
  readonly canDecide: boolean;
  /** The kind of the token with this secret. */
  kindOf(secret: string): TokenKind | undefined;
}

/** Thrown when a launcher's token is too short; the app must not start then (spec/api.md section 1). */
export class WeakTokenError extends Error {
  constructor(variable: string) {
    super(`${variable} must be at least ${SHORTEST_TOKEN} characters long. Choose a longer one, or leave it out.`);
    this.name = 'WeakTokenError';
  }
}

/** Takes GATEHOUSE_OPERATOR_TOKEN and GATEHOUSE_ENGINE_TOKEN out of an environment. Throws WeakTokenError. */
export function readLauncherTokens(environment: Record<string, string | undefined>): LauncherTokens {
  const variables = [
    ['GATEHOUSE_OPERATOR_TOKEN', 'operator'],
    ['GATEHOUSE_ENGINE_TOKEN', 'engine'],
  ] as const;
  const tokens = variables.flatMap(([variable, kind]) => {
    const secret = environment[variable];
    // No program that this process starts has any business with them.
    delete environment[variable];
    if (secret === undefined || secret === '') return [];
    if (secret.length < SHORTEST_TOKEN) throw new WeakTokenError(variable);
    return [{ kind, hash: hashSecret(secret) }];
  });
  return {
    canDecide: tokens.some(({ kind }) => kind === 'operator'),
    kindOf(secret) {
      const hash = hashSecret(secret);
      return tokens.find((token) => isSameHash(token.hash, hash))?.kind;
    },
  };
}
