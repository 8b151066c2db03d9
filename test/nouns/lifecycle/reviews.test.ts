import { describe, expect, test } from 'vitest';
import { acknowledgeAutomationReview, countCreation, countRun } from '../../../electron/nouns/lifecycle/reviews';
import type { OutputOf } from '../../../shared/contract/contract';
import type { Finding } from '../../../shared/contract/governance';
import { eventNamesAfter } from '../../support/audit';
import {
  asCommand,
  automationOf,
  insertAgent,
  insertApproval,
  insertAutomation,
  pendingOf,
  recordOf,
  runOf,
} from '../../support/governed';
import { createWorld, operator, START, type World } from '../../support/world';

const finding: Finding = {
  findingId: 'f',
  kind: 'health_drift',
  severity: 'warning',
  summary: 's',
  observedAtMs: START,
};

function create(world: World, count: number, agentId = 'scout') {
  for (let index = 0; index < count; index++) {
    asCommand(world, (context) => countCreation(context, agentId, `automation-${index}`));
  }
}

const reviewOf = (world: World, agentId = 'scout') => world.store.read.agents.find(agentId)?.review;

describe('creations', () => {
  test('the operator is asked once, with the facts [6.creation-once]', () => {
    const world = createWorld();
    create(world, 6);
    const [approval] = pendingOf(world);
    expect(approval).toMatchObject({
      requestType: 'lifecycle_review',
      requestedBy: { kind: 'system', source: 'automation_creation_review' },
      targetResource: { type: 'agent', id: 'scout' },
      context: {
        trigger: 'creation_quota',
        agentID: 'scout',
        automationID: 'automation-4',
        createdSinceReview: 5,
        creationReviewThreshold: 5,
      },
    });
    expect(reviewOf(world)).toMatchObject({
      reviewKind: 'creation_quota',
      reviewRequestedAtMs: START,
      reviewRequestId: approval?.approvalId,
    });
    expect(eventNamesAfter(world)).toEqual(['approval.requested']);
  });

  test('approving the review begins the count again and keeps the notes [6.creation-acknowledged]', async () => {
    const world = createWorld();
    create(world, 5);
    world.clock.at += 7;
    const approvalId = pendingOf(world)[0]?.approvalId ?? '';
    await world.execute(operator, 'approval.approve', { approvalId, notes: 'all fine' });
    expect(reviewOf(world)).toEqual({
      agentId: 'scout',
      createdSinceReview: 0,
      reviewRequired: false,
      lastReviewedAtMs: START + 7,
      lastReviewNotes: 'all fine',
      updatedAtMs: START + 7,
    });
    expect(eventNamesAfter(world)).toEqual(['approval.requested', 'approval.approved', 'review.agent_acknowledged']);
  });

  test('denying the review leaves the agent blocked', async () => {
    const world = createWorld();
    create(world, 5);
    await world.execute(operator, 'approval.deny', { approvalId: pendingOf(world)[0]?.approvalId ?? '' });
    expect(reviewOf(world)).toMatchObject({ reviewRequired: true, createdSinceReview: 5 });
  });
});

describe('runs', () => {
  const count = (world: World, times: number) => {
    for (let index = 1; index <= times; index++) {
      asCommand(world, (context) => countRun(context, runOf({ runId: `run-${index}` })));
    }
  };

  test('a run of what has no custody record counts nothing', () => {
    const world = createWorld();
    count(world, 30);
    expect(eventNamesAfter(world)).toEqual([]);
  });

  test('acknowledging clears the review, the count and the findings, and does not resume [6.run-acknowledged, 6.stays-paused]', () => {
    const world = createWorld();
    const record = recordOf({
      reviewRequired: true,
      reviewKind: 'health_drift',
      reviewRequestedAtMs: START,
      reviewRequestId: 'apr_x',
      runsSinceReview: 7,
      pausedForLifecycle: true,
      healthFindings: [finding],
    });
    insertAutomation(world, undefined, record);
    world.clock.at += 3;
    asCommand(world, (context) => acknowledgeAutomationReview(context, 'nightly'));
    expect(world.store.read.records.find('nightly')).toEqual({
      ...recordOf(),
      updatedAtMs: START + 3,
      pausedForLifecycle: true,
      lastReviewedAtMs: START + 3,
      healthLastCheckedAtMs: START + 3,
    });
  });
});

describe('the list of what needs a look', () => {
  const idOf = (kind: string, index: number) => `${kind}-${index}`;

  function worldWith(agents: number, automations: number, approvals: number): World {
    const world = createWorld();
    for (let index = 0; index < agents; index++) {
      const agentId = idOf('agent', index);
      insertAgent(world, agentId, {
        review: { agentId, createdSinceReview: 5, reviewRequired: true, updatedAtMs: START },
      });
    }
    for (let index = 0; index < automations; index++) {
      const automationId = idOf('automation', index);
      insertAutomation(world, automationOf({ automationId }), recordOf({ automationId, reviewRequired: true }));
    }
    for (let index = 0; index < approvals; index++) {
      const requestType = index % 3 === 0 ? 'retirement_action' : 'lifecycle_review';
      insertApproval(world, {
        approvalId: idOf('approval', index),
        requestType,
        targetResource: { type: 'automation', id: idOf('automation', index) },
        updatedAtMs: START + Math.floor(index / 2),
      });
    }
    return world;
  }

  function pages(world: World, limit: number): readonly OutputOf<'reviews.list'>[] {
    const all: OutputOf<'reviews.list'>[] = [];
    let cursor: string | undefined;
    do {
      const page = world.told(operator, 'reviews.list', { limit, ...(cursor !== undefined && { cursor }) });
      all.push(page);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return all;
  }

  test.each([
    [0, 0, 0, 1],
    [2, 2, 2, 1],
    [3, 1, 0, 2],
    [0, 5, 7, 4],
  ])('with %i agents, %i automations and %i requests is %i pages of two of each, and misses none', (...given) => {
    const [agents, automations, approvals, count] = given;
    const found = pages(worldWith(agents, automations, approvals), 2);
    expect(found).toHaveLength(count);
    const ids = (kind: string, length: number) => Array.from({ length }, (_, index) => idOf(kind, index));
    expect(found.flatMap((page) => page.agentCreationReviews.map(({ agentId }) => agentId))).toEqual(
      ids('agent', agents),
    );
    expect(found.flatMap((page) => page.automationLifecycleReviews.map(({ automationId }) => automationId))).toEqual(
      ids('automation', automations),
    );
    expect(found.flatMap((page) => page.pendingApprovals.map(({ approvalId }) => approvalId))).toEqual(
      ids('approval', approvals).toReversed(),
    );
    expect(found.map((page) => page.count).reduce((sum, one) => sum + one, 0)).toBe(agents + automations + approvals);
  });

  test.each(['x', Buffer.from('{}').toString('base64url')])('refuses a cursor that it never answered: %s', (cursor) => {
    expect(createWorld().query(operator, 'reviews.list', { cursor })).toMatchObject({
      refusal: { code: 'VALIDATION_FAILED', issues: [{ path: 'cursor' }] },
    });
  });
});
