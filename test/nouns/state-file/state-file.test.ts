import { describe, expect, test } from 'vitest';
import { automationOf, insertAgent, insertAutomation, pendingOf, runOf } from '../../support/governed';
import { exported, importing, referenceState } from '../../support/state-file';
import { agent, createWorld, engine, operator, START } from '../../support/world';

test('a state file of the reference is imported whole [15.whole]', async () => {
  const world = createWorld();
  expect(await importing(world, referenceState())).toMatchObject({
    ok: true,
    value: {
      counts: {
        records: 2,
        approvals: 2,
        deleted_automations: 1,
        paused_agents: 1,
        spend_paused_agents: 1,
        agent_spend: 1,
        agent_creation_reviews: 1,
        limits: 2,
      },
      conflicts: [],
      unknownPaths: [],
    },
  });
  const { read } = world.store;
  expect(read.unadoptedRecords.find('nightly')).toMatchObject({
    reviewKind: 'health_drift',
    pausedForLifecycle: false,
    modifyGrants: [{ grantId: 'grant-1' }],
  });
  expect(read.records.find('manual')).toMatchObject({ deletedAtMs: START });
  expect(read.approvals.find('apr_1')).toMatchObject({ status: 'approved', reviewNotes: 'fine', revision: 1 });
  expect(pendingOf(world)).toMatchObject([{ approvalId: 'apr_2' }]);
  expect(read.automations.find('manual')).toMatchObject({
    automation: { name: 'Manual', x_own_field: { kept: true } },
    deletion: { restoreUntilMs: START + 7 },
  });
  expect(read.agents.find('helper')).toHaveProperty('pausedAtMs');
  expect(read.agents.find('scout')).toMatchObject({
    spendPausedAtMs: START,
    spendPauseReason: 'weekly spend cap 0.30 USD reached',
    review: { createdSinceReview: 5, reviewRequired: true },
  });
  expect(read.spend.windows('scout').find(({ kind }) => kind === 'weekly')?.costNanos).toBe(300_000_000);
  expect(read.limits.current()).toMatchObject({ lineageDepthLimit: 4, weeklySpendCapNanos: 300_000_000 });
  expect(read.audit.after(0, 9).map(({ eventType }) => eventType)).toEqual([
    'automation.governance.limits.updated',
    'automation.governance.imported',
    'automation.governance.approval.imported',
    'automation.governance.approval.imported',
    'automation.governance.imported.facts',
  ]);
  expect(read.audit.verify().isOk).toBe(true);
});

test('what is pending after an import is asked once', async () => {
  const world = createWorld();
  await importing(world, referenceState());
  const asked = await world.execute(agent('scout'), 'approval.request', {
    requestType: 'capability_request',
    targetResource: { type: 'agent', id: 'scout' },
    rationale: 'I need helpers',
    context: { capability_key: 'creates_agents' },
  });
  expect(asked).toMatchObject({ value: { approval: { approvalId: 'apr_2' } } });
});

test('what is exported and imported into an empty home is the same state [15.export]', async () => {
  const world = createWorld();
  await importing(world, referenceState());
  await world.execute(operator, 'automation.create', { automationId: 'nightly', name: 'Nightly', status: 'active' });
  insertAutomation(world, automationOf({ automationId: 'busy' }), undefined, [
    runOf({ runId: 'one' }),
    runOf({ runId: 'two', status: 'running', activeSessionIds: ['s'] }),
  ]);
  insertAgent(world, 'idle', { ancestorIds: ['root'], overrides: { weeklySpendCapNanos: 1 } });
  world.store.transaction(({ spend }) =>
    spend.addToDay('scout', { dayStartMs: START, totalTokens: 5, costNanos: 7, ownCostNanos: 4, estimatedNanos: 2 }),
  );
  await world.execute(operator, 'agents.pauseAll', {});
  const asked = await world.execute(agent('scout'), 'approval.request', {
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'Bash' },
    rationale: 'run',
    action: { command: 'git push' },
  });
  expect(asked.ok).toBe(true);
  const first = world.told(operator, 'state.export', {});
  const other = createWorld();
  other.clock.at += 5;
  expect(await importing(other, first.text)).toMatchObject({ ok: true, value: { unknownPaths: [] } });
  expect(exported(other)).toEqual(exported(world));
  expect(other.store.read.runs.newest('busy', 9).map(({ runId }) => runId)).toEqual(['two', 'one']);
  expect(other.store.read.records.agentsOf('nightly')).toEqual(['planner', 'scout']);
  await other.execute(operator, 'agents.resumeAll', {});
  expect(other.store.read.agents.paused().map(({ agentId }) => agentId)).toEqual(['helper']);
});

