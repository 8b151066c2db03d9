import type { RunningApp } from '../running-app';

type Body = Readonly<Record<string, unknown>>;

/** Calls the API and answers the body; another answer than 200 fails the test. */
async function send(
  app: RunningApp,
  method: string,
  path: string,
  options: {
    readonly body?: Body;
    readonly agent?: string;
    readonly ancestors?: string;
    readonly isOperator?: boolean;
  },
): Promise<Body> {
  const { body, agent, ancestors, isOperator = false } = options;
  const answer = await app.api(method, path, {
    as: isOperator ? 'operator' : 'engine',
    ...(body !== undefined && { body }),
    ...(agent !== undefined && { agent }),
    headers: {
      'x-tandem-request-source': 'scheduler',
      ...(ancestors !== undefined && { 'x-tandem-agent-ancestor-ids': ancestors }),
    },
  });
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** An automation that an agent creates. */
export type FilledAutomation = {
  readonly id: string;
  readonly name: string;
  readonly by?: string;
  readonly ancestors?: string;
  readonly definition?: Body;
};

/** Creates an automation as an agent, or as the operator where no agent is named. */
export async function createAutomation(app: RunningApp, { id, name, by, ancestors, definition }: FilledAutomation) {
  await send(app, 'POST', '/automations/v2', {
    body: {
      automation_id: id,
      name,
      status: 'active',
      schedule: { type: 'cron', expression: '0 6 * * 1-5', timezone: 'Europe/Berlin' },
      agents: [],
      flow: { nodes: [] },
      ...definition,
    },
    ...(by === undefined ? { isOperator: true } : { agent: by }),
    ...(ancestors !== undefined && { ancestors }),
  });
}

/** How a run goes: what its engine reports. */
export type FilledRun = {
  readonly status: 'running' | 'completed' | 'failed' | 'blocked';
  readonly costUsd?: number;
  readonly outputs?: Body;
  readonly detail?: string;
};

/** Starts a run of an automation and reports how it goes, as an engine does. Answers its id. */
export async function runAutomation(app: RunningApp, automationId: string, run: FilledRun): Promise<string> {
  const started = await send(app, 'POST', `/automations/v2/${automationId}/run_now`, {
    body: { trigger_type: 'schedule' },
  });
  const { run_id: runId } = started['run'] as { readonly run_id: string };
  const path = `/automations/v2/runs/${runId}`;
  await send(app, 'PATCH', path, {
    body: { status: 'running', active_session_ids: [`session-of-${runId.slice(4, 12)}`] },
  });
  if (run.costUsd !== undefined) {
    await send(app, 'POST', `${path}/spend`, {
      body: { prompt_tokens: 18_400, completion_tokens: 2_150, cost_usd: run.costUsd },
    });
  }
  if (run.status !== 'running') {
    await send(app, 'PATCH', path, {
      body: {
        status: run.status,
        ...(run.outputs !== undefined && { node_outputs: run.outputs }),
        ...(run.detail !== undefined && { detail: run.detail }),
      },
    });
  }
  return runId;
}

/** Sets limits as the operator does over the API. */
export async function setLimits(app: RunningApp, body: Body): Promise<void> {
  await send(app, 'PATCH', '/governance/limits', { isOperator: true, body });
}

const report = {
  description: 'Reads the open pull requests every working day and writes a summary for the team channel.',
  agents: [
    { agent_id: 'scout', display_name: 'Scout', mcp_policy: { allowed_servers: ['github', 'slack'] } },
    { agent_id: 'press-writer', display_name: 'Press writer' },
  ],
  flow: {
    nodes: [
      { node_id: 'collect', agent_id: 'scout', objective: 'Collect the open pull requests with their reviews.' },
      {
        node_id: 'write',
        agent_id: 'press-writer',
        objective: 'Write five sentences a busy person wants to read.',
        depends_on: ['collect'],
      },
    ],
  },
};

/**
 * A desk of automations as they are after some weeks: fine ones, one that fails, one to look at, ones that end, one that is
 * retired and one that is deleted. All by the API, with what the operator did.
 */
export async function fillAutomations(app: RunningApp): Promise<void> {
  await setLimits(app, { per_agent_daily_creation_limit: 100, per_agent_creation_review_threshold: 0 });
  await createAutomation(app, {
    id: 'pr-digest',
    name: 'Pull request digest',
    by: 'scout',
    ancestors: 'planner,researcher',
    definition: report,
  });
  await createAutomation(app, { id: 'nightly-backup', name: 'Nightly backup check' });
  await createAutomation(app, { id: 'flaky-crawl', name: 'Docs crawler', by: 'crawler', ancestors: 'planner' });
  await createAutomation(app, { id: 'invoice-match', name: 'Match invoices with orders', by: 'ledger' });
  await createAutomation(app, { id: 'release-notes', name: 'Release notes draft', by: 'press-writer' });
  await createAutomation(app, { id: 'disk-sweep', name: 'Sweep old build artefacts', by: 'scout' });
  await createAutomation(app, { id: 'old-report', name: 'Quarterly report, old form', by: 'ledger' });
  await createAutomation(app, { id: 'inbox-triage', name: 'Inbox triage', by: 'tidy' });
  const outputs = { collect: { open: 7, stale: ['#412', '#398'] }, write: 'Seven are open, two are stale.' };
  await runAutomation(app, 'pr-digest', { status: 'completed', costUsd: 0.184, outputs });
  await runAutomation(app, 'pr-digest', { status: 'completed', costUsd: 0.212, outputs });
  await runAutomation(app, 'pr-digest', {
    status: 'failed',
    costUsd: 0.041,
    detail: 'GitHub answered 503 three times.',
  });
  await runAutomation(app, 'pr-digest', { status: 'completed', outputs });
  await runAutomation(app, 'pr-digest', { status: 'running', costUsd: 0.02 });
  await runAutomation(app, 'nightly-backup', { status: 'completed', outputs: { check: 'fine' } });
  for (const status of ['failed', 'failed', 'blocked', 'failed', 'failed'] as const) {
    await runAutomation(app, 'flaky-crawl', { status, costUsd: 0.3, detail: 'The site refused the crawler.' });
  }
  await runAutomation(app, 'invoice-match', { status: 'completed', costUsd: 0.09 });
  await send(app, 'POST', '/automations/v2/release-notes/extend', {
    isOperator: true,
    body: { expires_at_ms: Date.now() + 3 * 86_400_000 },
  });
  await send(app, 'POST', '/automations/v2/old-report/retire', {
    isOperator: true,
    body: { reason: 'The new form has been in use since October.' },
  });
  await send(app, 'DELETE', '/automations/v2/inbox-triage', { isOperator: true });
  await send(app, 'POST', '/automations/v2/pr-digest/grants', {
    isOperator: true,
    body: { granted_to_agent_id: 'press-writer', reason: 'It keeps the wording of the summary up to date.' },
  });
  // Extended so shortly that it is over by now.
  await send(app, 'POST', '/automations/v2/disk-sweep/extend', {
    isOperator: true,
    body: { expires_at_ms: Date.now() + 300 },
  });
  await send(app, 'POST', '/governance/health_check', { isOperator: true });
}

/** Many automations, for what happens to lists. */
export async function fillManyAutomations(app: RunningApp, count: number): Promise<void> {
  await setLimits(app, {
    per_agent_daily_creation_limit: 10_000,
    per_agent_creation_review_threshold: 0,
    active_agent_automation_cap: 10_000,
  });
  for (let index = 1; index <= count; index += 1) {
    const number = String(index).padStart(4, '0');
    await createAutomation(app, { id: `job-${number}`, name: `Job ${number}`, by: `worker-${index % 25}` });
  }
}
