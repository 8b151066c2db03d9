import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Answer, CallAs } from '../support/app/client';
import { agentToken, appForTests } from '../support/app/desk';
import { tamper } from '../support/audit';
import { removeFolder } from '../support/remove-folder';
import { startApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

/** What an agent or a stranger tried on an earlier version, and what came of it, in the real app: never again. */

const { desktop, app } = appForTests({ tray: true });

const operator = { as: 'operator' } as const;

const definition = (automationId: string, more: object = {}) => ({
  ...{ automation_id: automationId, name: automationId, status: 'active', schedule: {}, agents: [], flow: {} },
  ...more,
});

const told = ({ status, body }: Answer) => ({ status, code: body['code'] });

async function ok(answered: Promise<Answer>): Promise<Answer['body']> {
  const { status, body } = await answered;
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

async function createWithRun(automationId: string, as: CallAs, headers: Readonly<Record<string, string>> = {}) {
  await ok(app.api('POST', '/automations/v2', { as, headers, body: definition(automationId) }));
  const { run } = await ok(app.api('POST', `/automations/v2/${automationId}/run_now`, { as, headers, body: {} }));
  return (run as { readonly run_id: string }).run_id;
}

const toolCall = (action: unknown, more: object = {}) => ({
  ...{ request_type: 'tool_call', target_resource: { type: 'tool', id: 'Bash' }, rationale: 'why', action },
  ...more,
});

async function approved(as: CallAs, action: unknown, more: object = {}): Promise<string> {
  const { approval } = await ok(app.api('POST', '/governance/approvals', { as, body: toolCall(action, more) }));
  const { approval_id: id } = approval as { readonly approval_id: string };
  await ok(app.api('POST', `/governance/approvals/${id}/approve`, { ...operator, body: {} }));
  return id;
}

const consume = (as: CallAs, id: string, action: unknown) =>
  app.api('POST', `/governance/approvals/${id}/consume`, { as, body: { action } });

/** A body sent as it is, and the answer as a client reads it that sends all of it first. */
function sendRaw(path: string, as: CallAs, body: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const token = typeof as === 'object' ? as.token : '';
    const sent = httpRequest(new URL(path, app.url()), {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json, text/event-stream',
      },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () => {
        const parsed = (text.startsWith('{') ? JSON.parse(text) : { text }) as Answer['body'];
        resolve({ status: response.statusCode ?? 0, headers: new Headers(), body: { ...parsed, length: text.length } });
      });
    });
    sent.end(body);
  });
}

