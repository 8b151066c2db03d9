import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Era, mcpHeaders } from '../support/mcp-client';
import { OPERATOR_TOKEN } from '../support/world';

/** What was answered to each call, by what was called, in order. */
export type McpAnswers = Readonly<Record<string, unknown>>;

type Input = Readonly<Record<string, unknown>>;

/** The calls of one client: each is kept as the server wrote it, and answers what the tool said. */
type Caller = (tool: string, input?: Input) => Promise<Readonly<Record<string, Record<string, unknown> | undefined>>>;

/** Of what 0.1.0 left: what waits, what is decided, and what runs. */
const known = {
  approved: 'apr_01a2236a13987794816a09cc6bcccfa3',
  post: 'apr_01a2236a138a703faa7bce44b9b25f2a',
  capability: 'apr_01a2236a12b87381850f0d1bf732b959',
  translation: 'apr_01a2236a12a27396b3f083865a056901',
  quota: 'apr_01a2236a1108706398b7957e3236a395',
  edit: 'apr_01a2236a124b709b8d50e8268f7f3337',
  pausedRun: 'run-01a2236a-10fc-70a8-9abe-249d5ac76c8d',
  endedRun: 'run-01a2236a-10c1-72b3-b644-63b484d89b4b',
} as const;

const agents = ['probe', 'builder', 'translator', 'scout', 'planner', 'crawler', 'ledger', 'tidy', 'leaf', 'newcomer'];
const requestTypes = [
  ...['tool_call', 'external_post', 'capability_request', 'elevated_capability', 'quota_override', 'depth_override'],
  ...['lifecycle_review', 'retirement_action'],
];
const tokens = { prompt_tokens: 100, completion_tokens: 20 };
const automations = ['leafs', 'archive', 'link-check', 'pr-review', 'invoice-match', 'docs-crawl', 'nowhere'];

/**
 * Calls every tool of 0.1.0 on what it left: as agents of every standing, with what is right, wrong and not theirs, and as the
 * operator, whom it refuses.
 */
export async function callEveryTool(url: string, era: Era, agentToken: string): Promise<McpAnswers> {
  const answers: Record<string, unknown> = {};
  const as = (agent: string, token?: string) => connect(url, { era, agent, token, answers });

  await as('scout', OPERATOR_TOKEN);
  for (const agent of agents) {
    const call = await as(agent);
    await call('my_allowance');
    await call('list_my_automations');
    for (const id of [known.approved, known.post, known.quota]) {
      await call('wait_for_approval', { approval_id: id, wait_ms: 0 });
    }
  }

  const newcomer = await as('newcomer');
  await newcomer('approve_approval', { approval_id: known.post });
  await newcomer('my_allowance', { agent_id: 'probe' });
  await readAndPage(await as('scout'));
  await askAndWait(await as('probe'), newcomer);
  await runWhatIsThere(await as('crawler'), await as('ledger'), await as('tidy'));
  await createAndRun(await as('planner'), newcomer);
  await actOfAToken(await as('probe', agentToken), await as('probe/reviewer', agentToken));
  return answers;
}

async function readAndPage(call: Caller): Promise<void> {
  const first = await call('list_my_automations', { limit: 1 });
  await call('list_my_automations', { limit: 1, cursor: first['next_cursor'] });
  await call('list_my_automations', { limit: 0 });
  await call('list_my_automations', { cursor: 'made up' });
}

async function askAndWait(call: Caller, stranger: Caller): Promise<void> {
  for (const request_type of requestTypes) {
    const target_resource = { type: request_type === 'tool_call' ? 'tool' : 'agent', id: 'probe' };
    const question = { request_type, target_resource, rationale: `Because of ${request_type}.` };
    const asked = await call('request_approval', question);
    await call('request_approval', question);
    const approval_id = asked['approval']?.['approval_id'];
    await stranger('cancel_approval', { approval_id, reason: 'not mine' });
    await call('wait_for_approval', { approval_id, wait_ms: 0 });
    await call('cancel_approval', { approval_id, reason: 'over' });
    await call('cancel_approval', { approval_id });
    await call('wait_for_approval', { approval_id, wait_ms: 0 });
  }
  const question = {
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'Bash' },
    rationale: 'Tests pass.',
  };
  await call('request_approval', { ...question, action: { command: 'ls src' }, context: { why: 'a look' } });
  await call('request_approval', { ...question, waiting_until_ms: 1, expires_at_ms: 1 });
  await call('request_approval', { ...question, request_type: 'nothing' });
  await call('request_approval', { ...question, action: 'ls' });
  await call('request_approval', { ...question, rationale: '' });
  await call('request_approval', { ...question, more: true });
  await call('request_approval');
  await call('wait_for_approval', { approval_id: known.approved, action: { command: 'git push --force' } });
  await call('wait_for_approval', { approval_id: known.approved, action: { command: 'git push' } });
  await call('wait_for_approval', { approval_id: known.approved, action: { command: 'git push' } });
  await call('wait_for_approval', { approval_id: 'apr_none', wait_ms: 0 });
  await call('wait_for_approval', { approval_id: known.post, wait_ms: 45_001 });
  await call('cancel_approval', { approval_id: known.approved });
  await call('cancel_approval', { approval_id: 'apr_none' });
  await stranger('wait_for_approval', { approval_id: known.edit, wait_ms: 0 });
  await stranger('cancel_approval', { approval_id: known.translation });
}

