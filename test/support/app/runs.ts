import type { RunningApp } from '../running-app';
import type { Answer } from './client';

type Body = Answer['body'];

/** An automation that an agent creates, or the operator where none is named; all else is filled in with something ordinary. */
export type NewAutomation = {
  readonly id?: string;
  readonly name?: string;
  readonly by?: string;
  readonly ancestors?: readonly string[];
  readonly definition?: Body;
};

/** Changes limits as the operator, by their names on the wire. */
export async function setLimits(app: RunningApp, limits: Body): Promise<void> {
  await app.call('PATCH', '/governance/limits', { as: 'operator', body: limits });
}

/** Creates an active automation, and answers its id. */
export async function createAutomation(app: RunningApp, given: NewAutomation): Promise<string> {
  const { id, by, name = `Work of ${by}`, ancestors = [], definition } = given;
  const { automation } = await app.call('POST', '/automations/v2', {
    ...(by === undefined ? { as: 'operator' } : { agent: by }),
    ancestors,
    body: {
      ...(id !== undefined && { automation_id: id }),
      name,
      status: 'active',
      schedule: { type: 'cron', expression: '0 6 * * 1-5', timezone: 'Europe/Berlin' },
      agents: [],
      flow: { nodes: [] },
      ...definition,
    },
  });
  return (automation as { readonly automation_id: string }).automation_id;
}

/** Starts a run as the engine, reports it running with a session and, where it is known, what it cost. Answers its id. */
export async function startRun(app: RunningApp, automationId: string, usd?: number): Promise<string> {
  const path = `/automations/v2/${encodeURIComponent(automationId)}/run_now`;
  const { run } = await app.call('POST', path, { body: { trigger_type: 'schedule' } });
  const { run_id: runId } = run as { readonly run_id: string };
  await reportRun(app, runId, { status: 'running', active_session_ids: [`session of ${runId}`] });
  if (usd !== undefined) await spendInRun(app, runId, usd);
  return runId;
}

/** Reports how a run goes, as the engine. */
export async function reportRun(app: RunningApp, runId: string, body: Body): Promise<void> {
  await app.call('PATCH', `/automations/v2/runs/${runId}`, { body });
}

/** Reports what a run cost, in dollars, as the engine. */
export async function spendInRun(app: RunningApp, runId: string, usd: number): Promise<void> {
  const body = { prompt_tokens: 1_000, completion_tokens: 200, cost_usd: usd };
  await app.call('POST', `/automations/v2/runs/${runId}/spend`, { body });
}

/** The status of a run. */
export async function runStatus(app: RunningApp, runId: string): Promise<string> {
  const body = await app.call('GET', `/automations/v2/runs/${runId}`);
  return (body['run'] as { readonly status: string }).status;
}

/** The ids of the agents that are paused, in order. */
export async function pausedAgents(app: RunningApp): Promise<readonly string[]> {
  const body = await app.call('GET', '/governance/agents');
  const agents = body['agents'] as readonly { readonly agent_id: string; readonly paused: boolean }[];
  return agents.flatMap(({ agent_id, paused }) => (paused ? [agent_id] : [])).sort();
}
