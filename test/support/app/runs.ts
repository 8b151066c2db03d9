import type { RunningApp } from '../running-app';
import type { Answer } from './client';

/** The body of an answer that must be 200. */
async function answered(asked: Promise<Answer>): Promise<Answer['body']> {
  const { status, body } = await asked;
  if (status !== 200) throw new Error(`the API answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** Changes limits as the operator, by their names on the wire. */
export async function setAppLimits(app: RunningApp, limits: Readonly<Record<string, unknown>>): Promise<void> {
  await answered(app.api('PATCH', '/governance/limits', { as: 'operator', body: limits }));
}

/** Creates an active automation as an agent, and answers its id. */
export async function createAppAutomation(app: RunningApp, agent: string, name: string): Promise<string> {
  const automation = { name, status: 'active', schedule: { type: 'manual' }, agents: [], flow: { nodes: [] } };
  const body = await answered(app.api('POST', '/automations/v2', { agent, body: automation }));
  return (body['automation'] as { readonly automation_id: string }).automation_id;
}

/** Starts a run as the engine, reports it running with a session, and answers its id. */
export async function startAppRun(app: RunningApp, automationId: string): Promise<string> {
  const body = await answered(
    app.api('POST', `/automations/v2/${automationId}/run_now`, { body: { trigger_type: 'manual' } }),
  );
  const { run_id } = body['run'] as { readonly run_id: string };
  await answered(
    app.api('PATCH', `/automations/v2/runs/${run_id}`, {
      body: { status: 'running', active_session_ids: [`session of ${run_id}`] },
    }),
  );
  return run_id;
}

/** Reports what a run cost, in dollars, as the engine. */
export async function spendInApp(app: RunningApp, runId: string, usd: number): Promise<void> {
  const usage = { prompt_tokens: 100, completion_tokens: 50, cost_usd: usd };
  await answered(app.api('POST', `/automations/v2/runs/${runId}/spend`, { body: usage }));
}

/** Ends a run as failed, as the engine. */
export async function failAppRun(app: RunningApp, runId: string): Promise<void> {
  await answered(app.api('PATCH', `/automations/v2/runs/${runId}`, { body: { status: 'failed' } }));
}

/** The status of a run. */
export async function appRunStatus(app: RunningApp, runId: string): Promise<string> {
  const body = await answered(app.api('GET', `/automations/v2/runs/${runId}`));
  return (body['run'] as { readonly status: string }).status;
}

/** The ids of the agents that are paused, in order. */
export async function pausedAgents(app: RunningApp): Promise<readonly string[]> {
  const body = await answered(app.api('GET', '/governance/agents'));
  const agents = body['agents'] as readonly { readonly agent_id: string; readonly paused: boolean }[];
  return agents.flatMap(({ agent_id, paused }) => (paused ? [agent_id] : [])).sort();
}

/** An event as an engine reads it from the stream. */
export type AppEvent = { readonly event: string; readonly payload: Readonly<Record<string, unknown>> };

/** The stream of events as the engine reads it; `close` ends it. */
export async function streamOf(app: RunningApp, engineToken: string) {
  const leaving = new AbortController();
  const response = await fetch(`${app.url()}/governance/events`, {
    headers: { authorization: `Bearer ${engineToken}` },
    signal: leaving.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const waiting: AppEvent[] = [];
  return {
    /** Waits for the next event of this name. */
    async next(name: string): Promise<AppEvent> {
      for (;;) {
        for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
          if (event.event === name) return event;
        }
        const part = await reader?.read();
        if (part === undefined || part.done) throw new Error('the stream ended');
        text += part.value;
        const frames = text.split('\n\n');
        text = frames.pop() ?? '';
        for (const frame of frames.filter((lines) => lines.startsWith('id: '))) {
          const [, event = '', data = '{}'] = frame.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
          waiting.push({ event, payload: (JSON.parse(data) as { payload: AppEvent['payload'] }).payload });
        }
      }
    },
    close: () => leaving.abort(),
  };
}
