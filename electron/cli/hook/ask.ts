import type { Answer } from '../client';
import { Unreachable } from '../failure';
import type { Outcome } from './engine-hooks';
import { type Link, sentenceOf } from './link';
import { isSameCall, type OpenQuestion, type OpenQuestions } from './open-questions';
import type { Question } from './question';

/** What asking needs besides the question. */
export type Asking = {
  readonly link: Link;
  readonly open: OpenQuestions;
  readonly toolUseId: string;
  readonly isResumable: boolean;
  /** How long the engine may be kept waiting, in milliseconds. */
  readonly holdMs: number;
  /** Aborts when the engine no longer wants to know. */
  readonly signal: AbortSignal;
};

/** The fields of an approval that matter here. */
type Approval = {
  readonly approvalId: string;
  readonly status: string;
  readonly isConsumed: boolean;
  readonly sentence: string;
};

/** One request that waits for news, in milliseconds, and how much later than that no answer counts as none. */
const LONGEST_WAIT_MS = 25_000;
const SLACK_MS = 5_000;

/** The first request and those that end a question are not waited for longer than this, in milliseconds. */
const SHORT_MS = 10_000;
const FAREWELL_MS = 2_000;

/** Longest request that Gatehouse reads, in bytes. */
const LONGEST_REQUEST = 1024 * 1024;

/** A question that its hook cannot end itself ends this much after the hook, in milliseconds. */
const EXPIRY_SLACK_MS = 5_000;

/** Asks the operator and waits, through restarts of Gatehouse. An approval is used up for this very act before it counts. */
export async function askOperator(question: Question, asking: Asking): Promise<Outcome> {
  const { link, open, toolUseId, isResumable, holdMs, signal } = asking;
  const holdEndsMs = Date.now() + holdMs;
  const path = (approvalId: string, rest = '') => `/governance/approvals/${approvalId}${rest}`;
  const { agentId, key } = question;
  let openId: string | undefined;

  try {
    const first = await settle(await earlier());
    if (first !== 'used') return first;
    // Somebody else had the same question and has used its approval: this act is another one.
    const second = await settle(undefined);
    return second === 'used' ? { kind: 'undecided', sentence: 'The approval was used for another act.' } : second;
  } catch (error) {
    if (signal.aborted) {
      await withdraw('The engine went on without an answer.').catch(() => undefined);
      return { kind: 'interrupted' };
    }
    if (!(error instanceof Unreachable)) throw error;
    return { kind: 'unavailable', sentence: `Gatehouse could not be asked. ${error.message}` };
  }

  /** The approval that this session asked for before it ended, unless that is over. */
  async function earlier(): Promise<Approval | undefined> {
    const noted = open.find(key);
    if (noted === undefined || !noted.isDeferred || !isSameCall(noted, question, toolUseId)) return undefined;
    const answer = await link.once({ path: path(noted.approvalId), agentId, timeoutMs: SHORT_MS });
    const approval = approvalIn(answer);
    const isOver = approval === undefined || approval.isConsumed || /^(expired|cancelled)$/.test(approval.status);
    return isOver ? undefined : approval;
  }

  async function settle(known: Approval | undefined): Promise<Outcome | 'used'> {
    const asked = known ?? (await request());
    if ('kind' in asked) return asked;
    openId = asked.approvalId;
    note(false);
    if (signal.aborted) throw signal.reason;
    return settled(await untilDecided(asked));
  }

  async function request(): Promise<Approval | Outcome> {
    const limits = isResumable ? {} : { waiting_until_ms: holdEndsMs, expires_at_ms: holdEndsMs + EXPIRY_SLACK_MS };
    const body = { ...question.body, ...limits };
    if (Buffer.byteLength(JSON.stringify(body)) > LONGEST_REQUEST) {
      return { kind: 'undecided', sentence: 'This is too long to be asked about: it is over 1 MiB.' };
    }
    // Not given the signal: what was asked is withdrawn, and for that its id must be known.
    const timeoutMs = Math.max(1_000, Math.min(SHORT_MS, holdEndsMs - Date.now()));
    const answer = await link.once({ method: 'POST', path: '/governance/approvals', body, agentId, timeoutMs });
    return (
      approvalIn(answer) ?? { kind: 'undecided', sentence: `Gatehouse has not asked anybody. ${sentenceOf(answer)}` }
    );
  }

  async function untilDecided(asked: Approval): Promise<Approval | Outcome> {
    let approval = asked;
    while (approval.status === 'pending') {
      const leftMs = holdEndsMs - Date.now();
      if (leftMs <= 0) break;
      const waitMs = Math.min(LONGEST_WAIT_MS, leftMs);
      const timeoutMs = Math.min(waitMs + SLACK_MS, leftMs + FAREWELL_MS);
      const query = `?wait_ms=${Math.ceil(waitMs)}`;
      const heard = await read(path(approval.approvalId, query), timeoutMs);
      if ('kind' in heard) return heard;
      approval = heard;
    }
    return approval;
  }

  async function settled(heard: Approval | Outcome): Promise<Outcome | 'used'> {
    return 'kind' in heard ? heard : decided(heard);
  }

  async function decided(approval: Approval): Promise<Outcome | 'used'> {
    switch (approval.status) {
      case 'approved':
        return consume(approval.approvalId);
      case 'pending':
        return held();
      case 'denied':
        open.forget(key);
        return { kind: 'denied', sentence: approval.sentence };
      default:
        open.forget(key);
        return { kind: 'undecided', sentence: approval.sentence };
    }
  }

  async function held(): Promise<Outcome | 'used'> {
    if (isResumable) {
      note(true);
      return {
        kind: 'held',
        sentence: 'The operator is asked in Gatehouse. Resume this session when that is decided.',
      };
    }
    const sentence = `Nobody decided in Gatehouse within ${Math.round(holdMs / 1_000)} seconds; this is not a refusal.`;
    if (await withdraw(sentence)) return { kind: 'held', sentence };
    // Decided at the last moment.
    return openId === undefined ? { kind: 'held', sentence } : settled(await read(path(openId), SHORT_MS));
  }

  async function consume(approvalId: string): Promise<Outcome | 'used'> {
    const request = {
      method: 'POST',
      path: path(approvalId, '/consume'),
      body: { action: question.action },
      agentId,
    } as const;
    const untilMs = Math.max(holdEndsMs, Date.now() + SHORT_MS);
    const answer = await link.throughRestarts({ ...request, timeoutMs: SHORT_MS }, untilMs, signal);
    open.forget(key);
    if (answer.status === 200) return { kind: 'approved' };
    if (answer.body['code'] === 'GOVERNANCE_APPROVAL_CONSUMED') return 'used';
    return { kind: 'undecided', sentence: `The approval could not be used. ${sentenceOf(answer)}` };
  }

  /** A Gatehouse that refuses to say how the question stands, as to a revoked token, is there: it is not unavailable. */
  async function read(at: string, timeoutMs: number): Promise<Approval | Outcome> {
    const answer = await link.throughRestarts({ path: at, agentId, timeoutMs }, holdEndsMs, signal);
    return (
      approvalIn(answer) ?? { kind: 'undecided', sentence: `The decision could not be heard. ${sentenceOf(answer)}` }
    );
  }

  function note(isDeferred: boolean): void {
    if (openId === undefined) return;
    try {
      open.note({ key, approvalId: openId, agentId, pid: process.pid, isDeferred, toolUseId });
    } catch {
      // A folder that cannot be written only means that nobody else can end this question.
    }
  }

  /** Answers whether the question is withdrawn, or was over without a decision. */
  async function withdraw(reason: string): Promise<boolean> {
    if (openId === undefined) return true;
    const isWithdrawn = await cancelQuestion(link, { approvalId: openId, agentId }, reason);
    if (isWithdrawn) open.forget(key);
    return isWithdrawn;
  }
}

