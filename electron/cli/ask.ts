import { Option } from 'commander';
import type { ApprovalStatus, RequestType } from '../../shared/contract/request-kinds';
import type { ErrorCode } from '../../shared/kernel/errors';
import { noBounds, readJson } from '../../shared/kernel/json-text';
import { type ApprovalsClient, approvalsOver, type WireApproval } from '../client/approvals';
import { ask as send } from '../client/client';
import { type ExitCode, exitCode } from '../client/exit-code';
import { ApiRefusal, Failure, isPassing, UsageFailure } from '../client/failure';
import { whileAway } from '../client/patience';
import { type CommonOptions, callerOf, type Definition, withCommonOptions } from './command';
import { numberOption } from './number-option';
import { styled, type Terminal } from './terminal';

/** Every kind of request, in the words of the help. */
const requestTypes = {
  tool_call: 'use a tool or run a command, once',
  external_post: 'publish or send something outside, once',
  capability_request: 'get a capability, such as creating agents',
  elevated_capability: 'get a capability beyond the usual ones',
  quota_override: 'go on above the spend cap or a quota',
  depth_override: 'create agents deeper than is allowed',
  lifecycle_review: 'have an automation or agent reviewed',
  retirement_action: 'have an automation extended or retired',
} satisfies Record<RequestType, string>;

const help = `
Types:
${Object.entries(requestTypes)
  .map(([type, meaning]) => `  ${type.padEnd(20)} ${meaning}`)
  .join('\n')}

Examples:
  gatehouse ask "All tests pass" --command "git push origin main" && git push origin main
  gatehouse ask "The team expects it" --type external_post --target slack:#releases --action '{"text":"1.4 is out"}'
  gatehouse ask "Three parts need three agents" --type capability_request --target agent:planner \\
    --context '{"capability_key":"creates_agents"}' --wait 600

Exit codes: 0 approved (with an act: and used up by this one), 1 denied, 2 expired or cancelled, 3 not reachable.
Ctrl-C withdraws the request. While Gatehouse restarts, it is waited for.`;

const seconds = numberOption('Give a number of seconds.', (value) => value > 0);

/** gatehouse ask */
export const defineAsk: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .argument('<why>', 'the reason, for the operator to read')
    .addOption(
      new Option('--type <type>', 'what kind of request this is')
        .choices(Object.keys(requestTypes))
        .default('tool_call'),
    )
    .option('--target <type:id>', 'what it is about (default with --command: tool:shell)')
    .option('--command <text>', 'the act: a command that will be run')
    .option('--action <json>', 'the act: anything else, exactly as it will be done')
    .option('--context <json>', 'what else helps to decide')
    .option('--wait <seconds>', 'withdraw the request when nobody has decided by then', seconds)
    .option('--expires <seconds>', 'how long the request stays open (default: as set at the desk)', seconds)
    .addHelpText('after', help)
    .action(running((why: string, options: AskOptions) => ask(why, options, terminal)));
};

type AskOptions = CommonOptions & {
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
async function ask(why: string, options: AskOptions, terminal: Terminal): Promise<ExitCode> {
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
async function consume(approvals: ApprovalsClient, approval: WireApproval, action: unknown): Promise<WireApproval> {
  try {
    return await approvals.consume(approval.approval_id, action);
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    if (error.code === 'GOVERNANCE_APPROVAL_NOT_CONSUMABLE') return approval;
    if (!lapses.includes(error.code)) throw error;
    // No allow, and no denial either.
    throw new Failure(`Approved, but it could not be used. ${error.message}`, exitCode.undecided, error.code);
  }
}

/** Takes the question back, so that nobody decides what nobody waits for; answers what became of it. */
async function withdraw(approvals: ApprovalsClient, approval: WireApproval, reason: string): Promise<WireApproval> {
  const { approval_id: approvalId } = approval;
  try {
    return await whileAway(() => approvals.cancel(approvalId, reason), { untilMs: Date.now() + WITHDRAW_MS });
  } catch (error) {
    if (error instanceof ApiRefusal && error.code === 'GOVERNANCE_APPROVAL_SETTLED') {
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
