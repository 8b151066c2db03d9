import { describe, expect, test } from 'vitest';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { eventNamesAfter } from '../../support/audit';
import { setLimits } from '../../support/automations';
import { insertAgent, insertApproval } from '../../support/governed';
import { connectMcp, eras, type McpTestClient } from '../../support/mcp-client';
import { putAutomation } from '../../support/runs';
import { agent, createWorld, operator, type World } from '../../support/world';

async function connected(connection: Parameters<typeof connectMcp>[1] = {}, world = createWorld()) {
  const api = await world.startApi();
  return { world, api, ...(await connectMcp(api.url, connection)) };
}

const act = { command: 'git push' };
const question = {
  request_type: 'tool_call',
  target_resource: { type: 'tool', id: 'Bash' },
  rationale: 'The tests pass.',
  context: { why: 'tests' },
  action: act,
};

describe.each(eras)('with a client of %s', (era) => {
  test('the tools are those of the specification, none of them decides, and each says what its fields are [api-3.tools, api-3.none-decides]', async () => {
    const { client } = await connected({ era });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'request_approval',
      'wait_for_approval',
      'cancel_approval',
      'my_allowance',
      'create_automation',
      'start_run',
      'reserve_spend',
      'report_spend',
      'finish_run',
      'list_my_automations',
    ]);
    for (const { name, description, inputSchema } of tools) {
      expect(description, name).toMatch(/^[A-Z].{60,}\.$/s);
      for (const [field, schema] of Object.entries(inputSchema.properties ?? {})) {
        // What has no type of its own, not every model provider understands.
        expect(schema, `${name}.${field}`).toMatchObject({
          type: expect.stringMatching(/^(string|number|integer|boolean|object|array)$/) as unknown,
          description: expect.stringMatching(/.{10,}/) as unknown,
        });
      }
    }
    expect(client.getServerCapabilities()).toEqual({ tools: { listChanged: false } });
    expect(client.getInstructions()).toContain('request_approval');
  });

  test('an agent asks, hears the decision and uses it once, for this act [api-3.request]', async () => {
    const { world, tool } = await connected({ era });
    const asked = await tool('request_approval', question);
    expect(asked).toMatchObject({
      isError: false,
      data: { approval: { status: 'pending', request_type: 'tool_call' } },
    });
    expect(asked.data.approval).not.toHaveProperty('context');
    const { approval_id } = asked.data.approval as { approval_id: string };
    expect((await tool('request_approval', question)).data.approval.approval_id).toBe(approval_id);

    const waiting = tool('wait_for_approval', { approval_id });
    await expect.poll(world.waitingCount).toBe(1);
    await world.execute(operator, 'approval.approve', { approvalId: approval_id, notes: 'main only' });
    const heard = await waiting;
    expect(heard).toMatchObject({ isError: false, data: { approval: { status: 'approved' } } });
    expect(heard.text).toMatch(
      /^The operator approved this\. The operator says: main only Before you act, call wait_for/,
    );
    expect(heard.data.approval).not.toHaveProperty('consumed_at_ms');

    const other = await tool('wait_for_approval', { approval_id, action: { command: 'git push --force' } });
    expect(other).toMatchObject({ isError: true, data: { code: 'GOVERNANCE_ACTION_MISMATCH' } });
    const used = await tool('wait_for_approval', { approval_id, action: act });
    expect(used).toMatchObject({
      isError: false,
      data: { approval: { status: 'approved', guidance: { can_ask_again: false } } },
    });
    expect(used.data.approval.consumed_at_ms).toBe(world.clock.at);
    expect(used.text).toContain('do it now, exactly once');
    const again = await tool('wait_for_approval', { approval_id, action: act });
    expect(again).toMatchObject({ isError: true, data: { code: 'GOVERNANCE_APPROVAL_CONSUMED' } });
    expect(eventNamesAfter(world).filter((name) => name.startsWith('approval.'))).toEqual([
      'approval.requested',
      'approval.approved',
      'approval.consumed',
    ]);
  });

  test('an automation is created, run, paid for and finished, and the desk sees that it came over MCP', async () => {
    const { world, tool } = await connected({ era });
    setLimits(world, { weeklySpendCapNanos: nanosOfUsd(10) });
    const created = await tool('create_automation', {
      name: 'Nightly',
      agents: [{ agentId: 'scout', mcpPolicy: { allowedServers: ['files'] } }],
      flow: { nodes: [] },
      ours: 'kept',
    });
    expect(created.data.automation).toMatchObject({
      creator_id: 'scout',
      ours: 'kept',
      agents: [{ agent_id: 'scout', mcp_policy: { allowed_servers: ['files'] } }],
    });
    const { automation_id } = created.data.automation as { automation_id: string };
    expect(world.store.read.records.find(automation_id)?.provenance).toMatchObject({
      creator: { kind: 'agent', actorId: 'scout' },
      requestSource: 'mcp',
    });
    const listed = await tool('list_my_automations', { limit: 5 });
    expect(listed.data).toMatchObject({ count: 1, automations: [{ automation_id, name: 'Nightly', status: 'draft' }] });

    expect((await tool('start_run', { automation_id, dry_run: true })).data).toMatchObject({ dry_run: true });
    const started = await tool('start_run', { automation_id });
    expect(started.data.run).toMatchObject({ status: 'running', trigger_type: 'mcp' });
    const { run_id } = started.data.run as { run_id: string };
    expect((await tool('reserve_spend', { run_id, usage_id: 'u', cost_usd: 2 })).data).toEqual({
      reserved_usd: 2,
      left_usd: { scout: 8 },
    });
    const paid = await tool('report_spend', {
      run_id,
      usage_id: 'u',
      prompt_tokens: 10,
      completion_tokens: 5,
      cost_usd: 1.5,
    });
    expect(paid.data).toMatchObject({ run: { cost_usd: 1.5, total_tokens: 15 }, warnings: [], hard_stops: [] });
    const finished = await tool('finish_run', { run_id, status: 'completed', node_outputs: { n: { ok: true } } });
    expect(finished.data.run).toMatchObject({ status: 'completed', cost_usd: 1.5 });
    expect(world.store.read.runs.find(run_id)?.checkpoint.nodeOutputs).toEqual({ n: { ok: true } });
    expect((await tool('my_allowance')).data).toMatchObject({ agent_id: 'scout', can_create: true });
  });

  test.each([
    ['request_approval', { ...question, request_type: 'wish' }, 'request_type', 'VALIDATION_FAILED'],
    ['request_approval', { ...question, rationale: ' ' }, 'rationale', 'VALIDATION_FAILED'],
    ['request_approval', { ...question, target_resource: { type: 'tool' } }, 'target_resource.id', 'VALIDATION_FAILED'],
    ['request_approval', { ...question, action: '{"command":"ls"}' }, 'action', 'VALIDATION_FAILED'],
    ['request_approval', { ...question, urgent: true }, 'urgent', 'VALIDATION_FAILED'],
    ['request_approval', { ...question, expires_at_ms: 1 }, 'expires_at_ms', 'VALIDATION_FAILED'],
    ['wait_for_approval', { approval_id: 'x', wait_ms: 45_001 }, 'wait_ms', 'VALIDATION_FAILED'],
    ['cancel_approval', {}, 'approval_id', 'VALIDATION_FAILED'],
    ['create_automation', { name: 'N', agents: [{}] }, 'agents[0].agent_id', 'VALIDATION_FAILED'],
    ['reserve_spend', { run_id: 'r', usage_id: 'u', cost_usd: -1 }, 'cost_usd', 'GOVERNANCE_SPEND_INVALID'],
    ['finish_run', { run_id: 'r', status: 'running' }, 'status', 'VALIDATION_FAILED'],
  ])('%s with a wrong input is a result that names the field: %j', async (name, input, field, code) => {
    const { world, tool } = await connected({ era });
    const before = world.store.read.audit.headSeq();
    const answer = await tool(name, input);
    expect(answer).toMatchObject({ isError: true, data: { code } });
    expect(answer.data.issues.map(({ path }: { path: string }) => path)).toEqual([field]);
    expect(answer.text).toContain(`- ${field}: `);
    expect(world.store.read.audit.headSeq()).toBe(before);
  });
});

