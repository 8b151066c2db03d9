import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type ApiRequest, send } from '../client';
import { type Environment, findUrl } from '../connection';
import { Unreachable } from '../failure';

/** How long Gatehouse may be away while a question is open, in milliseconds: a restart, an update. */
const RESTART_MS = 60_000;

const RETRY_MS = 250;

/** Requests of one agent to Gatehouse, wherever it listens at the time. */
export type Link = {
  /** Rejects with Unreachable when Gatehouse does not answer, or only that it cannot. */
  once(request: ApiRequest): Promise<Answer>;
  /** As `once`, but tries again while Gatehouse restarts, until this instant at most; rejects with the signal's reason when it aborts. */
  throughRestarts(request: ApiRequest, untilMs: number, signal: AbortSignal): Promise<Answer>;
};

/** A link with this token; the address is looked up each time, because a Gatehouse that restarts may get another port. */
export function createLink(environment: Environment, token: string): Link {
  async function once(request: ApiRequest): Promise<Answer> {
    const answer = await send({ url: findUrl(environment), token }, request);
    if (answer.status >= 500) throw new Unreachable(sentenceOf(answer));
    return answer;
  }

  return {
    once,
    async throughRestarts(request, untilMs, signal) {
      for (let awaySinceMs: number | undefined; ; ) {
        try {
          const answer = await once({ ...request, signal });
          if (answer.body['code'] !== 'RATE_LIMITED' || Date.now() >= untilMs) return answer;
          awaySinceMs = undefined;
        } catch (error) {
          if (!(error instanceof Unreachable)) throw error;
          awaySinceMs ??= Date.now();
          if (Date.now() >= Math.min(untilMs, awaySinceMs + RESTART_MS)) throw error;
        }
        await sleep(RETRY_MS, undefined, { signal });
      }
    },
  };
}

/** What a refusal says. */
export function sentenceOf({ status, body }: Answer): string {
  return typeof body['error'] === 'string' ? body['error'] : `Gatehouse answered with status ${status}.`;
}
