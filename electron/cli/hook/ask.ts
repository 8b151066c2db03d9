import { nobodyDecided } from '../../../shared/missed';
import { type ApprovalsClient, approvalsOver, type Call, type WireApproval } from '../../client/approvals';
import { ApiRefusal, Unreachable } from '../../client/failure';
import { type Patience, whileAway } from '../../client/patience';
import { FAREWELL_MS, LONGEST_REQUEST } from './as-agent';
import type { OpenQuestion, OpenQuestions } from './open-questions';
import { type Question, questionKey } from './question';
import type { HookOutcome } from './verdict';

/** What asking needs besides the question. */
export type HookAsking = {
  readonly call: Call;
  readonly open: OpenQuestions;
  readonly toolUseId: string;
  readonly isResumable: boolean;
  /** How long the engine may be kept waiting, in milliseconds. */
  readonly holdMs: number;
  /** Aborts when the engine no longer wants to know. */
  readonly signal: AbortSignal;
};

/** The first request is not waited for longer than this, in milliseconds. */
const SHORT_MS = 10_000;

/** How long Gatehouse may be away while a question is open, in milliseconds: a restart, an update. */
const RESTART_MS = 60_000;

/** A question that its hook cannot end itself ends this much after the hook, in milliseconds. */
const EXPIRY_SLACK_MS = 5_000;

/** Gatehouse is there and nobody decided, as when the token was revoked: that is not a Gatehouse that is unavailable. */
class Undecided extends Error {}

/** The same work; a refusal of it leaves the question undecided, and `what` says at what. */
async function orUndecided<T>(what: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof ApiRefusal ? new Undecided(`${what} ${error.message}`) : error;
  });
}

/** One question on its way to an answer. */
type Talk = HookAsking & {
  readonly question: Question;
  readonly key: string;
  readonly approvals: ApprovalsClient;
  readonly holdEndsMs: number;
  readonly patience: Patience;
  /** The approval that was asked for, once there is one. */
  approvalId?: string;
};

/** Asks the operator and waits, through restarts of Gatehouse. An approval is used up for this very act before it counts. */
export async function askOperator(question: Question, asking: HookAsking): Promise<HookOutcome> {
  const { signal } = asking;
  const holdEndsMs = Date.now() + asking.holdMs;
  const patience = { signal, untilMs: holdEndsMs, longestAwayMs: RESTART_MS };
  const key = questionKey(question);
  const talk: Talk = { ...asking, question, key, approvals: approvalsOver(asking.call), holdEndsMs, patience };
  try {
    const first = await settle(talk, await earlier(talk));
    if (first !== 'used') return first;
    // Somebody else had the same question and has used its approval: this act is another one.
    const second = await settle(talk, undefined);
    return second === 'used' ? { kind: 'undecided', sentence: 'The approval was used for another act.' } : second;
  } catch (error) {
    if (signal.aborted) {
      await withdraw(talk, 'The engine went on without an answer.').catch(() => undefined);
      return { kind: 'interrupted' };
    }
    if (error instanceof Undecided) return { kind: 'undecided', sentence: error.message };
    if (!(error instanceof Unreachable)) throw error;
    return { kind: 'unavailable', sentence: `Gatehouse could not be asked. ${error.message}` };
  }
}

/** The approval that this session asked for before it ended, unless that is over. */
async function earlier(talk: Talk): Promise<WireApproval | undefined> {
  const { open, key, toolUseId, approvals } = talk;
  const noted = open.deferred({ key, toolUseId });
  if (noted === undefined) return undefined;
  const approval = await approvals.find(noted.approvalId, { timeoutMs: SHORT_MS }).catch((error: unknown) => {
    if (!(error instanceof ApiRefusal)) throw error;
    return undefined;
  });
  // It has come back for it: from now on this hook waits.
  talk.approvalId = noted.approvalId;
  note(talk, false);
  if (noted.pid !== process.pid) open.forget(noted);
  const isOver = approval?.consumed_at_ms !== undefined || /^(expired|cancelled)$/.test(approval?.status ?? '');
  return isOver ? undefined : approval;
}

async function settle(talk: Talk, known: WireApproval | undefined): Promise<HookOutcome | 'used'> {
  const asked = known ?? (await request(talk));
  talk.approvalId = asked.approval_id;
  note(talk, false);
  talk.signal.throwIfAborted();
  // One that can be resumed stands without its hook.
  const heard = talk.approvals.untilDecided(asked, talk.patience, { endsWithConnection: !talk.isResumable });
  return decided(talk, await orUndecided('The decision could not be heard.', heard));
}

async function request({ question, approvals, isResumable, holdEndsMs }: Talk): Promise<WireApproval> {
  const limits = isResumable ? {} : { waiting_until_ms: holdEndsMs, expires_at_ms: holdEndsMs + EXPIRY_SLACK_MS };
  const body = { ...question.body, ...limits };
  if (Buffer.byteLength(JSON.stringify(body)) > LONGEST_REQUEST) {
    throw new Undecided('This is too long to be asked about: it is over 1 MiB.');
  }
  // Not given the signal: what was asked is withdrawn, and for that its id must be known.
  const timeoutMs = Math.max(1_000, Math.min(SHORT_MS, holdEndsMs - Date.now()));
  return orUndecided('Gatehouse has not asked anybody.', approvals.request(body, { timeoutMs }));
}

