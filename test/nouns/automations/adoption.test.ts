import { describe, expect, test } from 'vitest';
import { bootstrapAtStart } from '../../../electron/nouns/automations/bootstrap';
import type { NewAutomation } from '../../../shared/contract/automation';
import type { Caller } from '../../../shared/kernel/actor';
import { HOUR_MS } from '../../../shared/kernel/time';
import { codeOf } from '../../support/answers';
import { eventNamesAfter } from '../../support/audit';
import { automationOf, insertAutomation, pendingOf, recordOf } from '../../support/governed';
import { agent, createWorld, engine, operator, START, type World } from '../../support/world';

const DAY_MS = 24 * HOUR_MS;

const gatehouse: Caller = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'automation_health_check' },
  ancestorIds: [],
};

type Json = Record<string, unknown>;

/** A record as the reference's file has it: created by scout under planner, unless a test says otherwise. */
function fileRecord(different: Json = {}): Json {
  return {
    automation_id: 'nightly',
    provenance: {
      creator: { kind: 'agent', actor_id: 'scout' },
      root_actor: { kind: 'human', actor_id: 'olga' },
      ancestor_chain: [{ depth: 1, actor: { kind: 'agent', actor_id: 'planner' } }],
      depth: 2,
    },
    created_at_ms: START - 1_000,
    updated_at_ms: START - 1_000,
    ...different,
  };
}

const human = { creator: { kind: 'human', actor_id: 'marta' }, root_actor: { kind: 'human' }, depth: 0 };

async function importing(world: World, state: Json, onConflict?: 'skip' | 'replace') {
  return world.execute(operator, 'state.import', {
    text: JSON.stringify(state),
    ...(onConflict !== undefined && { onConflict }),
  });
}

async function worldWith(...records: readonly Json[]): Promise<World> {
  const world = createWorld();
  const imported = await importing(world, {
    records: Object.fromEntries(records.map((record) => [String(record['automation_id']), record])),
  });
  expect(imported).toMatchObject({ ok: true });
  return world;
}

const define = (world: World, caller: Caller, different: Partial<NewAutomation> = {}) =>
  world.execute(caller, 'automation.create', { automationId: 'nightly', name: 'Nightly', ...different });