async function createAndRun(call: Caller, stranger: Caller): Promise<void> {
  await call('create_automation', { name: 'Nothing but a name' });
  await call('create_automation', { automation_id: 'link-check', name: 'There already' });
  await call('create_automation', { automation_id: 'no spaces', name: '' });
  await call('create_automation', { name: 'A helper', capabilities: { creates_agents: true } });
  await call('create_automation', {
    automation_id: 'whole',
    name: 'With everything',
    description: 'What it does.',
    status: 'active',
    schedule: { type: 'manual' },
    agents: [{ agent_id: 'planner', mcp_policy: { allowed_servers: ['github'] } }],
    flow: { nodes: [{ node_id: 'a', agent_id: 'planner', objective: 'Look.', depends_on: [] }] },
    execution: { max: 1 },
    output_targets: { file: 'out.md' },
    workspace_root: '/srv/shop',
    metadata: { a: [1, { b: null }] },
    capabilities: {},
  });
  await call('start_run', { automation_id: 'whole', dry_run: true });
  const begun = await call('start_run', { automation_id: 'whole' });
  const run_id = begun['run']?.['run_id'];
  await call('reserve_spend', { run_id, usage_id: 'one', cost_usd: 0.5 });
  await call('reserve_spend', { run_id, usage_id: 'much', cost_usd: 500 });
  await call('reserve_spend', { run_id, usage_id: 'less', cost_usd: -1 });
  const report = { run_id, usage_id: 'one', prompt_tokens: 1200, completion_tokens: 300, cost_usd: 0.25 };
  await call('report_spend', report);
  await call('report_spend', report);
  await call('report_spend', { run_id, usage_id: 'two' });
  await call('report_spend', { run_id, usage_id: 'near', ...tokens, cost_usd: 1 });
  await stranger('report_spend', { run_id, usage_id: 'theirs', ...tokens, cost_usd: 1 });
  await stranger('finish_run', { run_id, status: 'completed' });
  await call('finish_run', { run_id, status: 'running' });
  await call('finish_run', {
    run_id,
    status: 'completed',
    detail: 'All links hold.',
    node_outputs: { a: { ok: true } },
  });
  await call('finish_run', { run_id, status: 'failed' });
  await call('report_spend', { run_id, usage_id: 'late', ...tokens, cost_usd: 1 });
  const again = await call('start_run', { automation_id: 'whole' });
  await call('report_spend', { run_id: again['run']?.['run_id'], usage_id: 'cap', ...tokens, cost_usd: 9 });
  await call('finish_run', { run_id: again['run']?.['run_id'], status: 'failed', detail: 'Over the cap.' });
  await call('start_run', { automation_id: 'whole' });
  await call('my_allowance');
  await call('list_my_automations');
}

async function runWhatIsThere(crawler: Caller, ledger: Caller, tidy: Caller): Promise<void> {
  for (const call of [crawler, ledger, tidy]) {
    for (const automation_id of automations) await call('start_run', { automation_id, dry_run: true });
    for (const run_id of [known.pausedRun, known.endedRun, 'run-none']) {
      await call('reserve_spend', { run_id, usage_id: 'u', cost_usd: 0.01 });
      await call('report_spend', { run_id, usage_id: 'u', ...tokens, cost_usd: 0.01 });
      await call('finish_run', { run_id, status: 'cancelled', stop_reason: 'given up' });
    }
    await call('create_automation', { name: 'One more' });
  }
  const begun = await crawler('start_run', { automation_id: 'link-check', trigger_type: 'schedule' });
  await crawler('finish_run', { run_id: begun['run']?.['run_id'], status: 'blocked', stop_reason: 'no network' });
}

async function actOfAToken(own: Caller, subAgent: Caller): Promise<void> {
  for (const call of [own, subAgent]) {
    await call('my_allowance');
    await call('list_my_automations');
    await call('create_automation', { name: 'By a token of its own' });
    await call('request_approval', {
      request_type: 'tool_call',
      target_resource: { type: 'tool', id: 'Bash' },
      rationale: 'By a token of its own.',
      action: { command: 'git push' },
    });
  }
}

type Connecting = {
  readonly era: Era;
  readonly agent: string;
  readonly token: string | undefined;
  readonly answers: Record<string, unknown>;
};

/** Connects a client, which keeps what it is told as it was written; what a tool answered is a result or a refusal. */
async function connect(url: string, { era, agent, token, answers }: Connecting): Promise<Caller> {
  let written: unknown[] = [];
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', url), {
    requestInit: { headers: mcpHeaders({ agent, ...(token !== undefined && { token }) }) },
    async fetch(address, init) {
      const response = await fetch(address, init);
      const text = init?.method === 'POST' ? await response.clone().text() : '';
      if (text !== '') written.push({ status: response.status, body: bodyOf(text) });
      return response;
    },
  });
  const client = new Client(
    { name: 'gatehouse-tests', version: '0' },
    era === '2025' ? {} : { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const who = `${agent}${token === undefined ? '' : token === OPERATOR_TOKEN ? ' (operator)' : ' (own token)'}`;
  const keep = (what: string) => {
    answers[`${Object.keys(answers).length + 1} ${who}: ${what}`] = written;
    written = [];
  };
  const isConnected = await client.connect(transport).then(
    () => true,
    () => false,
  );
  keep('connects');
  if (!isConnected) return () => Promise.resolve({});
  if (agent === 'probe') {
    await client.listTools();
    keep('lists the tools');
  }
  return async (tool, input = {}) => {
    const answer = await client.callTool({ name: tool, arguments: { ...input } }).catch(() => undefined);
    keep(`${tool} ${JSON.stringify(input)}`);
    return (answer?.structuredContent ?? {}) as Awaited<ReturnType<Caller>>;
  };
}

/** The JSON of an answer, or of the one event that it is written as. */
function bodyOf(text: string): unknown {
  const data = /^data: (?<json>.+)$/m.exec(text)?.groups?.['json'] ?? text;
  return JSON.parse(data);
}