test.each([70, 3_900])('JSON that nests %i deep is refused, not followed', async (depth) => {
  const { tool, world } = await connected();
  const deep = JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
  await expect(tool('request_approval', { ...question, context: deep })).rejects.toMatchObject({ status: 400 });
  expect(world.logger.errors).toEqual([]);
});

test('a question that is withdrawn leaves the queue', async () => {
  const { world, tool } = await connected();
  const { approval_id } = (await tool('request_approval', question)).data.approval as { approval_id: string };
  const cancelled = await tool('cancel_approval', { approval_id, reason: 'not needed' });
  expect(cancelled.data.approval).toMatchObject({ status: 'cancelled', cancel_reason: 'not needed' });
  expect(world.store.read.approvals.waitingCount()).toBe(0);
});

test('a standing rule answers over MCP too: approved by its id, used once like any other, and counted', async () => {
  const { world, tool } = await connected();
  const harmless = { ...question, action: { command: 'npm test' } };
  const { approval_id: approvalId } = (await tool('request_approval', harmless)).data.approval as {
    approval_id: string;
  };
  const rule = { pattern: { kind: 'exact' }, duration: 'hour' } as const;
  const approved = await world.execute(operator, 'approval.approve', { approvalId, rule });
  const ruleId = approved.ok ? approved.value.toolRule?.ruleId : undefined;
  expect(ruleId).toBeDefined();
  await tool('wait_for_approval', { approval_id: approvalId, action: harmless.action });

  const again = await tool('request_approval', harmless);
  expect(again).toMatchObject({ isError: false, data: { approval: { status: 'approved', tool_rule_id: ruleId } } });
  const used = { approval_id: again.data.approval.approval_id as string, action: harmless.action };
  expect((await tool('wait_for_approval', used)).data.approval.consumed_at_ms).toBe(world.clock.at);
  expect(world.query(operator, 'toolRules.list', {})).toMatchObject({
    value: { toolRules: [{ ruleId, useCount: 1 }] },
  });

  const other = await tool('request_approval', { ...harmless, action: { command: 'npm test -- --watch' } });
  expect(other.data.approval.status).toBe('pending');
});

