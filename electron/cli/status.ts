import { placedTitle } from '../../shared/act/approval-title';
import type { Approval } from '../../shared/contract/approval';
import type { SpendSummary } from '../../shared/contract/spend';
import type { JsonObject } from '../../shared/kernel/fields';
import type { Wire } from '../../shared/kernel/wire-type';
import { ask, type HttpCaller } from '../client/client';
import { type ExitCode, exitCode } from '../client/exit-code';
import { ApiRefusal, NoToken } from '../client/failure';
import {
  type CommonOptions,
  callerOf,
  type Definition,
  type QuickCommand,
  sendKeptReports,
  withCommonOptions,
} from './command';
import { findUrl } from './connection';
import { plainLine, styled, type Terminal, usdText } from './terminal';

const help = `
Shows what the token may see: with an agent's, its own requests and spend; with an engine's or the operator's, all.

Examples:
  gatehouse status
  gatehouse status --json | jq .waiting_count

The exit code is 0 while Gatehouse runs, and 3 while it does not.`;

/** What `status` knows with a token. */
type Governed = {
  readonly waiting: readonly Wire<Approval>[];
  readonly areThereMore: boolean;
  readonly spend: readonly Wire<SpendSummary>[];
  /** The weekly cap in dollars that holds for agents without one of their own; null for none. */
  readonly capUsd: number | null;
};

/** Requests that are listed one by one. */
const MOST_SHOWN = 5;

/** Tells how Gatehouse stands and what the token may see of it. */
async function status(options: CommonOptions, terminal: Terminal): Promise<ExitCode> {
  const url = findUrl(terminal.environment);
  const [health, governed] = await Promise.all([
    ask({ url, token: '' }, { path: '/global/health' }),
    governedBy(options, terminal),
  ]);
  if (options.json === true) sayJson(terminal, { url, ...health }, governed);
  else say(terminal, url, health, governed);
  return exitCode.ok;
}

/** gatehouse status */
export const defineStatus: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .addHelpText('after', help)
    .action(running((options: CommonOptions) => status(options, terminal)));
};

/** `gatehouse status`, with --json or without anything: no parser of arguments is needed, so that it starts quickly. */
export const quickStatus: QuickCommand = (args, terminal) => {
  const isJson = args.length === 1 && args[0] === '--json';
  if (args.length > 0 && !isJson) return undefined;
  const options = isJson ? { json: true as const } : {};
  return sendKeptReports(options, terminal).then(() => status(options, terminal));
};

/** What the token may see; the reason when there is none, or when it is not valid. */
async function governedBy(options: CommonOptions, terminal: Terminal): Promise<Governed | string> {
  let caller: HttpCaller;
  try {
    caller = callerOf(terminal.environment, options);
    return await look(caller);
  } catch (error) {
    // That Gatehouse runs is worth saying without a token as well.
    if (error instanceof NoToken || error instanceof ApiRefusal) return error.message;
    throw error;
  }
}

async function look(caller: HttpCaller): Promise<Governed> {
  const get = (path: string) => ask(caller, { path });
  const [approvals, spend, limits] = await Promise.all([
    get('/governance/approvals?status=pending&limit=500'),
    get('/governance/spend?limit=100'),
    get('/governance/limits'),
  ]);
  return {
    waiting: approvals['approvals'] as readonly Wire<Approval>[],
    areThereMore: approvals['next_cursor'] !== undefined,
    spend: spend['spend'] as readonly Wire<SpendSummary>[],
    capUsd: (limits['limits'] as { readonly weekly_spend_cap_usd: number | null }).weekly_spend_cap_usd,
  };
}

function sayJson(terminal: Terminal, app: object, governed: Governed | string): void {
  const more =
    typeof governed === 'string'
      ? { note: governed }
      : {
          waiting_count: governed.waiting.length,
          has_more_waiting: governed.areThereMore,
          waiting: governed.waiting.slice(0, MOST_SHOWN),
          weekly_spend_cap_usd: governed.capUsd,
          spend: governed.spend,
        };
  terminal.say(JSON.stringify({ ...app, ...more }));
}

function say(terminal: Terminal, url: string, health: JsonObject, governed: Governed | string): void {
  const isHealthy = health['healthy'] === true;
  const state = isHealthy ? styled(terminal, 'green', 'runs') : styled(terminal, 'red', 'runs, but not as it should');
  terminal.say(`Gatehouse ${String(health['version'])} ${state}; its API is at ${url}`);
  if (!isHealthy) terminal.say('Its window says what is wrong with its data.');
  if (typeof governed === 'string') {
    terminal.say(governed);
    return;
  }
  const { waiting, areThereMore, spend, capUsd } = governed;
  const count = `${waiting.length}${areThereMore ? ' or more' : ''}`;
  terminal.say(
    waiting.length === 0 ? 'Nothing waits for the operator.' : styled(terminal, 'yellow', `Waiting: ${count}`),
  );
  for (const approval of waiting.slice(0, MOST_SHOWN)) terminal.say(`  ${waitingLine(approval)}`);
  for (const agent of spend) terminal.say(spendLine(terminal, agent, capUsd));
}

/** A request that waits, as every surface calls it. */
function waitingLine({ request_type, requested_by, target_resource, action, context }: Wire<Approval>): string {
  const { kind, actor_id: actorId, source } = requested_by;
  return placedTitle({
    requestType: request_type,
    requestedBy: { kind, ...(actorId !== undefined && { actorId }), ...(source !== undefined && { source }) },
    targetResource: target_resource,
    context,
    ...(action !== undefined && { action }),
  });
}

/** One agent's week; a cost that nobody reported is unknown, not nothing. */
function spendLine(
  terminal: Terminal,
  { agent_id: agentId, weekly, paused_at_ms: pausedAtMs }: Wire<SpendSummary>,
  capUsd: number | null,
): string {
  const cost = weekly.cost_usd === 0 && weekly.total_tokens > 0 ? 'unknown' : usdText(weekly.cost_usd);
  const cap = capUsd === null ? '' : ` of ${usdText(capUsd)}`;
  const paused = pausedAtMs === undefined ? '' : styled(terminal, 'red', ' · paused by its spend cap');
  return `Spent this week by ${plainLine(agentId)}: ${cost}${cap}${paused}`;
}
