import type { RunningApp } from '../running-app';
import type { Answer } from './client';
import { createAutomation, reportRun, setLimits, startRun } from './runs';

/** How a run goes: what its engine reports. */
export type FilledRun = {
  readonly status: 'running' | 'completed' | 'failed' | 'blocked';
  readonly costUsd?: number;
  readonly outputs?: Answer['body'];
  readonly detail?: string;
};

/** Starts a run of an automation and reports how it goes, as an engine does. Answers its id. */
export async function runAutomation(app: RunningApp, automationId: string, run: FilledRun): Promise<string> {
  const { status, costUsd, outputs, detail } = run;
  const runId = await startRun(app, automationId, costUsd);
  if (status !== 'running') {
    const said = { ...(outputs !== undefined && { node_outputs: outputs }), ...(detail !== undefined && { detail }) };
    await reportRun(app, runId, { status, ...said });
  }
  return runId;
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
  const asOperator = (method: string, path: string, body?: object) =>
    app.call(method, path, { as: 'operator', ...(body !== undefined && { body }) });
  await setLimits(app, { per_agent_daily_creation_limit: 100, per_agent_creation_review_threshold: 0 });
  await createAutomation(app, {
    id: 'pr-digest',
    name: 'Pull request digest',
    by: 'scout',
    ancestors: ['planner', 'researcher'],
    definition: report,
  });
  await createAutomation(app, { id: 'nightly-backup', name: 'Nightly backup check' });
  await createAutomation(app, { id: 'flaky-crawl', name: 'Docs crawler', by: 'crawler', ancestors: ['planner'] });
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
  await asOperator('POST', '/automations/v2/release-notes/extend', { expires_at_ms: Date.now() + 3 * 86_400_000 });
  await asOperator('POST', '/automations/v2/old-report/retire', {
    reason: 'The new form has been in use since October.',
  });
  await asOperator('DELETE', '/automations/v2/inbox-triage');
  await asOperator('POST', '/automations/v2/pr-digest/grants', {
    granted_to_agent_id: 'press-writer',
    reason: 'It keeps the wording of the summary up to date.',
  });
  // Extended so shortly that it is over by now.
  await asOperator('POST', '/automations/v2/disk-sweep/extend', { expires_at_ms: Date.now() + 300 });
  await asOperator('POST', '/governance/health_check');
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
