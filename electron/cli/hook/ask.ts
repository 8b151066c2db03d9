import { type Approvals, approvalsOver, type Call, type WireApproval } from '../../client/approvals';
import { ask } from '../../client/client';
import { Refusal, Unreachable } from '../../client/failure';
import { whileAway } from '../../client/patience';
import type { Environment } from '../../engines/engine';
import { findUrl } from '../connection';
import { isSameCall, type OpenQuestion, type OpenQuestions } from './open-questions';
import type { Question } from './question';
import type { Outcome } from './verdict';

/** What asking needs besides the question. */
export type Asking = {
  readonly call: Call;
  readonly open: OpenQuestions;
  readonly toolUseId: string;
  readonly isResumable: boolean;
  /** How long the engine may be kept waiting, in milliseconds. */
  readonly holdMs: number;
  /** Aborts when the engine no longer wants to know. */
  readonly signal: AbortSignal;
};

/** The first request and those that end a question are not waited for longer than this, in milliseconds. */
const SHORT_MS = 10_000;
const FAREWELL_MS = 2_000;

/** How long Gatehouse may be away while a question is open, in milliseconds: a restart, an update. */
const RESTART_MS = 60_000;

/** Longest request that Gatehouse reads, in bytes. */
const LONGEST_REQUEST = 1024 * 1024;

/** A question that its hook cannot end itself ends this much after the hook, in milliseconds. */
const EXPIRY_SLACK_MS = 5_000;

/** Requests as an agent with this token; the address is looked up each time, because a Gatehouse that restarts may get another port. */
export function asAgent(environment: Environment, token: string, agentId: string): Call {
  return async (request) => {
    try {
      return await ask({ url: findUrl(environment), token, agentId }, request);
    } catch (error) {
      // One that cannot answer has refused nothing.
      throw error instanceof Refusal && error.status >= 500 ? new Unreachable(error.message) : error;
    }
  };
}

/** Gatehouse is there and nobody decided, as when the token was revoked: that is not a Gatehouse that is unavailable. */
class Undecided extends Error {}

/** The same work; a refusal of it leaves the question undecided, and `what` says at what. */
async function orUndecided<T>(what: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof Refusal ? new Undecided(`${what} ${error.message}`) : error;
  });
}

/** Asks the operator and waits, through restarts of Gatehouse. An approval is used up for this very act before it counts. */
export async function askOperator(question: Question, asking: Asking): Promise<Outcome> {
  const { open, toolUseId, isResumable, holdMs, signal } = asking;
  const approvals = approvalsOver(asking.call);
  const holdEndsMs = Date.now() + holdMs;
  const patience = { signal, untilMs: holdEndsMs, longestAwayMs: RESTART_MS };
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
    if (error instanceof Undecided) return { kind: 'undecided', sentence: error.message };
    if (!(error instanceof Unreachable)) throw error;
    return { kind: 'unavailable', sentence: `Gatehouse could not be asked. ${error.message}` };
  }

  /** The approval that this session asked for before it ended, unless that is over. */
  async function earlier(): Promise<WireApproval | undefined> {
    const noted = open.find(key);
    if (noted === undefined || !noted.isDeferred || !isSameCall(noted, question, toolUseId)) return undefined;
    const found = approvals.find(noted.approvalId, { timeoutMs: SHORT_MS });
    const approval = await found.catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      return undefined;
    });
    const isOver = approval?.consumed_at_ms !== undefined || /^(expired|cancelled)$/.test(approval?.status ?? '');
    return isOver ? undefined : approval;
  }

  async function settle(known: WireApproval | undefined): Promise<Outcome | 'used'> {
    const asked = known ?? (await request());
    openId = asked.approval_id;
    note(false);
    signal.throwIfAborted();
    return decided(await orUndecided('The decision could not be heard.', approvals.untilDecided(asked, patience)));
  }

  async function request(): Promise<WireApproval> {
    const limits = isResumable ? {} : { waiting_until_ms: holdEndsMs, expires_at_ms: holdEndsMs + EXPIRY_SLACK_MS };
    const body = { ...question.body, ...limits };
    if (Buffer.byteLength(JSON.stringify(body)) > LONGEST_REQUEST) {
      throw new Undecided('This is too long to be asked about: it is over 1 MiB.');
    }
    // Not given the signal: what was asked is withdrawn, and for that its id must be known.
    const timeoutMs = Math.max(1_000, Math.min(SHORT_MS, holdEndsMs - Date.now()));
    return orUndecided('Gatehouse has not asked anybody.', approvals.request(body, { timeoutMs }));
  }

  async function decided({ approval_id: approvalId, status, guidance }: WireApproval): Promise<Outcome | 'used'> {
    if (status === 'approved') return consume(approvalId);
    if (status === 'pending') return held(approvalId);
    open.forget(key);
    return { kind: status === 'denied' ? 'denied' : 'undecided', sentence: guidance.sentence };
  }

  async function held(approvalId: string): Promise<Outcome | 'used'> {
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
    const news = whileAway(() => approvals.find(approvalId, { timeoutMs: SHORT_MS, signal }), patience);
    return decided(await orUndecided('The decision could not be heard.', news));
  }

  async function consume(approvalId: string): Promise<Outcome | 'used'> {
    const use = () => approvals.consume(approvalId, question.action, { timeoutMs: SHORT_MS, signal });
    try {
      await whileAway(use, { ...patience, untilMs: Math.max(holdEndsMs, Date.now() + SHORT_MS) });
      open.forget(key);
      return { kind: 'approved' };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      open.forget(key);
      if (error.code === 'GOVERNANCE_APPROVAL_CONSUMED') return 'used';
      throw new Undecided(`The approval could not be used. ${error.message}`);
    }
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
    const isWithdrawn = await cancelQuestion(approvals, openId, reason);
    if (isWithdrawn) open.forget(key);
    return isWithdrawn;
  }
}

/** Withdraws questions that are over. One that Gatehouse, being away, does not hear of ends by another event or its own deadline. */
export async function endQuestions(
  over: readonly OpenQuestion[],
  open: OpenQuestions,
  callAs: (agentId: string) => Call,
): Promise<void> {
  const reason = 'It was answered in the terminal, or the session went on without it.';
  await Promise.all(
    over.map(async ({ approvalId, agentId, key }) => {
      try {
        await cancelQuestion(approvalsOver(callAs(agentId)), approvalId, reason);
        open.forget(key);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }),
  );
}

/** A sub-agent becomes known with its parents when it is first heard; Gatehouse that is away hears of it another time. */
export async function introduce(call: Call): Promise<void> {
  try {
    await call({ path: '/governance/approvals?status=pending&limit=1', timeoutMs: FAREWELL_MS });
  } catch (error) {
    if (!(error instanceof Unreachable) && !(error instanceof Refusal)) throw error;
  }
}

/** Withdraws a question; answers false when it was decided before. Rejects with Unreachable. */
async function cancelQuestion(approvals: Approvals, approvalId: string, reason: string): Promise<boolean> {
  try {
    await approvals.cancel(approvalId, reason, { timeoutMs: FAREWELL_MS });
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code !== 'GOVERNANCE_APPROVAL_SETTLED';
  }
}
