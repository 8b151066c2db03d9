import type { Call } from '../../client/approvals';
import { ask } from '../../client/client';
import { ApiRefusal, Unreachable } from '../../client/failure';
import type { Environment } from '../../engines/engine';
import { findUrl } from '../connection';

/** What nobody waits for an answer to, and what is asked before every tool call, gives up after this many milliseconds. */
export const FAREWELL_MS = 2_000;

/** Longest request that Gatehouse reads, in bytes. */
export const LONGEST_REQUEST = 1024 * 1024;

/** Requests as an agent with this token; the address is looked up each time, because a Gatehouse that restarts may get another port. */
export function asAgent(environment: Environment, token: string, agentId: string): Call {
  return async (request) => {
    try {
      return await ask({ url: findUrl(environment), token, agentId }, request);
    } catch (error) {
      // One that cannot answer has refused nothing.
      throw error instanceof ApiRefusal && error.status >= 500 ? new Unreachable(error.message) : error;
    }
  };
}
