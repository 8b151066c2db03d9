import type { ApprovalStatus, RequestType } from '../../shared/contract/approval';
import type { ErrorCode } from '../../shared/kernel/errors';
import { noBounds, readJson } from '../../shared/kernel/json-text';
import { type Approvals, approvalsOver, type WireApproval } from '../client/approvals';
import { ask as send } from '../client/client';
import { type ExitCode, exitCode } from '../client/exit-code';
import { Failure, isPassing, Refusal, UsageFailure } from '../client/failure';
import { whileAway } from '../client/patience';
import { type CommonOptions, callerOf } from './common-options';
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

/** How long it is tried to withdraw a request that nobody waits for any more, in milliseconds. */
const WITHDRAW_MS = 3_000;

/** Asks the operator and waits; resolves to the exit code that says what was decided. */
export async function ask(why: string, options: AskOptions, terminal: Terminal): Promise<ExitCode> {
  const body = bodyOf(why, options);
  const untilMs = options.wait === undefined ? Infinity : Date.now() + options.wait * 1_000;
  const approvals = approvalsOver(async (request) => send(callerOf(terminal.environment, options), request));
  const leaving = new AbortController();
  const { signal } = leaving;
  const leave = (name: NodeJS.Signals) => leaving.abort(new Error(`${name} ended the wait`));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, leave);
  const patience = { signal, untilMs, onAway: tellAway(options, terminal) };
  // Not being there at all is an answer for the caller; going away in the middle is waited out.
  // Not given the signal: what was asked is withdrawn, and for that its id must be known.
  let approval = await approvals.request(body);
  if (options.json !== true) terminal.tell(`Asked the operator (${approval.approval_id}). Waiting…`);
  try {
    approval = await approvals.untilDecided(approval, patience);
    signal.throwIfAborted();
    if (approval.status === 'pending') {
      approval = await withdraw(approvals, approval, `nobody decided within ${options.wait} s`);
    } else if (approval.status === 'approved' && body.action !== undefined) {
      // Used up, its guidance is for the next act; this one goes on with what the operator said.
      const { guidance } = approval;
      approval = { ...(await whileAway(() => consume(approvals, approval, body.action), patience)), guidance };
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    approval = await withdraw(approvals, approval, 'the one who asked was stopped');
  }
  return tellOutcome(approval, options, terminal);
}

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

/** What keeps an approved act from being done now, although nobody denied it: time, or a stop of the asker. */
const lapses: readonly string[] = [
  'GOVERNANCE_APPROVAL_EXPIRED',
  'AUTOMATION_V2_AGENT_CREATION_PAUSED',
  'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
] satisfies readonly ErrorCode[];

/** Uses the approval for the act; a type of approval that stands until it expires is not used up. */
async function consume(approvals: Approvals, approval: WireApproval, action: unknown): Promise<WireApproval> {
  try {
    return await approvals.consume(approval.approval_id, action);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'GOVERNANCE_APPROVAL_NOT_CONSUMABLE') return approval;
    if (!lapses.includes(error.code)) throw error;
    // No allow, and no denial either.
    throw new Failure(`Approved, but it could not be used. ${error.message}`, exitCode.undecided, error.code);
  }
}

/** Takes the question back, so that nobody decides what nobody waits for; answers what became of it. */
async function withdraw(approvals: Approvals, approval: WireApproval, reason: string): Promise<WireApproval> {
  const { approval_id: approvalId } = approval;
  try {
    return await whileAway(() => approvals.cancel(approvalId, reason), { untilMs: Date.now() + WITHDRAW_MS });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'GOVERNANCE_APPROVAL_SETTLED') {
      // Decided in the last moment. An approval is not used: whoever asked has left.
      const settled = await approvals.find(approvalId);
      if (settled.status === 'denied') return settled;
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
