import { expect, test } from 'vitest';
import type { Approval } from '../../../shared/contract/approval';
import { isMissed, nobodyDecided } from '../../../shared/missed';
import { ask as askFor } from '../../support/approvals';
import { indexAll } from '../../support/runs';
import { agent, createWorld, operator, type World } from '../../support/world';

const scout = agent('scout');
const HOUR_MS = 3_600_000;
let asked = 0;

async function ask(world: World, more: object = {}): Promise<string> {
  return (await askFor(world, { action: { command: `echo ${++asked}` }, ...more })).approvalId;
}

/** One request of each outcome that there is. */
async function everyOutcome(world: World): Promise<void> {
  const now = world.clock.at;
  const soon = { expiresAtMs: now + HOUR_MS };
  await ask(world, soon);
  await ask(world, { ...soon, waitingUntilMs: now + HOUR_MS - 5_000 });
  await world.execute(operator, 'approval.approve', { approvalId: await ask(world) });
  await world.execute(operator, 'approval.deny', { approvalId: await ask(world) });
  const reasons = [undefined, 'It was answered in the terminal.', nobodyDecided(75), `said: ${nobodyDecided(75)}`];
  for (const reason of reasons) {
    await world.execute(scout, 'approval.cancel', {
      approvalId: await ask(world),
      ...(reason !== undefined && { reason }),
    });
  }
  world.clock.at += 2 * HOUR_MS;
  await ask(world);
}

function found(world: World, input: object): readonly Approval[] {
  return world.told(operator, 'approvals.search', { scope: 'past', ...input }).approvals;
}

test('those that were missed are found by the same rule that calls them so, with and without other filters [sessions-7.missed]', async () => {
  const world = createWorld();
  await everyOutcome(world);
  await indexAll(world);
  const missed = found(world, {})
    .filter(isMissed)
    .map(({ approvalId }) => approvalId);
  expect(missed).toHaveLength(2);
  const filters = [{}, { requestType: 'tool_call' }, { agentId: 'scout' }, { text: 'tests' }, { limit: 1 }];
  for (const filter of filters) {
    const ids = found(world, { ...filter, status: 'missed' }).map(({ approvalId }) => approvalId);
    expect({ filter, ids: ids.toSorted() }).toEqual({
      filter,
      ids: ids.filter((id) => missed.includes(id)).toSorted(),
    });
    expect(ids).toHaveLength('limit' in filter ? 1 : 2);
  }
  expect(found(world, { status: 'missed', agentId: 'nobody' })).toEqual([]);
});

test('the digest counts what came and what became of it since an instant [sessions-7.missed]', async () => {
  const world = createWorld();
  const before = world.clock.at;
  await everyOutcome(world);
  expect(world.query(operator, 'approvals.digest', { sinceMs: before })).toEqual({
    ok: true,
    value: { asked: 9, byRule: 0, approved: 1, denied: 1, missed: 2 },
  });
  expect(world.query(operator, 'approvals.digest', { sinceMs: before + 1 })).toMatchObject({
    value: { asked: 1, approved: 0, denied: 0, missed: 1 },
  });
  expect(world.query(scout, 'approvals.digest', { sinceMs: before })).toMatchObject({ ok: false });
});
