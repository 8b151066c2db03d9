import { expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalHash } from '../../electron/kernel/store/canonical-json';
import { approvalStatuses, requestTypes } from '../../shared/contract/request-kinds';
import { errorCatalogue } from '../../shared/kernel/errors';
import { HOUR_MS } from '../../shared/kernel/time';
import { codeOf } from '../support/answers';
import { request } from '../support/approvals';
import { eventNamesAfter } from '../support/audit';
import { setLimits } from '../support/automations';
import { changeApproval, insertApproval } from '../support/governed';
import { agent, createWorld, engine, operator, START, type World } from '../support/world';
import { codeSchema, readCases, whoSchema } from './cases';

const caseSchema = z.strictObject({
  name: z.string(),
  act: z.enum(['request', 'approve', 'deny', 'cancel', 'consume']),
  by: z.enum([...whoSchema.options, 'stranger']).default('agent'),
  independent: z.literal(true).optional(),
  /** The approval that is there: scout's, pending, for `git push`, unless it says otherwise. */
  approval: z
    .strictObject({
      unknown: z.literal(true).optional(),
      status: z.enum(approvalStatuses).optional(),
      request_type: z.enum(requestTypes).optional(),
      expires_in_ms: z.int().optional(),
      by_human: z.string().optional(),
      consumed: z.literal(true).optional(),
    })
    .default({}),
  input: z
    .strictObject({ expires_in_ms: z.int().optional(), revision: z.int().optional(), action: z.unknown().optional() })
    .default({}),
  code: codeSchema,
  status: z.enum(approvalStatuses).optional(),
  /** Whether what is there comes back as it was, and nothing is written. */
  unchanged: z.literal(true).optional(),
});
type Case = z.output<typeof caseSchema>;
const cases = readCases('7-approvals.json', caseSchema);

const callers = { human: operator, system: engine, agent: agent('scout'), stranger: agent('stranger') } as const;
const action = { command: 'git push' };
const approvalId = 'apr_1';

function put(world: World, { unknown: isUnknown, ...given }: Case['approval']): void {
  if (isUnknown) return;
  insertApproval(world, {
    approvalId,
    requestType: given.request_type ?? 'tool_call',
    requestedBy: given.by_human === undefined ? agent('scout').actor : { kind: 'human', actorId: given.by_human },
    action,
    actionHash: canonicalHash(action),
    expiresAtMs: START + (given.expires_in_ms ?? HOUR_MS),
  });
  const { status = 'pending' } = given;
  const isDecided = status === 'approved' || status === 'denied';
  world.store.transaction((store) => {
    const pending = store.approvals.find(approvalId);
    if (pending === undefined || status === 'pending') return;
    changeApproval(store, {
      ...pending,
      status,
      ...(isDecided && { reviewedBy: operator.actor, reviewedAtMs: START }),
      ...(given.consumed && { consumedAtMs: START }),
    });
  });
}

function act(world: World, { act: name, by, input }: Case) {
  const caller = callers[by];
  const revision = input.revision === undefined ? {} : { revision: input.revision };
  const expiry = input.expires_in_ms === undefined ? {} : { expiresAtMs: START + input.expires_in_ms };
  switch (name) {
    case 'request':
      return world.execute(caller, 'approval.request', request(expiry));
    case 'approve':
      return world.execute(caller, 'approval.approve', { approvalId, ...revision, ...expiry });
    case 'deny':
      return world.execute(caller, 'approval.deny', { approvalId, ...revision });
    case 'cancel':
      return world.execute(caller, 'approval.cancel', { approvalId });
    case 'consume':
      return world.execute(caller, 'approval.consume', { approvalId, action: input.action ?? action });
  }
}

const eventOf = { request: 'requested', approve: 'approved', deny: 'denied', cancel: 'cancelled', consume: 'consumed' };

test.each(cases.map((given) => [given.name, given] as const))('%s', async (_name, given) => {
  const world = createWorld();
  setLimits(world, { independentReviewRequired: given.independent ?? false });
  if (given.act !== 'request') put(world, given.approval);
  const before = world.store.read.approvals.find(approvalId);
  const result = await act(world, given);
  expect(codeOf(result)).toBe(given.code ?? 'ok');
  const told = eventNamesAfter(world, 0).filter((name) => !['approval.expired', 'approval.imported'].includes(name));
  if (result.ok) {
    expect(result.value.approval.status).toBe(given.status);
    expect(told).toEqual(given.unchanged ? [] : [`approval.${eventOf[given.act]}`]);
    if (given.unchanged) expect(world.store.read.approvals.find(approvalId)).toEqual(before);
  } else {
    expect(told).toEqual([]);
    expect([400, 403, 404, 409]).toContain(errorCatalogue[result.refusal.code].status);
  }
});
