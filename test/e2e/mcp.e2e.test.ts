import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { testTokens } from '../support/app/client';
import { agentToken, appForTests } from '../support/app/desk';
import { connectMcp, eras } from '../support/mcp-client';
import { inspect, inspectTool } from '../support/mcp-inspector';
import { startPlainApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

const { desktop, app } = appForTests();
let token: string;
beforeAll(async () => {
  token = await agentToken(app, 'scout');
});

const asScout = () => ({ token, agent: undefined });
const question = (rationale: string) => ({
  request_type: 'tool_call',
  target_resource: { type: 'tool', id: 'Bash' },
  rationale,
  action: { command: `echo ${rationale}` },
});

describe.each(eras)('the running app and the SDK’s client of %s', (era) => {
  it('what an agent asks over MCP is on the desk, and the operator’s answer reaches the agent', async () => {
    const { tool } = await connectMcp(app.url(), { ...asScout(), era });
    const asked = await tool('request_approval', question(`Asked in ${era}`));
    const { approval_id } = asked.data.approval as { readonly approval_id: string };
    const page = await app.page();
    await page.getByText(`Asked in ${era}`).first().waitFor();
    const waiting = tool('wait_for_approval', { approval_id });
    await app.api('POST', `/governance/approvals/${approval_id}/approve`, { as: 'operator', body: { notes: 'go' } });
    expect((await waiting).data.approval).toMatchObject({ status: 'approved', review_notes: 'go' });
    const { action } = question(`Asked in ${era}`);
    expect((await tool('wait_for_approval', { approval_id, action })).data.approval).toHaveProperty('consumed_at_ms');
  });

  it('whoever waits hears pending when the app quits, and an error when it is killed; never denied', async () => {
    for (const end of ['quit', 'kill9'] as const) {
      const other = await startPlainApp({ desktop, home: temporaryHome(), args: ['--hidden'] });
      onTestFinished(() => other.end());
      const { tool } = await connectMcp(other.url(), { token: testTokens.engine, era });
      const { approval_id } = (await tool('request_approval', question('waits'))).data.approval as {
        approval_id: string;
      };
      const heard = tool('wait_for_approval', { approval_id }).then(
        ({ data }) => data.approval.status as string,
        () => 'no answer',
      );
      // A call on the same session is answered while the other waits.
      await tool('my_allowance');
      await other[end]();
      expect(await heard).toBe(end === 'quit' ? 'pending' : 'no answer');
    }
  });
});

// A dozen programs one after the other, each of which loads the whole Inspector.
it('npx @modelcontextprotocol/inspector --cli lists every tool and calls each of them [api-3.tools]', {
  timeout: 400_000,
}, async () => {
  const connection = { url: app.url(), token, home: temporaryHome() };
  const listed = await inspect(connection, ['--method', 'tools/list', '--strict']);
  const tools = listed.answer.tools as readonly { readonly name: string }[];
  // Strict: a schema that some model provider could not read would end it with an error.
  expect({ code: listed.code, errors: listed.errors }).toEqual({ code: 0, errors: '' });

  const called: string[] = [];
  const call = async (name: string, input: object = {}) => {
    const { code, answer } = await inspectTool(connection, name, { ...input });
    expect({ name, code, answer }).toMatchObject({ code: 0 });
    called.push(name);
    return answer;
  };
  const { approval } = await call('request_approval', question('From the Inspector'));
  const { approval_id } = approval as { readonly approval_id: string };
  expect((await call('wait_for_approval', { approval_id, wait_ms: 1 })).approval.status).toBe('pending');
  expect((await call('cancel_approval', { approval_id })).approval.status).toBe('cancelled');
  expect((await call('my_allowance')).agent_id).toBe('scout');
  const { automation } = await call('create_automation', { name: 'Inspected', status: 'active' });
  const { automation_id } = automation as { readonly automation_id: string };
  const { run } = await call('start_run', { automation_id });
  const { run_id } = run as { readonly run_id: string };
  await call('reserve_spend', { run_id, usage_id: 'u', cost_usd: 0.5 });
  await call('report_spend', { run_id, usage_id: 'u', prompt_tokens: 1, completion_tokens: 1, cost_usd: 0.25 });
  await call('finish_run', { run_id, status: 'completed', detail: 'done' });
  expect((await call('list_my_automations')).automations[0].automation_id).toBe(automation_id);
  expect(called.toSorted()).toEqual(tools.map(({ name }) => name).toSorted());

  const refused = await inspectTool(connection, 'create_automation', {
    name: 'N',
    capabilities: { creates_agents: true },
  });
  expect(refused).toMatchObject({ code: 5, answer: { code: 'AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN' } });
});
