import { describe, expect, test } from 'vitest';
import type { Api } from '../../../electron/edges/http/server';
import { keptChains } from '../../../electron/nouns/lineage/effects';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { askBody, call } from '../../support/api-client';
import { eventNamesAfter } from '../../support/audit';
import { definition, setLimits } from '../../support/automations';
import { insertAgent } from '../../support/governed';
import { connectMcp } from '../../support/mcp-client';
import { dumpOf, type TableRow } from '../../support/tables';
import { createWorld, OPERATOR_TOKEN, operator, type World } from '../../support/world';

const V2 = '/automations/v2';

/** The header that states a lineage. */
const below = (...ancestorIds: string[]) => ({ 'x-tandem-agent-ancestor-ids': ancestorIds.join(',') });

/** What one sends: as an engine for an agent, or with an agent's own token. */
type By = { readonly agent?: string; readonly token?: string; readonly headers?: Readonly<Record<string, string>> };

type Desk = { readonly world: World; readonly api: Api };

async function desk(): Promise<Desk> {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: nanosOfUsd(10) });
  return { world, api: await world.startApi() };
}

/** An agent's own token, as Settings makes it. */
async function enrolled({ world }: Desk, agentId: string, parentAgentId?: string): Promise<By> {
  const parent = parentAgentId === undefined ? {} : { parentAgentId };
  const made = await world.done(operator, 'token.create', { kind: 'agent', name: agentId, agentId, ...parent });
  return { token: made.secret };
}

const create = ({ api }: Desk, by: By, automationId: string) =>
  call(api, 'POST', V2, { ...by, body: { ...definition(), automation_id: automationId, status: 'active' } });
const run = ({ api }: Desk, by: By, automationId: string) =>
  call(api, 'POST', `${V2}/${automationId}/run_now`, { ...by, body: {} });
const spend = ({ api }: Desk, by: By, runId: string, usd: number) =>
  call(api, 'POST', `${V2}/runs/${runId}/spend`, {
    ...by,
    body: { prompt_tokens: 1, completion_tokens: 1, cost_usd: usd },
  });
const reserve = ({ api }: Desk, by: By, runId: string, usd: number) =>
  call(api, 'POST', `${V2}/runs/${runId}/reserve`, { ...by, body: { usage_id: 'u', cost_usd: usd } });
const operate = ({ api }: Desk, path: string, body: object = {}) =>
  call(api, 'POST', path, { token: OPERATOR_TOKEN, body });

/** Creates, runs and answers the run's id. */
async function started(at: Desk, by: By, automationId: string): Promise<string> {
  expect(await create(at, by, automationId)).toMatchObject({ status: 200 });
  const answer = await run(at, by, automationId);
  expect(answer).toMatchObject({ status: 200 });
  return String(answer.body.run.run_id);
}

const chainsOf = ({ world }: Desk, agentId: string) =>
  keptChains(world.store.read.agents.find(agentId)).map(({ ancestorIds }) => ancestorIds);
const weekOf = ({ world }: Desk, agentId: string) =>
  world.store.read.spend.windows(agentId).find(({ kind }) => kind === 'weekly')?.costNanos ?? 0;

