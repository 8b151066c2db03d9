import type { ApprovalStatus, RequestType } from '../../shared/approval';
import type { ErrorCode } from '../../shared/errors';
import { noBounds, readJson } from '../../shared/json-text';
import { ask as request, send } from './client';
import { type Caller, type CommonOptions, callerOf } from './common-options';
import { type ExitCode, exitCode } from './exit-code';
import { Failure, isPassing, Refusal, UsageFailure } from './failure';
import { whileAway } from './patience';
import { styled, type Terminal } from './terminal';

/** The options of `gatehouse ask`. */
export type AskOptions = CommonOptions & {
  readonly type: RequestType;
  readonly target?: string;
  readonly command?: string;
  readonly action?: string;
  readonly context?: string;
  readonly wait?: number;
  readonly expires?: number;
};

/** An approval as it is answered; its other fields do not matter here. */
type WireApproval = {
  readonly approval_id: string;
  readonly status: ApprovalStatus;
  readonly guidance: { readonly sentence: string; readonly can_ask_again: boolean };
};

/** How long one request for news is held by Gatehouse, in milliseconds. */
const HOLD_MS = 30_000;

/** How long it is tried to withdraw a request that nobody waits for any more, in milliseconds. */
const WITHDRAW_MS = 3_000;

/** Asks the operator and waits; resolves to the exit code that says what was decided. */
export async function ask(why: string, options: AskOptions, terminal: Terminal): Promise<ExitCode> {
  const body = bodyOf(why, options);
  const deadlineMs = options.wait === undefined ? Infinity : Date.now() + options.wait * 1_000;
  const find = () => callerOf(terminal.environment, options);
  const leaving = new AbortController();
  const leave = (signal: NodeJS.Signals) => leaving.abort(new Error(`${signal} ended the wait`));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);
  const patience = { signal: leaving.signal, untilMs: deadlineMs, onAway: tellAway(options, terminal) };
  // Not being there at all is an answer for the caller; going away in the middle is waited out.
  // Not given the signal: what was asked is withdrawn, and for that its id must be known.
  let { approval } = (await post(find(), '/governance/approvals', body)) as Answer;
  if (options.json !== true) terminal.tell(`Asked the operator (${approval.approval_id}). Waiting…`);
  try {
    while (approval.status === 'pending') {
      const leftMs = deadlineMs - Date.now();
      if (leftMs <= 0) {
        approval = await withdraw(find, approval, `nobody decided within ${options.wait} s`);
        break;
      }
      approval = await whileAway(() => news(find(), approval, Math.min(HOLD_MS, leftMs), leaving.signal), patience);
    }
    leaving.signal.throwIfAborted();
    if (approval.status === 'approved' && body.action !== undefined) {
      // Used up, its guidance is for the next act; this one goes on with what the operator said.
      const { guidance } = approval;
      approval = { ...(await whileAway(() => consume(find(), approval, body.action), patience)), guidance };
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    approval = await withdraw(find, approval, 'the one who asked was stopped');
  }
  return tellOutcome(approval, options, terminal);
}

type Answer = { readonly approval: WireApproval };

function bodyOf(why: string, options: AskOptions) {
  const { type, target, command, wait, expires } = options;
  if (command !== undefined && options.action !== undefined) {
    throw new UsageFailure('Give --command or --action, not both: each is the act that is approved.');
  }
  const action = command === undefined ? jsonOf('--action', options.action) : { command };
  const context = jsonOf('--context', options.context);
  return {
    request_type: type,
    target_resource: targetOf(target ?? (command === undefined ? undefined : 'tool:shell')),
    rationale: why,
    ...(action !== undefined && { action }),
    ...(context !== undefined && { context }),
    ...(expires !== undefined && { expires_at_ms: Date.now() + expires * 1_000 }),
    ...(wait !== undefined && { waiting_until_ms: Date.now() + wait * 1_000 }),
  };
}

function targetOf(text: string | undefined): { readonly type: string; readonly id: string } {
  const at = text?.indexOf(':') ?? -1;
  if (text === undefined || at < 1 || at === text.length - 1) {
    throw new UsageFailure(
      'Say what it is about as --target TYPE:ID, such as tool:Bash, slack:#releases or agent:scout.',
    );
  }
  return { type: text.slice(0, at), id: text.slice(at + 1) };
}

