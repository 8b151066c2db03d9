import { z } from 'zod';
import type { Role } from '../kernel/actor';
import type { ErrorCode } from '../kernel/errors';
import type { Topic } from '../topics';

/** How a command or query is reached over HTTP (spec/api.md section 2). `{names}` in the path are fields of the input. */
export type HttpColumn = {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PATCH';
  readonly path: string;
  /** Whether known fields of the body may be spelt in camelCase too (spec/api.md section 2). */
  readonly acceptsCamelCase?: true;
  /** The code for an input in which only numbers are wrong, where the rules name one. */
  readonly invalidNumbers?: ErrorCode;
  /** The largest body where 1 MiB is too little (decision 22). */
  readonly largestBodyBytes?: number;
};

/** One row of the contract. */
export type ContractEntry = {
  /** A `longQuery` reads so much that it is done in slices; it can be cancelled, and says how far it is. */
  readonly kind: 'command' | 'query' | 'longQuery';
  /** One sentence for the OpenAPI document. */
  readonly summary: string;
  readonly who: readonly Role[];
  /** Whether an agent's token may do it in the name of a sub-agent too: asking, and reading what it may still do. */
  readonly isForSubAgents?: true;
  /** The code for a caller that is not in `who`; FORBIDDEN unless the rules name one of their own. */
  readonly forbidden?: ErrorCode;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** For a query with `approvalId` and `waitMs`: it waits for a commit about the approval while this holds of its answer. */
  waitsWhile?(answer: object): boolean;
  /** Views that a command changes by what is kept outside the log, which no event tells of. */
  readonly changes?: readonly Topic[];
  readonly http?: HttpColumn;
};

/** What begins the row of a command: who may send it. */
export function command<const R extends readonly Role[]>(...who: R) {
  return { kind: 'command', who } as const;
}

/** What begins the row of a query: who may ask it. */
export function query<const R extends readonly Role[]>(...who: R) {
  return { kind: 'query', who } as const;
}

/** How a list is asked for over HTTP, where numbers are texts, with cursors of up to so many characters. */
export function listPage(longestCursor: number) {
  return {
    limit: z.coerce.number().int().min(1).max(500).exactOptional(),
    cursor: z.string().max(longestCursor).exactOptional(),
  };
}

/** How the window asks for a list. */
export const deskPage = { limit: z.int().min(1).max(100).exactOptional(), cursor: z.string().max(300).exactOptional() };
