import { expect, test } from 'vitest';
import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { Actor } from '../../../shared/kernel/actor';
import { HOUR_MS } from '../../../shared/kernel/time';
import { eventNamesAfter } from '../../support/audit';
import { setLimits } from '../../support/automations';
import { insertAgent, insertApproval, insertAutomation, runOf, weekOf } from '../../support/governed';
import { createWorld, operator, START, type World } from '../../support/world';

const gatehouse: Actor = { kind: 'system', source: 'automation_spend_cap' };
const scout: Actor = { kind: 'agent', actorId: 'scout' };
const ids = ['own', 'own-2', 'gatehouse', 'parent', 'engine', 'other-agent'] as const;

function override(world: World, approvalId: string, requestedBy: Actor, different: Partial<ApprovalRecord> = {}): void {
  insertApproval(world, {
    approvalId,
    requestType: 'quota_override',
    requestedBy,
    targetResource: { type: 'agent', id: 'scout' },
    ...different,
  });
}

/** Everybody who can ask for more for scout asks for it; the agent's own goes on for a year. */
function askedByAll(): World {
  const world = createWorld();
  setLimits(world, { weeklySpendCapNanos: 5 });
  insertAgent(world, 'scout', { spendPausedAtMs: START });
  world.store.transaction(({ spend }) => spend.saveWindow('scout', weekOf(5)));
  insertAutomation(world, undefined, undefined, [runOf({ status: 'paused' })]);
  override(world, 'own', scout, { rationale: 'two more pages', expiresAtMs: START + 9_000 * HOUR_MS });
  override(world, 'own-2', scout, { rationale: 'and one', expiresAtMs: START + HOUR_MS / 2 });
  override(world, 'gatehouse', gatehouse);
  override(world, 'parent', { kind: 'agent', actorId: 'planner' });
  override(world, 'engine', { kind: 'system', source: 'tandem' });
  override(world, 'other-agent', scout, { targetResource: { type: 'agent', id: 'planner' } });
  return world;
}

const statusesOf = (world: World) =>
  Object.fromEntries(ids.map((id) => [id, world.store.read.approvals.find(id)?.status]));

function shown(world: World) {
  const snapshot = world.query(operator, 'queue.snapshot', {});
  const searched = world.query(operator, 'approvals.search', { scope: 'waiting' });
  const patch = world.query(operator, 'queue.approvals', { approvalIds: [...ids] });
  if (!snapshot.ok || !searched.ok || !patch.ok) throw new Error('no queue');
  expect(patch.value.waitingCount).toBe(snapshot.value.waitingCount);
  expect(snapshot.value.waiting).toHaveLength(snapshot.value.waitingCount);
  const idsOf = (list: readonly { readonly approvalId: string; readonly status: string }[]) =>
    list
      .filter(({ status }) => status === 'pending')
      .map(({ approvalId }) => approvalId)
      .toSorted();
  expect(idsOf(searched.value.approvals)).toEqual(idsOf(snapshot.value.waiting));
  expect(idsOf(patch.value.approvals)).toEqual(idsOf(snapshot.value.waiting));
  return idsOf(snapshot.value.waiting);
}

test('the operator sees one card for what an agent and Gatehouse ask for it, with the words of both', () => {
  const world = askedByAll();
  expect(shown(world)).toEqual(['engine', 'gatehouse', 'other-agent', 'parent']);
  expect(world.query(operator, 'approvals.facts', { approvalId: 'gatehouse' })).toMatchObject({
    value: {
      alsoAsked: [
        { approvalId: 'own-2', rationale: 'and one' },
        { approvalId: 'own', rationale: 'two more pages' },
      ],
    },
  });
  const after = world.query(operator, 'queue.waitingAfter', { approvalId: 'own-2', expiresAtMs: START });
  expect(after.ok && after.value.waiting.map(({ approvalId }) => approvalId)).not.toContain('own');
});

test.each([
  ['gatehouse', 'approve', 'approved'],
  ['gatehouse', 'deny', 'denied'],
  ['own', 'approve', 'approved'],
  ['own-2', 'deny', 'denied'],
] as const)('deciding %s by %s decides the whole card, and nothing else', async (approvalId, decision, status) => {
  const world = askedByAll();
  const decided = await world.execute(operator, `approval.${decision}`, { approvalId, revision: 1, notes: 'once' });
  expect(decided.ok).toBe(true);
  expect(statusesOf(world)).toEqual({
    ...{ own: status, 'own-2': status, gatehouse: status },
    ...{ parent: 'pending', engine: 'pending', 'other-agent': 'pending' },
  });
  for (const id of ['own', 'own-2', 'gatehouse']) {
    expect(world.store.read.approvals.find(id)).toMatchObject({ reviewedBy: operator.actor, reviewNotes: 'once' });
  }
  expect(world.store.read.agents.find('scout')?.spendPausedAtMs).toBe(decision === 'approve' ? undefined : START);
  expect(eventNamesAfter(world).toSorted()).toEqual(
    [...Array<string>(3).fill(`approval.${status}`), ...(decision === 'approve' ? ['spend.resumed'] : [])].toSorted(),
  );
});

test('no override of a card holds longer than the one that was looked at, or for more than it was given for', async () => {
  const world = askedByAll();
  await world.execute(operator, 'approval.approve', { approvalId: 'gatehouse', onlyRunId: 'run-1' });
  expect(world.store.read.approvals.find('own')).toMatchObject({ expiresAtMs: START + HOUR_MS, onlyRunId: 'run-1' });
  expect(world.store.read.approvals.find('own-2')).toMatchObject({ expiresAtMs: START + HOUR_MS / 2 });
  expect(world.store.read.agents.find('scout')?.spendPausedAtMs).toBe(START);
});

test('once Gatehouse’s request has lapsed, the agent’s own have cards of their own, decided each by itself', async () => {
  const world = askedByAll();
  world.store.transaction(({ approvals }) => {
    const asked = approvals.find('gatehouse');
    if (asked !== undefined) approvals.update({ ...asked, status: 'expired' });
  });
  expect(shown(world)).toEqual(['engine', 'other-agent', 'own', 'own-2', 'parent']);
  await world.execute(operator, 'approval.deny', { approvalId: 'own' });
  expect(statusesOf(world)).toMatchObject({ own: 'denied', 'own-2': 'pending' });
});