test('an engine that names no agent has no allowance of its own, and hears why', async () => {
  const { tool } = await connected({ agent: undefined });
  const answer = await tool('my_allowance');
  expect(answer).toMatchObject({ isError: true, data: { code: 'AUTOMATION_V2_AGENT_ID_REQUIRED' } });
});

test('what another agent asked, made or runs does not exist, or cannot be touched', async () => {
  const world = createWorld();
  const approval_id = insertApproval(world, { requestedBy: { kind: 'agent', actorId: 'other' } });
  const automation_id = putAutomation(world, { creator: { kind: 'agent', actorId: 'other' } });
  const { tool } = await connected({}, world);
  const codeOf = async (name: string, input: object) => (await tool(name, { ...input })).data.code as string;
  expect(await codeOf('wait_for_approval', { approval_id })).toBe('GOVERNANCE_APPROVAL_NOT_FOUND');
  expect(await codeOf('cancel_approval', { approval_id })).toBe('GOVERNANCE_APPROVAL_NOT_FOUND');
  expect((await tool('list_my_automations')).data.count).toBe(0);
  const denied = await tool('start_run', { automation_id });
  expect(denied).toMatchObject({ isError: true, data: { code: 'AUTOMATION_V2_MODIFY_FORBIDDEN' } });
  expect(denied.text).toContain('No approval lifts this. The operator can grant');
});

/** Does what a refusal says would lift it, and has the operator approve it. */
async function lift(
  world: World,
  { tool }: McpTestClient,
  refused: Awaited<ReturnType<McpTestClient['tool']>>,
  how: object,
) {
  const offers = refused.data.lifted_by.approvals as readonly Record<string, Record<string, unknown>>[];
  for (const [name, input] of offers.flatMap((offer) => Object.entries(offer))) {
    expect(refused.text).toContain(`Call ${name} with ${JSON.stringify(input)}.`);
    const { data } = await tool(name, name === 'wait_for_approval' ? { ...input, wait_ms: 0 } : input);
    const approved = await world.execute(operator, 'approval.approve', {
      approvalId: data.approval.approval_id,
      ...how,
    });
    expect(approved.ok).toBe(true);
  }
  return offers.map((offer) => Object.keys(offer)[0]);
}