describe('a record without a definition', () => {
  test('counts against no limit, never expires, opens no review and is in no list [15.no-definition, 15.not-adopted]', async () => {
    const world = await worldWith(
      fileRecord({ expires_at_ms: START + 1_000, review_required: true, runs_since_review: 500 }),
      fileRecord({ automation_id: 'expired', expires_at_ms: START - 1_000, health_findings: [] }),
    );
    world.clock.at += 2_000;
    expect(await world.execute(gatehouse, 'automations.checkExpiry', {})).toMatchObject({ value: { count: 0 } });
    expect(await world.execute(operator, 'health.check', {})).toMatchObject({ value: { findingCount: 0 } });
    expect(pendingOf(world)).toEqual([]);
    const { records } = world.store.read;
    expect([
      records.createdSince('scout', START - DAY_MS),
      records.activeByAgents(9),
      records.activeOf('scout'),
      records.nextExpiry(),
      records.needingLook('', 9),
      records.automationsOf('scout'),
    ]).toEqual([0, 0, 0, undefined, [], []]);
    const reviews = world.query(operator, 'reviews.list', {});
    expect(reviews).toMatchObject({ value: { automationLifecycleReviews: [], count: 0 } });
    expect(world.query(operator, 'automations.list', {})).toMatchObject({ value: { count: 0 } });
    expect(eventNamesAfter(world)).not.toContain('expired');
  });

  test('is adopted as it is by a creation with its id: whose it is, its grants, its deadline [15.adopted]', async () => {
    const world = await worldWith(
      fileRecord({
        expires_at_ms: START + DAY_MS,
        runs_since_review: 4,
        modify_grants: [
          {
            grant_id: 'g1',
            automation_id: 'nightly',
            grant_kind: 'modify',
            granted_to: { kind: 'agent', actor_id: 'helper' },
            granted_by: { kind: 'human' },
            created_at_ms: START,
          },
        ],
      }),
    );
    const created = await define(world, operator, { creatorId: 'somebody', status: 'active' });
    expect(created).toMatchObject({ value: { automation: { creatorId: 'scout', status: 'active' } } });
    const { read } = world.store;
    expect(read.records.find('nightly')).toMatchObject({
      provenance: { creator: { kind: 'agent', actorId: 'scout' }, depth: 2 },
      createdAtMs: START - 1_000,
      runsSinceReview: 4,
      expiresAtMs: START + DAY_MS,
    });
    expect(read.grants.findModify('nightly', 'helper')).toMatchObject({ grantId: 'g1' });
    expect(read.records.lineageAgents('nightly').toSorted()).toEqual(['planner', 'scout']);
    expect(read.records.activeOf('scout')).toBe(1);
    expect(read.unadoptedRecords.find('nightly')).toBe(undefined);
    expect(codeOf(await define(world, operator))).toBe('AUTOMATION_V2_ALREADY_EXISTS');
  });

  test('is adopted by an import of its definition', async () => {
    const world = await worldWith(fileRecord({ paused_for_lifecycle: true }));
    const definition = {
      automation_id: 'nightly',
      name: 'Nightly',
      status: 'active',
      creator_id: 'somebody',
      created_at_ms: START,
      updated_at_ms: START,
    };
    expect(await importing(world, { gatehouse: { automations: { nightly: definition } } })).toMatchObject({ ok: true });
    const { read } = world.store;
    expect(read.records.find('nightly')).toMatchObject({ provenance: { creator: { actorId: 'scout' } } });
    // Nothing is active while it is paused for lifecycle.
    expect(read.automations.find('nightly')?.automation.status).toBe('paused');
    expect(read.unadoptedRecords.find('nightly')).toBe(undefined);
  });

  test('of a purged automation is none: its id stays taken, also for the operator', async () => {
    const world = await worldWith(fileRecord({ deleted_at_ms: START - 9, delete_retention_until_ms: START - 8 }));
    for (const caller of [operator, agent('scout')]) {
      expect(codeOf(await define(world, caller))).toBe('AUTOMATION_V2_ALREADY_EXISTS');
    }
  });

  test('that takes the place of a purged one, as the operator chose, waits like all others', async () => {
    const world = await worldWith(fileRecord({ deleted_at_ms: START - 9, delete_retention_until_ms: START - 8 }));
    const again = { records: { nightly: fileRecord() } };
    expect(await importing(world, again)).toMatchObject({ refusal: { code: 'STATE_IMPORT_CONFLICTS' } });
    await importing(world, again, 'replace');
    expect(world.store.read.records.find('nightly')).toBe(undefined);
    expect(codeOf(await define(world, operator))).toBe('ok');
  });

  test('whose review the operator denies or approves is so for whoever adopts it', async () => {
    const approval = {
      approval_id: 'apr_1',
      request_type: 'lifecycle_review',
      requested_by: { kind: 'system', source: 'automation_health_check' },
      target_resource: { type: 'automation', id: 'nightly' },
      rationale: 'look',
      context: { trigger: 'health_drift' },
      status: 'pending',
      expires_at_ms: START + DAY_MS,
      created_at_ms: START,
      updated_at_ms: START,
    };
    const record = fileRecord({ review_required: true, review_kind: 'health_drift', review_request_id: 'apr_1' });
    for (const [name, expected] of [
      ['approval.deny', { pausedForLifecycle: true, reviewRequired: true }],
      ['approval.approve', { pausedForLifecycle: false, reviewRequired: false }],
    ] as const) {
      const world = createWorld();
      await importing(world, { records: { nightly: record }, approvals: { apr_1: approval } });
      expect(await world.execute(operator, name, { approvalId: 'apr_1' })).toMatchObject({ ok: true });
      expect(codeOf(await define(world, operator))).toBe('ok');
      expect(world.store.read.records.find('nightly')).toMatchObject(expected);
    }
  });
});

describe('who may adopt:', () => {
  const engineOf = (source: string): Caller => ({ ...engine, actor: { kind: 'system', source } });
  const bySystem = (source: string) => ({
    creator: { kind: 'system', source },
    root_actor: { kind: 'system', source },
    depth: 0,
  });
  const taken = 'AUTOMATION_V2_ALREADY_EXISTS';
  test.each<readonly [string, Caller, Json, string]>([
    ['its creator', agent('scout'), {}, 'ok'],
    ['another agent', agent('mallory'), {}, taken],
    ['its ancestor', agent('planner'), {}, taken],
    ['an agent with the id of its human creator', agent('marta'), { provenance: human }, taken],
    ['an engine, of an agent', engine, {}, taken],
    ['an engine, of a human', engine, { provenance: human }, taken],
    ['an engine, of its own', engineOf('tandem'), { provenance: bySystem('tandem') }, 'ok'],
    ['an engine, of another engine', engineOf('other'), { provenance: bySystem('tandem') }, taken],
    ['an agent with the id of an engine', agent('tandem'), { provenance: bySystem('tandem') }, taken],
    ['its creator, when it is retired', agent('scout'), { retired_at_ms: START }, 'AUTOMATION_V2_RETIRED'],
    [
      'its creator, when it is paused',
      agent('scout'),
      { paused_for_lifecycle: true },
      'AUTOMATION_V2_LIFECYCLE_PAUSED',
    ],
    [
      'its creator, when it is expired',
      agent('scout'),
      { expired_at_ms: START, paused_for_lifecycle: true },
      'AUTOMATION_V2_EXPIRED',
    ],
    [
      'an agent that may modify it',
      agent('helper'),
      {
        modify_grants: [
          {
            grant_id: 'g1',
            automation_id: 'nightly',
            grant_kind: 'modify',
            granted_to: { kind: 'agent', actor_id: 'helper' },
            granted_by: { kind: 'human' },
            created_at_ms: START,
          },
        ],
      },
      taken,
    ],
    ['the operator, whatever it is', operator, { provenance: human, retired_at_ms: START }, 'ok'],
  ])('%s', async (_name, caller, different, code) => {
    const world = await worldWith(fileRecord(different));
    const before = world.store.read.unadoptedRecords.find('nightly');
    expect(codeOf(await define(world, caller))).toBe(code);
    const { read } = world.store;
    expect(read.records.find('nightly') !== undefined).toBe(code === 'ok');
    if (code !== 'ok') expect(read.unadoptedRecords.find('nightly')).toEqual(before);
    if (code === 'ok') expect(read.records.find('nightly')?.provenance).toEqual(before?.provenance);
  });

  test('an agent is held to the rules of a creation, and it counts as one', async () => {
    const world = await worldWith(
      fileRecord(),
      fileRecord({ automation_id: 'second', declared_capabilities: { creates_agents: true } }),
    );
    await world.execute(operator, 'limits.update', { lineageDepthLimit: 1 });
    // Its lineage is that of its records, whatever it says now.
    expect(codeOf(await define(world, agent('scout')))).toBe('AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED');
    await world.execute(operator, 'limits.update', { lineageDepthLimit: 3, perAgentCreationReviewThreshold: 1 });
    const capable = { automationId: 'second', capabilities: { createsAgents: true } };
    expect(codeOf(await define(world, agent('scout'), capable))).toBe('AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN');
    expect(codeOf(await define(world, agent('scout'), { automationId: 'second' }))).toBe('ok');
    expect(world.store.read.records.find('second')?.declaredCapabilities.createsAgents).toBe(false);
    expect(codeOf(await define(world, agent('scout')))).toBe('AUTOMATION_V2_AGENT_REVIEW_REQUIRED');
    expect(pendingOf(world)).toMatchObject([{ requestType: 'lifecycle_review', targetResource: { id: 'scout' } }]);
  });
});