function jsonOf(option: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const read = readJson(text, noBounds);
  if (read.ok) return read.value;
  const { kind, path, message } = read.fault;
  throw new UsageFailure(
    kind === 'syntax' ? `${option} is not JSON.` : `${option}: ${path.map(String).join('.')} ${message}.`,
  );
}

function post({ connection, agentId }: Caller, path: string, body: unknown) {
  return request(connection, { method: 'POST', path, body, agentId });
}

async function news(
  caller: Caller,
  approval: WireApproval,
  holdMs: number,
  signal: AbortSignal,
): Promise<WireApproval> {
  const path = `/governance/approvals/${approval.approval_id}?wait_ms=${Math.ceil(holdMs)}`;
  const { connection, agentId } = caller;
  const answer = (await request(connection, { path, agentId, signal, timeoutMs: holdMs + 15_000 })) as Answer;
  return answer.approval;
}

/** What keeps an approved act from being done now, although nobody denied it: time, or a stop of the asker. */
const lapses: readonly string[] = [
  'GOVERNANCE_APPROVAL_EXPIRED',
  'AUTOMATION_V2_AGENT_CREATION_PAUSED',
  'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
] satisfies readonly ErrorCode[];

/** Uses the approval for the act; a type of approval that stands until it expires is not used up. */
async function consume(
  { connection, agentId }: Caller,
  approval: WireApproval,
  action: unknown,
): Promise<WireApproval> {
  const path = `/governance/approvals/${approval.approval_id}/consume`;
  const { status, body } = await send(connection, { method: 'POST', path, body: { action }, agentId });
  if (status === 200) return (body as Answer).approval;
  const refusal = new Refusal(status, body);
  if (refusal.code === 'GOVERNANCE_APPROVAL_NOT_CONSUMABLE') return approval;
  if (!lapses.includes(refusal.code)) throw refusal;
  // No allow, and no denial either.
  throw new Failure(`Approved, but it could not be used. ${refusal.message}`, exitCode.undecided, refusal.code);
}

/** Takes the question back, so that nobody decides what nobody waits for; answers what became of it. */
async function withdraw(find: () => Caller, approval: WireApproval, reason: string): Promise<WireApproval> {
  const path = `/governance/approvals/${approval.approval_id}`;
  try {
    return await whileAway(async () => ((await post(find(), `${path}/cancel`, { reason })) as Answer).approval, {
      untilMs: Date.now() + WITHDRAW_MS,
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'GOVERNANCE_APPROVAL_SETTLED') {
      // Decided in the last moment. An approval is not used: whoever asked has left.
      const { connection, agentId } = find();
      const settled = (await request(connection, { path, agentId })) as Answer;
      if (settled.approval.status === 'denied') return settled.approval;
    } else if (!isPassing(error)) throw error;
    const sentence = `Nobody waits for this any more (${reason}); it was not used. It may still be listed at the desk.`;
    return { ...approval, status: 'cancelled', guidance: { sentence, can_ask_again: true } };
  }
}

function tellAway({ json }: CommonOptions, terminal: Terminal): (isAway: boolean) => void {
  return (isAway) => {
    if (json !== true) terminal.tell(isAway ? 'Gatehouse is away. Still waiting…' : 'Gatehouse is back.');
  };
}

const codes: Readonly<Record<ApprovalStatus, ExitCode>> = {
  approved: exitCode.ok,
  denied: exitCode.refused,
  expired: exitCode.undecided,
  cancelled: exitCode.undecided,
  pending: exitCode.undecided,
};

function tellOutcome(approval: WireApproval, { json }: CommonOptions, terminal: Terminal): ExitCode {
  const { status, guidance } = approval;
  if (json === true) terminal.say(JSON.stringify({ approval }));
  else terminal.say(`${styled(terminal, status === 'approved' ? 'green' : 'yellow', status)}: ${guidance.sentence}`);
  return codes[status];
}