describe('what is accepted can be read, and nothing stands between the operator and Pause', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

  it.each<readonly [string, object]>([
    ['instances of a run', { status: 'running', active_instance_ids: many(1_400) }],
    ['sessions of a run', { active_session_ids: many(4_000) }],
    ['an empty session', { active_session_ids: [''] }],
    ['a session with a long name', { active_session_ids: ['x'.repeat(5_000)] }],
    ['outputs with a long name', { node_outputs: { ['n'.repeat(900)]: 1 } }],
    ['a long detail', { detail: 'd'.repeat(30_000) }],
  ])('%s beyond its bounds is refused, and the agent is paused all the same', async (what, report) => {
    const name = what.replaceAll(' ', '-');
    const as = { token: await agentToken(app, name) };
    const runId = await createWithRun(`of-${name}`, as);
    const answer = await app.api('PATCH', `/automations/v2/runs/${runId}`, { as, body: report });
    expect(told(answer)).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
    await ok(app.api('POST', `/governance/agents/${name}/pause`, { ...operator, body: {} }));
    const { run } = await ok(app.api('GET', `/automations/v2/runs/${runId}`, operator));
    expect(run).toMatchObject({ status: 'paused' });
  });

  it.each<readonly [string, object]>([
    ['nodes', { flow: { nodes: Array.from({ length: 1_003 }, (_, node) => ({ node_id: `n${node}` })) } }],
    ['agents', { agents: Array.from({ length: 502 }, (_, agent) => ({ agent_id: `a${agent}` })) }],
    ['servers', { agents: [{ agent_id: 'a', mcp_policy: { allowed_servers: [1, 2] } }] }],
  ])('a definition with too many %s is refused, and lists and the export answer', async (what, more) => {
    const as = { token: await agentToken(app, `maker-of-${what}`) };
    const body = definition(`too-many-${what}`, more);
    expect(told(await app.api('POST', '/automations/v2', { as, body }))).toEqual({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
    await ok(app.api('GET', '/automations/v2', operator));
    await ok(app.api('GET', '/governance/state', operator));
    await ok(app.api('POST', '/governance/health_check', { ...operator, body: {} }));
  });
});

describe('nobody is charged or stopped by another', () => {
  it('an agent’s token that names a victim as its ancestor charges, blocks and stops nobody but itself [3.lineage-agent-token]', async () => {
    await ok(app.api('PATCH', '/governance/limits', { ...operator, body: { weekly_spend_cap_usd: 4 } }));
    const [mallory, victim] = [
      { token: await agentToken(app, 'mallory-2') },
      { token: await agentToken(app, 'victim-2') },
    ];
    const victimsRun = await createWithRun('victims', victim);
    const headers = { 'x-tandem-agent-ancestor-ids': 'root-of-all, victim-2' };
    const runId = await createWithRun('mallorys', mallory, headers);
    await ok(
      app.api('POST', `/automations/v2/runs/${runId}/reserve`, {
        ...{ as: mallory, headers },
        body: { usage_id: 'u', cost_usd: 3.5 },
      }),
    );
    await ok(
      app.api('POST', `/automations/v2/runs/${victimsRun}/reserve`, {
        as: victim,
        body: { usage_id: 'mine', cost_usd: 3.9 },
      }),
    );
    const spent = await ok(
      app.api('POST', `/automations/v2/runs/${runId}/spend`, {
        ...{ as: mallory, headers },
        body: { usage_id: 'u', prompt_tokens: 1, completion_tokens: 1, cost_usd: 40 },
      }),
    );
    expect(spent['hard_stops']).toEqual(['mallory-2']);
    await ok(app.api('POST', '/automations/v2', { as: victim, body: definition('victims-second') }));
    const { agents } = await ok(app.api('GET', '/governance/agents', operator));
    expect(agents).toContainEqual(
      expect.objectContaining({ agent_id: 'victim-2', spend_paused: false, weekly_cost_usd: 0 }),
    );
    expect(agents).toContainEqual(expect.objectContaining({ agent_id: 'mallory-2', lineage: [] }));
    await ok(app.api('PATCH', '/governance/limits', { ...operator, body: { weekly_spend_cap_usd: null } }));
  });

  it.each<readonly [string, string, string, object | undefined]>([
    ['a refused creation', 'POST', '/automations/v2', definition('deep')],
    ['a body that is no request', 'POST', '/governance/approvals', { request_type: 'no such type' }],
    ['a read', 'GET', '/governance/spend', undefined],
    ['a run of what is not there', 'POST', '/automations/v2/nothing/run_now', {}],
  ])(
    'what an engine once stated of a lineage stays, though it was stated with %s [3.lineage-noted]',
    async (what, method, path, body) => {
      const agent = `launderer of ${what}`;
      const headers = { 'x-tandem-agent-ancestor-ids': `${agent}-a, ${agent}-b, ${agent}-c, ${agent}-d` };
      await app.api(method, path, { agent, headers, ...(body !== undefined && { body }) });
      const bare = await app.api('POST', '/automations/v2', {
        agent,
        body: definition(`clean-${what.replaceAll(' ', '-')}`),
      });
      expect(told(bare)).toEqual({ status: 403, code: 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED' });
    },
  );

  it('a paused ancestor binds through another parentage as well [3.lineage-binds]', async () => {
    const agent = 'child-of-two';
    const under = (parent: string) => ({ agent, headers: { 'x-tandem-agent-ancestor-ids': parent } });
    await ok(app.api('POST', '/automations/v2', { ...under('first-parent'), body: definition('of-first') }));
    await ok(app.api('POST', '/automations/v2', { ...under('second-parent'), body: definition('of-second') }));
    await ok(app.api('POST', '/governance/agents/first-parent/pause', { ...operator, body: {} }));
    const refusal = { status: 403, code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED' };
    const third = { ...under('second-parent'), body: definition('of-second-again') };
    expect(told(await app.api('POST', '/automations/v2', third))).toEqual(refusal);
    const run = { ...under('second-parent'), body: {} };
    expect(told(await app.api('POST', '/automations/v2/of-second/run_now', run))).toEqual(refusal);
  });
});

describe('an engine that names no agent', () => {
  it.each([
    ['PATCH', { name: 'mine now', capabilities: { modifies_grants: true } }],
    ['PATCH', { status: 'paused' }],
    ['DELETE', undefined],
  ])('cannot %s what a human made [5.engines]', async (method, body) => {
    const id = `humans-${method}-${JSON.stringify(body ?? {}).length}`;
    await ok(app.api('POST', '/automations/v2', { ...operator, body: definition(id) }));
    const answer = await app.api(method, `/automations/v2/${id}`, body === undefined ? {} : { body });
    expect(told(answer)).toEqual({ status: 403, code: 'AUTOMATION_V2_AGENT_ID_REQUIRED' });
    const { automation } = await ok(app.api('GET', `/automations/v2/${id}`, operator));
    expect(automation).toMatchObject({ name: id, status: 'active' });
  });

  it('has at most 200 requests waiting, whatever names it uses', async () => {
    const flooded = await startApp({ desktop, operatorToken: true });
    onTestFinished(() => flooded.end());
    const answers: Answer[] = [];
    for (let asked = 0; asked < 230; asked += 1) {
      const named = asked % 2 === 0 ? { agent: `invented-${asked}` } : {};
      answers.push(await flooded.api('POST', '/governance/approvals', { ...named, body: toolCall({ asked }) }));
    }
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(told(answers[229] as Answer)).toEqual({ status: 429, code: 'GOVERNANCE_APPROVAL_BACKLOG' });
  });
});

describe('an approval', () => {
  it('about what the asker may not see is not asked for, and what an engine asks stops nobody when it is denied [7.review-unseen]', async () => {
    const [stranger, owner] = [
      { token: await agentToken(app, 'stranger-2') },
      { token: await agentToken(app, 'owner-2') },
    ];
    await createWithRun('owned', owner);
    for (const request_type of ['lifecycle_review', 'retirement_action']) {
      const body = { request_type, target_resource: { type: 'automation', id: 'owned' }, rationale: 'look at it' };
      expect((await app.api('POST', '/governance/approvals', { as: stranger, body })).status).toBe(404);
      const asked = await ok(app.api('POST', '/governance/approvals', { body }));
      const { approval_id: id } = asked['approval'] as { readonly approval_id: string };
      await ok(app.api('POST', `/governance/approvals/${id}/deny`, { ...operator, body: {} }));
    }
    const { lifecycle } = await ok(app.api('GET', '/automations/v2/owned/governance', operator));
    expect(lifecycle).toMatchObject({ paused_for_lifecycle: false });
  });

  it('is of no use while the asker is paused, and when its time is over [7.consume-expired]', async () => {
    const as = { token: await agentToken(app, 'late-2') };
    const action = { command: 'git push', nested: [{ deep: true }] };
    const id = await approved(as, action);
    await ok(app.api('POST', '/governance/agents/late-2/pause', { ...operator, body: {} }));
    expect(told(await consume(as, id, action))).toEqual({ status: 403, code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED' });
    await ok(app.api('POST', '/governance/agents/late-2/resume', { ...operator, body: {} }));
    const endsAtMs = Date.now() + 3_000;
    const short = await approved(as, { command: 'late' }, { expires_at_ms: endsAtMs });
    await new Promise((resolve) => setTimeout(resolve, endsAtMs - Date.now() + 50));
    expect(told(await consume(as, short, { command: 'late' }))).toEqual({
      status: 409,
      code: 'GOVERNANCE_APPROVAL_EXPIRED',
    });
    await ok(consume(as, id, action));
  });

  it.each([
    ['an integer beyond 2^53', '{"action":{"transfer":[{"cents":90071992547409931}]}}'],
    ['a fraction that is lost', '{"action":{"ratio":2e-400}}'],
    ['digits that are lost', '{"action":{"rate":0.12345678901234567890123}}'],
    ['a number that is endless', '{"action":{"n":-1e999}}'],
    ['a key twice', '{"action":{"path":"a","x":1,"path":"b"}}'],
    ['a key twice by its escape', '{"action":{"path":"a","p\\u0061th":"b"}}'],
    ['a level too deep', `{"action":${'['.repeat(90)}${']'.repeat(90)}}`],
    ['too many items', `{"action":[${'0,'.repeat(25_000)}0]}`],
  ])('is not asked for with %s, nor used with it [7.exact-json]', async (_what, text) => {
    const as = { token: await agentToken(app, `exact ${_what}`) };
    const [head, tail] = [
      '{"request_type":"tool_call","target_resource":{"type":"tool","id":"x"},"rationale":"r",',
      '}',
    ];
    for (const [path, body] of [
      ['/governance/approvals', `${head}${text.slice(1, -1)}${tail}`],
      ['/governance/approvals/apr_1/consume', text],
      [
        '/mcp',
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"request_approval","arguments":${text}}}`,
      ],
    ] as const) {
      const answer = await sendRaw(path, as, body);
      expect({ path, status: answer.status }).toEqual({ path, status: 400 });
      expect(Number(answer.body['length'])).toBeLessThan(8_000);
    }
  });
});

describe('one request', () => {
  it.each([
    ['wrong items', `{"name":"n","agents":[${'1,'.repeat(19_000)}1]}`],
    ['wrong keys', `{"agents":[{${Array.from({ length: 9_000 }, (_, key) => `"k${key}":1`).join(',')}}]}`],
  ])('with thousands of %s gets an answer that can be read', async (_what, body) => {
    const answer = await sendRaw('/automations/v2', { token: await agentToken(app, `wrong ${_what}`) }, body);
    expect(answer.status).toBe(400);
    expect((answer.body['issues'] as readonly unknown[]).length).toBeLessThanOrEqual(20);
    expect(Number(answer.body['length'])).toBeLessThan(8_000);
  });

  it.each([1.1, 2, 7])('of %d MiB is refused so that its sender can read it', async (mebibytes) => {
    const body = Buffer.alloc(mebibytes * 1024 * 1024, ' ');
    const answer = await sendRaw('/governance/approvals', { token: await agentToken(app, `large ${mebibytes}`) }, body);
    expect(told(answer)).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    const unknown = await sendRaw('/governance/approvals', { token: 'of-nobody' }, body);
    expect(told(unknown)).toEqual({ status: 401, code: 'AUTH_REQUIRED' });
  });

  it('of a web page is refused, with and without an origin [api-1.cross-site]', async () => {
    for (const path of ['/global/health', '/openapi.json', '/governance/connections/x']) {
      const answer = await app.api('GET', path, { as: 'nobody', headers: { 'sec-fetch-site': 'cross-site' } });
      expect({ path, status: answer.status }).toEqual({ path, status: 403 });
    }
  });
});

describe('the data folder', () => {
  it('that is removed while the app runs takes no change, and it is said [16.taken-away]', async () => {
    const home = temporaryHome();
    const lost = await startApp({ desktop, home, operatorToken: true });
    onTestFinished(() => lost.end());
    await lost.ask({ tool: 'before' });
    removeFolder(home);
    for (let asked = 0; asked < 5; asked += 1) {
      const answer = await lost.api('POST', '/governance/approvals', { agent: 'scout', body: toolCall({ asked }) });
      expect(told(answer)).toEqual({ status: 503, code: 'STORE_UNAVAILABLE' });
    }
    const { body } = await lost.api('GET', '/global/health', { as: 'nobody' });
    expect(body).toMatchObject({ healthy: false });
    expect(readOrNothing(home).filter((name) => name.startsWith('gatehouse.db') || name.startsWith('audit'))).toEqual(
      [],
    );
  });

  it('in which a denial was made an approval behind the app’s back: it is of no use, and verification names it [13.verify-state, 13.vouched]', async () => {
    const home = temporaryHome();
    const first = await startApp({ desktop, home, operatorToken: true });
    const asked = await first.ask({ tool: 'forged', action: { command: 'rm -rf src' } });
    await ok(first.api('POST', `/governance/approvals/${asked.approval_id}/deny`, { ...operator, body: {} }));
    await first.quit();
    tamper(home, (database) =>
      database.exec(`UPDATE approvals SET status = 'approved' WHERE approval_id = '${asked.approval_id}'`),
    );
    const second = await startApp({ desktop, home, operatorToken: true });
    onTestFinished(() => second.end());
    const used = await second.api('POST', `/governance/approvals/${asked.approval_id}/consume`, {
      ...{ agent: 'scout', body: { action: { command: 'rm -rf src' } } },
    });
    expect(used.status).toBe(409);
    const verdict = await ok(second.api('GET', '/governance/audit/verify', operator));
    expect(verdict).toMatchObject({ ok: false });
    expect(JSON.stringify(verdict)).toContain(asked.approval_id);
  });
});

function readOrNothing(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