describe('a definition without a record', () => {
  const legacy = {
    provenance: {
      creator: { kind: 'human', actorId: 'marta', source: 'migration_or_legacy_default' },
      depth: 0,
      ancestorChain: [],
    },
    createdAtMs: START,
  };
  const definition = {
    automation_id: 'old',
    name: 'Old',
    status: 'active',
    creator_id: 'marta',
    metadata: { capabilities: { creates_agents: true } },
    created_at_ms: START - 9,
    updated_at_ms: START - 9,
  };

  test('gets one at its import, by which the operator can change and end it [15.no-record]', async () => {
    const world = createWorld();
    await importing(world, { gatehouse: { automations: { old: definition } } });
    expect(world.store.read.records.find('old')).toMatchObject({
      ...legacy,
      declaredCapabilities: { createsAgents: true, modifiesGrants: false },
    });
    expect(eventNamesAfter(world)).toEqual(['record.updated', 'imported', 'imported.facts']);
    expect(codeOf(await world.execute(operator, 'automation.update', { automationId: 'old', name: 'New' }))).toBe('ok');
    expect(codeOf(await world.execute(agent('marta'), 'automation.delete', { automationId: 'old' }))).toBe(
      'AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED',
    );
    expect(codeOf(await world.execute(operator, 'automation.retire', { automationId: 'old' }))).toBe('ok');
  });

  test('gets one at a start, once, told by the system [15.bootstrap]', async () => {
    const world = createWorld();
    world.store.transaction(({ automations }) => {
      automations.insert(automationOf({ automationId: 'old', creatorId: 'marta' }), [], []);
    });
    insertAutomation(world, undefined, recordOf({ runsSinceReview: 7 }));
    await bootstrapAtStart(world.holder, world.execute);
    expect(world.store.read.records.find('old')).toMatchObject(legacy);
    expect(world.store.read.records.find('nightly')).toMatchObject({ runsSinceReview: 7 });
    expect(world.store.read.audit.after(0, 9)).toMatchObject([
      {
        eventType: 'automation.governance.record.updated',
        actor: { kind: 'system', source: 'automation_bootstrap' },
        payload: { automationID: 'old', provenance: { creator: { actor_id: 'marta' } } },
      },
    ]);
    await bootstrapAtStart(world.holder, world.execute);
    expect(eventNamesAfter(world)).toEqual(['record.updated']);
  });

  test('that is deleted gets one when it is restored [15.restore-no-record]', async () => {
    const world = createWorld();
    const deletion = {
      automation: definition,
      deleted_at_ms: START,
      deleted_by: { kind: 'human' },
      restore_until_ms: START + DAY_MS,
    };
    await importing(world, { deleted_automations: { old: deletion } });
    await bootstrapAtStart(world.holder, world.execute);
    expect(world.store.read.records.find('old')).toBe(undefined);
    expect(await world.execute(operator, 'automation.restore', { automationId: 'old' })).toMatchObject({
      value: { automation: { status: 'paused' } },
    });
    expect(world.store.read.records.find('old')).toMatchObject(legacy);
    expect(eventNamesAfter(world)).toEqual(['imported', 'record.updated', 'restored']);
  });
});