async function decided(talk: Talk, approval: WireApproval): Promise<HookOutcome | 'used'> {
  const { approval_id: approvalId, status, guidance } = approval;
  if (status === 'approved') return consume(talk, approvalId);
  if (status === 'pending') return held(talk, approvalId);
  forget(talk);
  return { kind: status === 'denied' ? 'denied' : 'undecided', sentence: guidance.sentence };
}

/** Nobody has decided as long as the engine may be kept waiting. */
async function held(talk: Talk, approvalId: string): Promise<HookOutcome | 'used'> {
  const { approvals, holdMs, signal, patience } = talk;
  if (talk.isResumable && talk.open.claimResuming(talk.key)) {
    note(talk, true);
    return {
      kind: 'deferred',
      sentence: 'The operator is asked in Gatehouse. Resume this session when that is decided.',
    };
  }
  const sentence = nobodyDecided(Math.round(holdMs / 1_000));
  if (await withdraw(talk, sentence)) return { kind: 'held', sentence };
  // Decided at the last moment.
  const news = whileAway(() => approvals.find(approvalId, { timeoutMs: SHORT_MS, signal }), patience);
  return decided(talk, await orUndecided('The decision could not be heard.', news));
}

async function consume(talk: Talk, approvalId: string): Promise<HookOutcome | 'used'> {
  const { approvals, question, signal, holdEndsMs, patience } = talk;
  const use = () => approvals.consume(approvalId, question.action, { timeoutMs: SHORT_MS, signal });
  try {
    await whileAway(use, { ...patience, untilMs: Math.max(holdEndsMs, Date.now() + SHORT_MS) });
    forget(talk);
    return { kind: 'approved' };
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    forget(talk);
    if (error.code === 'GOVERNANCE_APPROVAL_CONSUMED') return 'used';
    throw new Undecided(`The approval could not be used. ${error.message}`);
  }
}

function note({ open, question, key, approvalId, toolUseId }: Talk, isDeferred: boolean): void {
  if (approvalId === undefined) return;
  const { agentId } = question;
  try {
    open.note({ key, approvalId, agentId, pid: process.pid, isDeferred, toolUseId });
  } catch {
    // A folder that cannot be written only means that nobody else can end this question.
  }
}

function forget({ open, key }: Talk): void {
  open.forget({ key, pid: process.pid });
}

/** Answers whether nobody can decide the question for this hook any more: it is withdrawn, unless another hook waits for it too. */
async function withdraw(talk: Talk, reason: string): Promise<boolean> {
  const { approvals, approvalId, open } = talk;
  if (approvalId === undefined) return true;
  // First gone, then looked: of two that leave at once the last one sees it.
  forget(talk);
  if (open.isWaitedFor(approvalId, [])) return true;
  try {
    return await cancelQuestion(approvals, approvalId, reason);
  } catch (error) {
    note(talk, false);
    throw error;
  }
}

/**
 * Withdraws questions that are over, unless another hook waits for the same. One that Gatehouse, being away, does not hear of ends by
 * another event or its own deadline.
 */
export async function endQuestions(
  over: readonly OpenQuestion[],
  open: OpenQuestions,
  callAs: (agentId: string) => Call,
): Promise<void> {
  const reason = 'It was answered in the terminal, or the session went on without it.';
  await Promise.all(
    over.map(async (question) => {
      const { approvalId, agentId } = question;
      try {
        if (!open.isWaitedFor(approvalId, over)) {
          await cancelQuestion(approvalsOver(callAs(agentId)), approvalId, reason);
        }
        open.forget(question);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
    }),
  );
}

/** Withdraws a question; answers false when it was decided before. Rejects with Unreachable. */
async function cancelQuestion(approvals: ApprovalsClient, approvalId: string, reason: string): Promise<boolean> {
  try {
    await approvals.cancel(approvalId, reason, { timeoutMs: FAREWELL_MS });
    return true;
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    return error.code !== 'GOVERNANCE_APPROVAL_SETTLED';
  }
}

/** How often it is looked whether the engine is still there, in milliseconds. */
const LOOK_MS = 1_000;

/** Aborts when the engine stops the hook, or is gone itself. A second signal ends the process at once, as it would without this. */
export function interruption(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error('The engine stopped the hook.'));
  const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
  for (const name of signals) process.once(name, stop);
  // An engine that is killed stops nobody; its children get another parent.
  const parent = process.ppid;
  const look = setInterval(() => process.ppid !== parent && stop(), LOOK_MS);
  look.unref();
  return {
    signal: controller.signal,
    end() {
      clearInterval(look);
      for (const name of signals) process.off(name, stop);
    },
  };
}