test('fields that are not known are kept aside and reported with their place [15.unknown-fields]', async () => {
  const world = createWorld();
  const state = referenceState();
  const strange = {
    ...state,
    later: { section: 1 },
    records: { ...state.records, nightly: { ...state.records.nightly, mood: 'good' } },
    limits: { ...state.limits, moon_phase_limit: 3 },
  };
  const result = await importing(world, strange);
  expect(result.ok ? [...result.value.unknownPaths].toSorted() : result).toEqual([
    '$.later',
    '$.limits.moon_phase_limit',
    '$.records.nightly.mood',
  ]);
  expect(world.store.read.kept.find('import_unknown_$.records.nightly.mood')).toBe('good');
  expect(exported(world)).toMatchObject({
    later: { section: 1 },
    records: { nightly: { mood: 'good' } },
    limits: { moon_phase_limit: 3 },
    gatehouse: { kept_aside: {} },
  });
});

describe('what is here already', () => {
  const changed = () => {
    const state = referenceState();
    state.records.nightly.runs_since_review = 9;
    state.approvals.apr_2.rationale = 'changed';
    state.limits.lineage_depth_limit = 7;
    return state;
  };

  test('is reported, and nothing is changed, until the operator says what becomes of it [15.conflicts]', async () => {
    const world = createWorld();
    await importing(world, referenceState());
    const before = exported(world);
    const result = await importing(world, changed());
    expect(result).toMatchObject({ refusal: { code: 'STATE_IMPORT_CONFLICTS' } });
    expect(result.ok ? [] : result.refusal.details?.['conflicts']).toEqual(
      expect.arrayContaining([
        { section: 'records', id: 'nightly' },
        { section: 'approvals', id: 'apr_2' },
        { section: 'deleted_automations', id: 'manual' },
        { section: 'agent_spend', id: 'scout' },
        { section: 'agent_creation_reviews', id: 'scout' },
      ]),
    );
    expect(exported(world)).toEqual(before);
  });

  test.each([
    ['skip', 3, 'I need helpers', 4],
    ['replace', 9, 'changed', 7],
  ] as const)('is left or taken as chosen: %s [15.conflicts]', async (onConflict, runs, rationale, depth) => {
    const world = createWorld();
    await importing(world, referenceState());
    expect(await importing(world, changed(), onConflict)).toMatchObject({ ok: true });
    expect(world.store.read.unadoptedRecords.find('nightly')?.runsSinceReview).toBe(runs);
    expect(world.store.read.approvals.find('apr_2')?.rationale).toBe(rationale);
    expect(world.store.read.limits.current().lineageDepthLimit).toBe(depth);
    expect(pendingOf(world)).toHaveLength(1);
  });
});

test.each([
  ['agent', agent('scout')],
  ['engine', engine],
] as const)('an %s neither imports nor exports [15.humans]', async (_name, caller) => {
  const world = createWorld();
  expect(await world.execute(caller, 'state.import', { text: '{}' })).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
  expect(world.query(caller, 'state.export', {})).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
});

test('of very many problems the first ones are listed, and the others counted', async () => {
  const wrong = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`a${index}`, { automation_id: 5 }]));
  const result = await importing(createWorld(), { records: wrong });
  const issues = result.ok ? [] : (result.refusal.issues ?? []);
  expect(issues).toHaveLength(301);
  expect(issues.at(0)?.path).toBe('$.records.a0.automation_id');
  const listed = issues.length - 1;
  // Two for each: an id that is none, and no provenance.
  expect(issues.at(-1)).toEqual({ path: '$', message: `has ${4_000 - listed} more problems` });
});