describe("[3] an agent's own token states no lineage", () => {
  test('so that what it spends neither charges nor stops whom it claims [3.lineage-agent-token]', async () => {
    const at = await desk();
    const mallory = await enrolled(at, 'mallory');
    const victim = await enrolled(at, 'victim');
    await create(at, victim, 'own');
    const claiming = { ...mallory, headers: below('victim') };
    const runId = await started(at, claiming, 'evil');
    const charged = await spend(at, claiming, runId, 11);
    expect(charged.body).toMatchObject({ hard_stops: ['mallory'] });
    expect([weekOf(at, 'mallory'), weekOf(at, 'victim')]).toEqual([nanosOfUsd(11), 0]);
    expect(await run(at, victim, 'own')).toMatchObject({ status: 200 });
    expect(await create(at, victim, 'another')).toMatchObject({ status: 200 });
    const seen = await call(at.api, 'GET', `${V2}/evil`, victim);
    expect(seen).toMatchObject({ status: 404 });
    expect(chainsOf(at, 'mallory')).toEqual([]);
  });

  test('so that what it sets aside takes nothing from whom it claims', async () => {
    const at = await desk();
    const orphan = { ...(await enrolled(at, 'orphan')), headers: below('victim') };
    const victim = await enrolled(at, 'victim');
    expect(await reserve(at, orphan, await started(at, orphan, 'evil'), 10)).toMatchObject({ status: 200 });
    const own = await reserve(at, victim, await started(at, victim, 'own'), 10);
    expect(own).toMatchObject({ status: 200, body: { left_usd: { victim: 0 } } });
  });

  test('so that its parent pays whatever it claims', async () => {
    const at = await desk();
    const kid = await enrolled(at, 'kid');
    await call(at.api, 'GET', V2, { agent: 'kid', headers: below('parent') });
    const claiming = { ...kid, headers: below('ghost1', 'ghost2') };
    await spend(at, claiming, await started(at, claiming, 'work'), 4);
    expect(['kid', 'parent', 'ghost1'].map((id) => weekOf(at, id))).toEqual([nanosOfUsd(4), nanosOfUsd(4), 0]);
    expect(chainsOf(at, 'kid')).toEqual([['parent']]);
  });

  test('and none for its sub-agents, which are below what is recorded', async () => {
    const at = await desk();
    const mallory = await enrolled(at, 'mallory', 'boss');
    const headers = { ...below('victim'), 'x-tandem-agent-id': 'mallory/helper' };
    const asked = await call(at.api, 'POST', '/governance/approvals', { ...mallory, headers, body: askBody() });
    expect(asked.body.approval).toMatchObject({ ancestor_ids: ['boss', 'mallory'] });
    expect(chainsOf(at, 'mallory/helper')).toEqual([['boss', 'mallory']]);
  });

  test('over MCP neither', async () => {
    const at = await desk();
    const { token = '' } = await enrolled(at, 'mallory');
    const mcp = await connectMcp(at.api.url, { token, agent: undefined, headers: below('victim') });
    expect(await mcp.tool('create_automation', { ...definition(), automation_id: 'evil' })).toMatchObject({
      isError: false,
    });
    expect(at.world.store.read.records.lineageAgents('evil')).toEqual(['mallory']);
  });
});

