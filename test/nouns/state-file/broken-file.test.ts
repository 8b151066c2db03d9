import { describe, expect, test } from 'vitest';
import type { Issue } from '../../../shared/kernel/errors';
import { exported, importing, referenceState } from '../../support/state-file';
import { createWorld, START } from '../../support/world';

// oxlint-disable-next-line typescript/no-explicit-any -- a test breaks JSON of any form
type Damage = (state: any) => unknown;

const damages: readonly (readonly [string, Damage, string])[] = [
  ['not JSON', () => '{"records": {', '$'],
  ['a list', () => [], '$'],
  ['none of the sections', () => ({ something: 1 }), '$'],
  ['a section that is a list', (state) => ({ ...state, records: [] }), '$.records'],
  [
    'a record without provenance',
    (state) => void delete state.records.nightly.provenance,
    '$.records.nightly.provenance',
  ],
  [
    'a record under another id',
    (state) => void (state.records.nightly.automation_id = 'x'),
    '$.records.nightly.automation_id',
  ],
  [
    'a severity that there is not',
    (state) => void (state.records.nightly.health_findings[0].severity = 'x'),
    '$.records.nightly.health_findings[0].severity',
  ],
  [
    'a depth that does not fit',
    (state) => void (state.records.nightly.provenance.depth = 1),
    '$.records.nightly.provenance.depth',
  ],
  [
    'a chain with a gap',
    (state) => void (state.records.nightly.provenance.ancestor_chain[0].depth = 2),
    '$.records.nightly.provenance.ancestor_chain[0].depth',
  ],
  [
    'an agent without an id',
    (state) => void delete state.records.nightly.provenance.creator.actor_id,
    '$.records.nightly.provenance.creator.actor_id',
  ],
  [
    'a time that is a text',
    (state) => void (state.records.nightly.created_at_ms = 'now'),
    '$.records.nightly.created_at_ms',
  ],
  [
    'a negative count',
    (state) => void (state.records.nightly.runs_since_review = -1),
    '$.records.nightly.runs_since_review',
  ],
  [
    'a grant of another automation',
    (state) => void (state.records.nightly.modify_grants[0].automation_id = 'x'),
    '$.records.nightly.modify_grants[0].automation_id',
  ],
  [
    'a grant in the wrong list',
    (state) => void (state.records.nightly.modify_grants[0].grant_kind = 'capability'),
    '$.records.nightly.modify_grants[0].grant_kind',
  ],
  ['a decision by nobody', (state) => void delete state.approvals.apr_1.reviewed_by, '$.approvals.apr_1.reviewed_by'],
  [
    'a decision by an agent',
    (state) => void (state.approvals.apr_1.reviewed_by = { kind: 'agent', actor_id: 'scout' }),
    '$.approvals.apr_1.reviewed_by',
  ],
  ['a status that there is not', (state) => void (state.approvals.apr_2.status = 'maybe'), '$.approvals.apr_2.status'],
  [
    'an action with a hash of another',
    (state) => void Object.assign(state.approvals.apr_2, { action: { a: 1 }, action_hash: 'x' }),
    '$.approvals.apr_2.action_hash',
  ],
  [
    'a deletion that ends before it begins',
    (state) => void (state.deleted_automations.manual.restore_until_ms = START - 1),
    '$.deleted_automations.manual.restore_until_ms',
  ],
  [
    'a deleted automation without a name',
    (state) => void delete state.deleted_automations.manual.automation.name,
    '$.deleted_automations.manual.automation.name',
  ],
  ['a paused agent that is a number', (state) => void state.paused_agents.push(5), '$.paused_agents[1]'],
  ['a paused agent without an id', (state) => void state.paused_agents.push(' '), '$.paused_agents[1]'],
  [
    'a negative cost',
    (state) => void (state.agent_spend.scout.weekly.cost_usd = -1),
    '$.agent_spend.scout.weekly.cost_usd',
  ],
  [
    'a window of another kind',
    (state) => void (state.agent_spend.scout.weekly.kind = 'daily'),
    '$.agent_spend.scout.weekly.kind',
  ],
  [
    'tokens below nothing',
    (state) => void (state.agent_spend.scout.daily.total_tokens = -1),
    '$.agent_spend.scout.daily.total_tokens',
  ],
  [
    'a review of another agent',
    (state) => void (state.agent_creation_reviews.scout.agent_id = 'x'),
    '$.agent_creation_reviews.scout.agent_id',
  ],
  [
    'a limit out of its range',
    (state) => void (state.limits.spend_warning_threshold_ratio = 2),
    '$.limits.spend_warning_threshold_ratio',
  ],
  [
    'a usage of no run',
    (state) => ({ ...state, gatehouse: { usages: { nowhere: { reservations: {}, answers: {} } } } }),
    '$.gatehouse.usages.nowhere',
  ],
  [
    'a usage that is answered in two ways',
    (state) => ({ ...state, gatehouse: { usages: { r: { reservations: {}, answers: { u1: { warnings: [] } } } } } }),
    '$.gatehouse.usages.r.answers.u1',
  ],
  [
    'something kept aside under a name of our own',
    (state) => ({ ...state, gatehouse: { kept_aside: { pause_all: {} } } }),
    '$.gatehouse.kept_aside.pause_all',
  ],
  ['a time of update that is none', (state) => void (state.updated_at_ms = -1), '$.updated_at_ms'],
  [
    'a record that SQLite would keep under another id',
    (state) => void (state.records['a\0'] = { ...state.records.nightly, automation_id: 'a\0' }),
    String.raw`$.records["a\u0000"]`,
  ],
  [
    'an automation that SQLite would keep under another id',
    (state) => ({
      ...state,
      gatehouse: {
        automations: {
          'a\ud800': {
            automation_id: 'a\ud800',
            name: 'N',
            status: 'active',
            creator_id: 'x',
            created_at_ms: START,
            updated_at_ms: START,
          },
        },
      },
    }),
    String.raw`$.gatehouse.automations["a\ud800"]`,
  ],
  ['an id that is no name', (state) => void (state.records['a.b'] = {}), '$.records["a.b"].automation_id'],
];

describe('a file that does not hold changes nothing, and the problem is named with its place: [15.or-not-at-all, 15.invalid]', () => {
  test.each(damages)('%s', async (_name, damage, path) => {
    const world = createWorld();
    const state = referenceState();
    const damaged = damage(state) ?? state;
    const before = exported(world);
    const result = await importing(world, damaged);
    expect(result).toMatchObject({ ok: false, refusal: { code: 'VALIDATION_FAILED' } });
    const issues: readonly Issue[] = result.ok ? [] : (result.refusal.issues ?? []);
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(exported(world)).toEqual(before);
    expect(world.store.read.audit.headSeq()).toBe(0);
  });

  test('every problem of a file is named, not the first alone [15.or-not-at-all]', async () => {
    const state = referenceState();
    Object.assign(state.records.nightly, { runs_since_review: 'x' });
    state.approvals.apr_2.status = 'maybe';
    const result = await importing(createWorld(), state);
    expect(result.ok ? [] : result.refusal.issues?.map(({ path }) => path)).toEqual([
      '$.records.nightly.runs_since_review',
      '$.approvals.apr_2.status',
    ]);
  });
});