describe('words that a newer reference may have', () => {
  test('of kinds are kept aside and come back; what they are about holds without them', async () => {
    const world = createWorld();
    const state = referenceState();
    state.records.nightly.review_kind = 'new_kind';
    Object.assign(state.agent_creation_reviews.scout, { review_kind: 'new_kind' });
    state.approvals.apr_2.request_type = 'new_request';
    state.records.nightly.health_findings.push({
      ...(state.records.nightly.health_findings[0] as (typeof state.records.nightly.health_findings)[0]),
      finding_id: 'f2',
      kind: 'new_kind',
    });
    const result = await importing(world, state);
    expect(result.ok ? [...result.value.unknownPaths].toSorted() : result).toEqual([
      '$.agent_creation_reviews.scout.review_kind',
      '$.approvals.apr_2',
      '$.records.nightly.health_findings[1]',
      '$.records.nightly.review_kind',
    ]);
    expect(pendingOf(world)).toEqual([]);
    expect(world.store.read.unadoptedRecords.find('nightly')).toMatchObject({ reviewRequired: true });
    expect(world.store.read.agents.find('scout')?.review).toMatchObject({ reviewRequired: true });
    expect(exported(world)).toMatchObject({
      records: { nightly: { review_kind: 'new_kind', health_findings: [{ finding_id: 'f1' }, { kind: 'new_kind' }] } },
      approvals: { apr_2: { request_type: 'new_request' } },
      agent_creation_reviews: { scout: { review_kind: 'new_kind' } },
    });
  });

  test('that decide what holds are refused', async () => {
    for (const [damage, path] of [
      [
        (state: ReturnType<typeof referenceState>) => (state.approvals.apr_2.status = 'waived'),
        '$.approvals.apr_2.status',
      ],
      [
        (state: ReturnType<typeof referenceState>) => (state.records.nightly.provenance.creator.kind = 'service'),
        '$.records.nightly.provenance.creator.kind',
      ],
    ] as const) {
      const state = referenceState();
      damage(state);
      const result = await importing(createWorld(), state);
      expect(result.ok ? [] : result.refusal.issues?.map((issue) => issue.path)).toEqual([path]);
    }
  });
});

test('what an import kept aside goes where its entry is replaced, and stays where it is skipped', async () => {
  const world = createWorld();
  const state = referenceState();
  await importing(world, { records: { nightly: { ...state.records.nightly, mood: 'good' } } });
  const next = { records: { nightly: { ...state.records.nightly, weather: 'fine' } } };
  await importing(world, next, 'skip');
  expect(exported(world)).toMatchObject({ records: { nightly: { mood: 'good' } } });
  expect(exported(world)).not.toHaveProperty('records.nightly.weather');
  await importing(world, next, 'replace');
  expect(exported(world)).toMatchObject({ records: { nightly: { weather: 'fine' } }, gatehouse: { kept_aside: {} } });
  expect(exported(world)).not.toHaveProperty('records.nightly.mood');
});

test('a file of an earlier version gives back what it kept aside', async () => {
  const world = createWorld();
  const kept = {
    import_unknown_5: [
      { path: '$.later', value: 1 },
      { path: '$.records.gone.mood', value: 2 },
    ],
  };
  await importing(world, { gatehouse: { kept_aside: kept } });
  expect(exported(world)).toMatchObject({
    later: 1,
    gatehouse: { kept_aside: { 'import_unknown_$.records.gone.mood': 2 } },
  });
});

test('what the reference would refuse stands under gatehouse, and comes back from there [15.export-foreign]', async () => {
  const world = createWorld();
  const half = 'half \ud83d';
  for (const [requestType, note] of [
    ['tool_call', 'fine'],
    ['external_post', half],
  ] as const) {
    await world.execute(agent('scout'), 'approval.request', {
      requestType,
      targetResource: { type: 'tool', id: 'Bash' },
      rationale: 'why',
      context: { note },
    });
  }
  const [given] = pendingOf(world);
  await world.execute(agent('scout'), 'approval.cancel', { approvalId: given?.approvalId ?? '' });
  await world.execute(operator, 'automation.create', { automationId: 'bare', name: 'Bare' });
  await world.execute(operator, 'automation.retire', { automationId: 'bare', reason: half });
  await world.execute(operator, 'automation.delete', { automationId: 'bare' });
  const state = exported(world) as unknown as Record<string, Record<string, unknown>>;
  expect([state['approvals'], state['deleted_automations']]).toEqual([{}, {}]);
  expect(state['records']).toMatchObject({ bare: { retire_reason: 'half \u{FFFD}' } });
  expect(state['gatehouse']).toMatchObject({
    deleted_automations: { bare: {} },
    records: { bare: { retire_reason: half } },
  });
  expect(Object.keys(state['gatehouse']?.['approvals'] as object)).toHaveLength(2);
  const other = createWorld();
  expect(await importing(other, state)).toMatchObject({ ok: true, value: { unknownPaths: [] } });
  expect(exported(other)).toEqual(state);
});