/** Withdraws questions that are over. One that Gatehouse, being away, does not hear of ends by another event or its own deadline. */
export async function endQuestions(over: readonly OpenQuestion[], open: OpenQuestions, link: Link): Promise<void> {
  const reason = 'It was answered in the terminal, or the session went on without it.';
  await Promise.all(
    over.map(async (question) => {
      try {
        await cancelQuestion(link, question, reason);
        open.forget(question.key);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }),
  );
}

/** Withdraws a question; answers false when it was decided before. Rejects with Unreachable. */
async function cancelQuestion(
  link: Link,
  { approvalId, agentId }: Pick<OpenQuestion, 'approvalId' | 'agentId'>,
  reason: string,
): Promise<boolean> {
  const path = `/governance/approvals/${approvalId}/cancel`;
  const answer = await link.once({ method: 'POST', path, body: { reason }, agentId, timeoutMs: FAREWELL_MS });
  return answer.body['code'] !== 'GOVERNANCE_APPROVAL_SETTLED';
}

function approvalIn({ status, body }: Answer): Approval | undefined {
  const wire = body['approval'];
  if (status !== 200 || typeof wire !== 'object' || wire === null) return undefined;
  const { approval_id: approvalId, status: state, consumed_at_ms: consumedAtMs, guidance } = wire as Answer['body'];
  if (typeof approvalId !== 'string' || typeof state !== 'string') return undefined;
  const sentence = (guidance as Answer['body'] | undefined)?.['sentence'];
  return {
    approvalId,
    status: state,
    isConsumed: consumedAtMs !== undefined,
    sentence: typeof sentence === 'string' ? sentence : `The question is ${state}.`,
  };
}
