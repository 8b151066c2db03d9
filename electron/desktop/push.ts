import type { PushOutcome, PushSettings } from '../../shared/contract/notifications';
import { visibleLine } from '../../shared/kernel/visible-text';
import { isPushAddress } from '../../shared/push-address';
import type { Commit } from '../kernel/feed';
import type { Logger } from '../kernel/ports';
import { strings } from './strings';

/** How long a request waits before it is pushed, in milliseconds: the operator who sits there decides it meanwhile. */
const SETTLE_MS = 10_000;

/** Pushes are at least this far apart, in milliseconds. */
const APART_MS = 60_000;

/** How long the other side may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;

/** Titles that a push names, and characters of each. */
const MOST_TITLES = 3;
const LONGEST_TITLE = 120;

/** What the push needs. */
export type PushParts = {
  readonly settings: () => PushSettings;
  readonly waitingCount: () => number;
  /** What the most urgent requests are about. */
  readonly titles: (limit: number) => readonly string[];
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly logger: Logger;
};

/** Says through an address of the operator's that something waits. Nothing waits for it, and nothing fails with it. */
export interface Push {
  hear(commit: Commit): void;
  /** Sends one now, whether or not anything waits. */
  test(): Promise<PushOutcome>;
  outcome(): PushOutcome;
  close(): void;
}

/** A push with these parts. */
export function createPush(parts: PushParts): Push {
  let outcome: PushOutcome = {};
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  async function send(text: string, waiting: number): Promise<PushOutcome> {
    sentAtMs = parts.now();
    const problem = await post(parts, text, waiting);
    outcome = { atMs: parts.now(), ...(problem !== undefined && { problem }) };
    return outcome;
  }

  function sendWaiting(): void {
    timer = undefined;
    const { isOn, areActsSent } = parts.settings();
    const count = parts.waitingCount();
    if (!isOn || count === 0) return;
    const titles = areActsSent ? parts.titles(MOST_TITLES).map((title) => visibleLine(title, LONGEST_TITLE)) : [];
    void send([`${strings.waiting(count)}.`, ...titles].join('\n'), count);
  }

  return {
    hear(commit) {
      if (timer !== undefined || !parts.settings().isOn) return;
      if (!commit.some(({ name }) => name === 'approval.requested')) return;
      timer = setTimeout(sendWaiting, Math.max(SETTLE_MS, sentAtMs + APART_MS - parts.now()));
      timer.unref();
    },
    test: () => send(strings.pushTest, 0),
    outcome: () => outcome,
    close: () => clearTimeout(timer),
  };
}

/** Sends a text, and answers what went wrong in words for the operator. */
async function post({ settings, fetch: send, logger }: PushParts, text: string, waiting: number) {
  const { kind, url } = settings();
  if (!isPushAddress(url)) return strings.pushNoAddress;
  try {
    const answer = await send(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(kind === 'ntfy'
        ? { headers: { title: strings.app, 'content-type': 'text/plain; charset=utf-8' }, body: text }
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text, waiting }) }),
    });
    await answer.body?.cancel();
    if (answer.ok) return undefined;
    return answer.status >= 300 && answer.status < 400 ? strings.pushRedirected : strings.pushRefused(answer.status);
  } catch (error) {
    logger.error({ error }, 'a push was not sent');
    return strings.pushUnreachable;
  }
}