describe('a refusal says what stopped the model and what would lift it, and that lifts it', () => {
  const create = { name: 'N', capabilities: {} };
  const cases = [
    {
      code: 'AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN',
      call: ['create_automation', { ...create, capabilities: { creates_agents: true, modifies_grants: true } }],
      prepare() {},
      figures: 'rule "capabilities", value "creates_agents, modifies_grants"',
      by: ['request_approval', 'request_approval'],
    },
    {
      code: 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED',
      call: ['create_automation', create],
      prepare: (world: World) => insertAgent(world, 'scout', { ancestorIds: ['a', 'b', 'c'] }),
      figures: 'rule "lineage_depth_limit", value 4, limit 3',
      by: ['request_approval'],
    },
    {
      code: 'AUTOMATION_V2_AGENT_REVIEW_REQUIRED',
      call: ['create_automation', create],
      async prepare(world: World) {
        for (const name of ['1', '2', '3', '4', '5'])
          await world.execute(agent('scout'), 'automation.create', { name });
      },
      figures: 'rule "per_agent_creation_review_threshold", value 5, limit 5',
      by: ['wait_for_approval'],
    },
    {
      code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
      call: ['start_run', { automation_id: 'auto' }],
      async prepare(world: World) {
        setLimits(world, { weeklySpendCapNanos: nanosOfUsd(1) });
        putAutomation(world);
        const run = await world.execute(agent('scout'), 'automation.run', { automationId: 'auto' });
        const runId = run.ok ? run.value.run.runId : '';
        const costNanos = nanosOfUsd(1);
        await world.execute(agent('scout'), 'run.spend', { runId, promptTokens: 1, completionTokens: 1, costNanos });
      },
      figures: 'spend_paused_agent_ids ["scout"]',
      by: ['wait_for_approval'],
    },
    {
      code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED',
      call: ['reserve_spend', { run_id: 'run', usage_id: 'u', cost_usd: 5 }],
      async prepare(world: World) {
        setLimits(world, { weeklySpendCapNanos: nanosOfUsd(1) });
        putAutomation(world);
        await world.execute(agent('scout'), 'automation.run', { automationId: 'auto' });
        world.store.transaction(({ runs }) => {
          const [run] = runs.newest('auto', 1);
          if (run !== undefined) runs.insert({ ...run, runId: 'run' });
        });
      },
      figures: 'left_usd {"scout":1}',
      by: ['wait_for_approval'],
    },
    {
      code: 'AUTOMATION_V2_LIFECYCLE_BLOCKED',
      call: ['start_run', { automation_id: 'auto' }],
      async prepare(world: World) {
        putAutomation(world);
        await world.execute(operator, 'automation.retire', { automationId: 'auto' });
      },
      figures: 'The operator can extend the automation',
      by: ['request_approval'],
      how: { action: 'extend' },
    },
  ] as const;

  test.each(cases)(
    '$code of $call.0 [api-3.denial]',
    async ({ code, call: [name, input], prepare, figures, by, ...rest }) => {
      const world = createWorld();
      await prepare(world);
      const connection = await connected({}, world);
      const refused = await connection.tool(name, { ...input });
      expect(refused).toMatchObject({ isError: true, data: { code } });
      expect(refused.text).toContain(`${code}: `);
      expect(refused.text).toContain(figures);
      expect(await lift(world, connection, refused, 'how' in rest ? rest.how : {})).toEqual(by);
      expect(await connection.tool(name, { ...input })).toMatchObject({ isError: false });
    },
  );

  test.each([
    ['AUTOMATION_V2_CREATION_DISABLED', { creationEnabled: false }, {}],
    ['AUTOMATION_V2_AGENT_CREATION_PAUSED', {}, { pausedAtMs: 1 }],
    ['AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED', { perAgentDailyCreationLimit: 0 }, {}],
    ['AUTOMATION_V2_AGENT_CAP_EXCEEDED', { activeAgentAutomationCap: 0 }, {}],
  ])('%s is lifted by no approval, and says so', async (code, limits, known) => {
    const world = createWorld();
    setLimits(world, limits);
    insertAgent(world, 'scout', known);
    const { tool } = await connected({}, world);
    const refused = await tool('create_automation', { name: 'N' });
    expect(refused).toMatchObject({ isError: true, data: { code, lifted_by: { approvals: [] } } });
    expect(refused.text).toContain('No approval lifts this.');
  });
});

test('a bug is told to the log, and to the model only by the id of its entry', async () => {
  const { world, tool } = await connected();
  putAutomation(world);
  const { run_id } = (await tool('start_run', { automation_id: 'auto' })).data.run as { run_id: string };
  world.store.transaction((store) => store.spend.keepAnswer(run_id, 'u', { notAnAnswer: '/etc/passwd' }));
  const usage = { run_id, usage_id: 'u', prompt_tokens: 1, completion_tokens: 1, cost_usd: 1 };
  const answer = await tool('report_spend', usage);
  const [correlationId] = world.logger.errors.map(
    ({ details }) => (details as { correlationId: string }).correlationId,
  );
  expect(answer).toMatchObject({ isError: true, data: { code: 'INTERNAL', correlation_id: correlationId } });
  expect(correlationId).toMatch(/.{30}/);
  expect(JSON.stringify(answer)).not.toContain('passwd');
});