describe('[3] the operator names a parent', () => {
  test('when a token is made: the parent and all above it are the lineage, and pay and bind [3.lineage-parent]', async () => {
    const at = await desk();
    insertAgent(at.world, 'planner', { ancestorIds: ['chief'] });
    const kid = await enrolled(at, 'kid', 'planner');
    expect(chainsOf(at, 'kid')).toEqual([['chief', 'planner']]);
    await create(at, kid, 'work');
    expect(at.world.store.read.records.lineageAgents('work')).toEqual(['kid', 'chief', 'planner']);
    await operate(at, '/governance/agents/chief/pause');
    expect(await create(at, kid, 'more')).toMatchObject({
      status: 403,
      body: { code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED', paused_agent_ids: ['chief'] },
    });
  });

  test('when an engine connects', async () => {
    const at = await desk();
    await at.world.execute(operator, 'connection.accept', {
      engine: 'claude',
      agentId: 'claude-code',
      parentAgentId: 'chief',
    });
    expect(chainsOf(at, 'claude-code')).toEqual([['chief']]);
  });

  test.each([
    ['itself', 'kid'],
    ['one below it', 'grandkid'],
  ])('but not %s, and then no token is made', async (_name, parentAgentId) => {
    const at = await desk();
    insertAgent(at.world, 'grandkid', { ancestorIds: ['kid'] });
    const made = await at.world.execute(operator, 'token.create', {
      kind: 'agent',
      name: 'Kid',
      agentId: 'kid',
      parentAgentId,
    });
    expect(made).toMatchObject({ ok: false, refusal: { code: 'VALIDATION_FAILED' } });
    expect(at.world.store.read.tokens.list()).toEqual([]);
  });
});

describe('[3] every chain that an engine states is kept', () => {
  test.each<[string, string, string, unknown]>([
    ['a creation that is too deep', 'POST', V2, definition()],
    ['a creation that does not fit', 'POST', V2, { name: 7 }],
    ['a body that does not parse', 'POST', V2, '{"name":'],
    ['a change of what is not there', 'PATCH', `${V2}/none`, { name: 'x' }],
    ['a run of what is not there', 'POST', `${V2}/none/run_now`, {}],
    [
      'spend of what is not there',
      'POST',
      `${V2}/runs/none/spend`,
      { prompt_tokens: 1, completion_tokens: 1, cost_usd: 1 },
    ],
    ['a blank request for approval', 'POST', '/governance/approvals', askBody({ rationale: ' ' })],
    ['one that is over already', 'POST', '/governance/approvals', askBody({ expires_at_ms: 1 })],
    ['a decision', 'POST', '/governance/approvals/apr_0/approve', {}],
    ['what only the operator reads', 'GET', '/governance/audit', undefined],
    ['a bad query', 'GET', `${V2}?limit=0`, undefined],
  ])('by %s, which is refused and leaves nothing else behind [3.lineage-noted]', async (_name, method, path, body) => {
    const at = await desk();
    const before = dumpOf(at.world, []);
    const answer = await call(at.api, method, path, {
      agent: 'kid',
      headers: below('one', 'two', 'three'),
      ...(body !== undefined && { body }),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(chainsOf(at, 'kid')).toEqual([['one', 'two', 'three']]);
    const after = dumpOf(at.world, []);
    const changed = [...after].flatMap(([table, rows]) => {
      const there = JSON.stringify(before.get(table));
      const more = rows.filter((row: TableRow) => !there.includes(JSON.stringify(row)));
      return more.length === 0 ? [] : [table];
    });
    expect(changed.filter((table) => !table.startsWith('audit'))).toEqual(['agent_parents', 'agents']);
    expect(eventNamesAfter(at.world).filter((name) => name !== 'denied')).toEqual([]);
    // What was stated in vain holds from now on.
    const next = await create(at, { agent: 'kid' }, 'mine');
    expect(next).toMatchObject({ status: 403, body: { code: 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED', value: 4 } });
  });

  test('by a read too, and before it is answered', async () => {
    const at = await desk();
    const path = '/governance/agents/kid/allowance';
    const answer = await call(at.api, 'GET', path, { agent: 'kid', headers: below('one', 'two', 'three') });
    expect(answer.body).toMatchObject({ code: 'AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED' });
    expect(chainsOf(at, 'kid')).toEqual([['one', 'two', 'three']]);
    expect((await call(at.api, 'GET', path, { agent: 'kid' })).body).toEqual(answer.body);
  });

  test('over MCP too', async () => {
    const at = await desk();
    const mcp = await connectMcp(at.api.url, { agent: 'kid', headers: below('one', 'two', 'three') });
    expect(await mcp.tool('create_automation', definition())).toMatchObject({ isError: true });
    expect(chainsOf(at, 'kid')).toEqual([['one', 'two', 'three']]);
  });

  test('however many are below one agent, and itself never', async () => {
    const at = await desk();
    for (let count = 0; count < 1_001; count++) insertAgent(at.world, `kid-${count}`, { ancestorIds: ['parent'] });
    await call(at.api, 'GET', V2, { agent: 'one-more', headers: below('parent') });
    expect(chainsOf(at, 'one-more')).toEqual([['parent']]);
    await create(at, { agent: 'self', headers: below('self', ' ', 'self') }, 'mine');
    expect(chainsOf(at, 'self')).toEqual([]);
    expect(at.world.store.read.records.find('mine')?.provenance.depth).toBe(1);
  });

  test('once: what is known already is not written again', async () => {
    const at = await desk();
    for (const ids of [['a', 'b'], ['a', 'b'], ['b'], []]) {
      await call(at.api, 'GET', V2, { agent: 'kid', headers: below(...ids) });
    }
    const known = at.world.store.read.agents.find('kid');
    expect(known?.chains).toMatchObject([
      { ancestorIds: ['a', 'b'], statedBy: { kind: 'system', source: 'launcher' } },
    ]);
    expect(eventNamesAfter(at.world)).toEqual([]);
  });

  test('up to sixteen; then a request that states another is refused and told, and the others are kept [3.lineage-bound]', async () => {
    const at = await desk();
    for (let count = 1; count <= 16; count++) {
      await call(at.api, 'GET', V2, { agent: 'kid', headers: below(`parent-${count}`) });
    }
    const stating = { agent: 'kid', headers: below('one-more') };
    expect(await create(at, stating, 'mine')).toMatchObject({ status: 409, body: { code: 'AGENT_LINEAGES_FULL' } });
    expect(at.world.store.read.records.find('mine')).toBeUndefined();
    expect(chainsOf(at, 'kid')).toHaveLength(16);
    const history = at.world.query(operator, 'agent.history', { agentId: 'kid', limit: 1 });
    expect(history).toMatchObject({
      value: {
        events: [
          { name: 'denied', code: 'AGENT_LINEAGES_FULL', lineage: { agentId: 'kid', ancestorIds: ['one-more'] } },
        ],
      },
    });
    expect(await create(at, { agent: 'kid', headers: below('parent-7') }, 'mine')).toMatchObject({ status: 200 });
  });
});

describe('[3] a further parentage', () => {
  test('is charged for what is made under it, told, and shown [3.lineage-further, 3.lineage-changed]', async () => {
    const at = await desk();
    await create(at, { agent: 'reviewer', headers: below('orch-a') }, 'for-a');
    const forB = { agent: 'reviewer', headers: below('orch-b') };
    await spend(at, forB, await started(at, forB, 'for-b'), 3);
    expect(['reviewer', 'orch-a', 'orch-b'].map((id) => weekOf(at, id))).toEqual([nanosOfUsd(3), 0, nanosOfUsd(3)]);
    const told = at.world.store.read.audit
      .after(0, 99)
      .filter(({ eventType }) => eventType.endsWith('.agent.lineage_changed'));
    expect(told).toMatchObject([
      {
        actor: { kind: 'system', source: 'launcher' },
        payload: { agentID: 'reviewer', ancestorIDs: ['orch-b'], keptBefore: [['orch-a']] },
      },
    ]);
    expect(at.world.query(operator, 'agent.details', { agentId: 'reviewer' })).toMatchObject({
      value: { chains: [{ ancestorIds: ['orch-a'] }, { ancestorIds: ['orch-b'] }] },
    });
    expect(at.world.query(operator, 'lineage.tree', {})).toMatchObject({
      value: {
        agents: expect.arrayContaining([
          expect.objectContaining({ agentId: 'reviewer', ancestorIds: ['orch-a'], otherChains: [['orch-b']] }),
        ]),
      },
    });
  });

  test('that leaves ancestors out is read as what it is of [3.lineage-omission]', async () => {
    const at = await desk();
    await create(at, { agent: 'kid', headers: below('chief', 'planner') }, 'first');
    await create(at, { agent: 'kid', headers: below('planner') }, 'second');
    await create(at, { agent: 'kid' }, 'third');
    for (const id of ['first', 'second', 'third']) {
      expect(at.world.store.read.records.lineageAgents(id)).toEqual(['kid', 'chief', 'planner']);
    }
  });

  test('takes nobody away: a pause in any lineage refuses creations, runs and resumptions [3.lineage-binds]', async () => {
    const at = await desk();
    const kid = { agent: 'kid', headers: below('parent') };
    const runId = await started(at, kid, 'first');
    await operate(at, '/governance/agents/parent/pause');
    const laundering = { agent: 'kid', headers: below('ghost1', 'ghost2') };
    const paused = { status: 403, body: { code: 'AUTOMATION_V2_AGENT_CREATION_PAUSED', paused_agent_ids: ['parent'] } };
    expect(await create(at, laundering, 'second')).toMatchObject(paused);
    expect(await run(at, laundering, 'first')).toMatchObject(paused);
    expect(await operate(at, `${V2}/runs/${runId}/resume`)).toMatchObject(paused);
    await operate(at, '/governance/agents/parent/resume');
    expect(await create(at, laundering, 'second')).toMatchObject({ status: 200 });
    expect(at.world.store.read.records.lineageAgents('second')).toEqual(['kid', 'ghost1', 'ghost2']);
    // Charged to the ghosts, and still bound by the parent.
    await operate(at, '/governance/agents/parent/pause');
    expect(await run(at, laundering, 'second')).toMatchObject(paused);
  });

  test('nor a spend stop, nor one of somebody above an ancestor', async () => {
    const at = await desk();
    await call(at.api, 'GET', V2, { agent: 'parent', headers: below('chief') });
    const chief = { agent: 'chief' };
    await spend(at, chief, await started(at, chief, 'costly'), 10);
    await call(at.api, 'GET', V2, { agent: 'kid', headers: below('parent') });
    const kid = { agent: 'kid', headers: below('ghost1', 'ghost2') };
    expect(await create(at, kid, 'second')).toMatchObject({
      status: 429,
      body: { code: 'AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED', spend_paused_agent_ids: ['chief'] },
    });
    expect(at.world.query(operator, 'agent.details', { agentId: 'kid' })).toMatchObject({
      value: { stoppedAbove: { pausedAgentIds: [], spendPausedAgentIds: ['chief'] } },
    });
  });

  test('does not hide an agent from "pause all below", nor does one in between that was only named [3.lineage-pause-below]', async () => {
    const at = await desk();
    for (const ids of [['parent'], ['ghost1', 'ghost2'], ['named', 'other']]) {
      await call(at.api, 'GET', V2, { agent: 'kid', headers: below(...ids) });
    }
    await call(at.api, 'GET', V2, { agent: 'parent', headers: below('chief') });
    const pausedBelow = async (agentId: string) => {
      const result = await at.world.done(operator, 'agents.pauseSubtree', { agentId });
      await at.world.execute(operator, 'agents.pauseAll', {});
      await at.world.execute(operator, 'agents.resumeAll', {});
      for (const id of result.agentIds) await at.world.execute(operator, 'agent.resume', { agentId: id });
      return result.agentIds;
    };
    expect(await pausedBelow('chief')).toEqual(['chief', 'parent', 'kid']);
    expect(await pausedBelow('ghost1')).toEqual(['ghost1', 'ghost2', 'kid']);
    expect(await pausedBelow('named')).toEqual(['named', 'other', 'kid']);
  });

  test('leaves the runs of those below alone when one above is paused, but starts nothing more', async () => {
    const at = await desk();
    const kid = { agent: 'kid', headers: below('parent') };
    const runId = await started(at, kid, 'first');
    await call(at.api, 'PATCH', `${V2}/runs/${runId}`, { ...kid, body: { status: 'running' } });
    await call(at.api, 'GET', V2, { agent: 'kid', headers: below('second-parent') });
    await operate(at, '/governance/agents/second-parent/pause');
    expect(at.world.store.read.runs.find(runId)?.status).toBe('running');
    expect(await run(at, kid, 'first')).toMatchObject({ status: 403 });
  });
});

describe('[3] the operator corrects a lineage', () => {
  test('which replaces all that is kept, and is told [3.lineage-corrected, api-2.lineage]', async () => {
    const at = await desk();
    for (const parentId of ['wrong', 'worse']) {
      await call(at.api, 'GET', V2, { agent: 'kid', headers: below(parentId) });
    }
    const corrected = await operate(at, '/governance/agents/kid/lineage', { ancestor_ids: ['chief', 'planner'] });
    expect(corrected).toMatchObject({
      status: 200,
      body: { agent: { agent_id: 'kid', lineage: ['chief', 'planner'] } },
    });
    expect(chainsOf(at, 'kid')).toEqual([['chief', 'planner']]);
    expect(at.world.store.read.agents.childrenOf('wrong', 9)).toEqual([]);
    await operate(at, '/governance/agents/worse/pause');
    expect(await create(at, { agent: 'kid' }, 'mine')).toMatchObject({ status: 200 });
    const [told] = at.world.store.read.audit
      .after(0, 99)
      .filter(({ eventType }) => eventType.endsWith('.agent.lineage_corrected'));
    expect(told).toMatchObject({
      actor: { kind: 'human' },
      payload: { agentID: 'kid', ancestorIDs: ['chief', 'planner'], keptBefore: [['wrong'], ['worse']] },
    });
  });

  test.each<[string, readonly string[]]>([
    ['its own ancestor', ['kid']],
    ['twice in it', ['chief', 'chief']],
    ['below one that is below it', ['grandkid']],
    ['below and above another', ['grandkid', 'stranger', 'kid']],
    ['between two that are the other way round', ['grandkid-of-other', 'other']],
  ])('but nobody is %s', async (_name, ancestorIds) => {
    const at = await desk();
    insertAgent(at.world, 'grandkid', { ancestorIds: ['kid'] });
    insertAgent(at.world, 'grandkid-of-other', { ancestorIds: ['other'] });
    const before = dumpOf(at.world, []);
    const answer = await operate(at, '/governance/agents/kid/lineage', { ancestor_ids: ancestorIds });
    expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: 'ancestor_ids' }] } });
    expect(dumpOf(at.world, [])).toEqual(before);
  });

  test('to nobody, after which it creates as nobody’s child', async () => {
    const at = await desk();
    await call(at.api, 'GET', V2, { agent: 'kid', headers: below('a', 'b', 'c') });
    await operate(at, '/governance/agents/kid/lineage', { ancestor_ids: [] });
    await create(at, { agent: 'kid' }, 'mine');
    expect(at.world.store.read.records.find('mine')?.provenance).toMatchObject({ depth: 1, ancestorChain: [] });
  });
});

test('[8] the creator is charged first, then the oldest ancestor on, in answers and texts [8.order]', async () => {
  const at = await desk();
  setLimits(at.world, { weeklySpendCapNanos: nanosOfUsd(1) });
  const zeta = { agent: 'zeta', headers: below('omega', 'alpha') };
  const charged = await spend(at, zeta, await started(at, zeta, 'work'), 2);
  expect(charged.body).toMatchObject({ hard_stops: ['zeta', 'omega', 'alpha'] });
  expect(charged.body.run.pause_reason).toMatch(/for zeta \(.*\), omega \(.*\), alpha \(/);
});
