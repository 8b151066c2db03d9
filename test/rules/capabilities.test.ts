import { expect, test } from 'vitest';
import { z } from 'zod';
import { requestTypes } from '../../shared/contract/request-kinds';
import { codeOf } from '../support/answers';
import { eventNamesAfter, headSeq } from '../support/audit';
import { definition, recordOf as recordIn } from '../support/automations';
import { changeApproval, insertApproval, insertAutomation, recordOf } from '../support/governed';
import { agent, createWorld, engine, operator, START } from '../support/world';
import { codeSchema, readCases, whoSchema } from './cases';

const capabilitySchema = z.enum(['creates_agents', 'modifies_grants']);
const caseSchema = z.strictObject({
  name: z.string(),
  by: z.enum([...whoSchema.options, 'nobody']).default('agent'),
  /** What the automation declared before; absent where it is created. */
  before: z.array(capabilitySchema).optional(),
  declares: z.array(capabilitySchema).default(['creates_agents']),
  approval: z
    .strictObject({
      request_type: z.enum(requestTypes).default('capability_request'),
      status: z.enum(['approved', 'pending', 'denied']).default('approved'),
      expires_in_ms: z.int().default(1_000),
      target: z.strictObject({ type: z.string(), id: z.string() }).default({ type: 'agent', id: 'scout' }),
      context: z.unknown().default({ capability_key: 'creates_agents' }),
    })
    .optional(),
  code: codeSchema,
});
const cases = readCases('4-capabilities.json', caseSchema);
const callers = { human: operator, system: engine, agent: agent('scout'), nobody: agent(' ') } as const;
const flags = (keys: readonly string[]) => ({
  createsAgents: keys.includes('creates_agents'),
  modifiesGrants: keys.includes('modifies_grants'),
});

test.each(cases.map((given) => [given.name, given] as const))('%s [4.key-first]', async (_name, given) => {
  const world = createWorld();
  const { by, before, declares, approval, code } = given;
  if (before !== undefined) {
    insertAutomation(world, undefined, recordOf({ declaredCapabilities: flags(before) }));
  }
  if (approval !== undefined) {
    const { request_type: requestType, target: targetResource, status, expires_in_ms, context } = approval;
    const approvalId = insertApproval(world, { requestType, targetResource, context });
    world.store.transaction((store) => {
      const pending = store.approvals.find(approvalId);
      if (pending === undefined || status === 'pending') return;
      const reviewed = { reviewedBy: operator.actor, reviewedAtMs: START, expiresAtMs: START + expires_in_ms };
      changeApproval(store, { ...pending, ...reviewed, status });
    });
  }
  const seq = headSeq(world);
  const automationId = before === undefined ? 'new' : 'nightly';
  const metadata = { capabilities: Object.fromEntries(declares.map((key) => [key, true])) };
  const result =
    before === undefined
      ? await world.execute(callers[by], 'automation.create', definition({ automationId, metadata }))
      : await world.execute(callers[by], 'automation.update', { automationId, metadata });
  expect(codeOf(result)).toBe(code ?? 'ok');
  if (code === null) expect(recordIn(world, automationId).declaredCapabilities).toEqual(flags(declares));
  else expect(eventNamesAfter(world, seq)).toEqual(['denied']);
});

test('an engine that names no agent escalates nothing of its own by an update, and changes the rest of it [5.engine-own]', async () => {
  const world = createWorld();
  const creator = engine.actor;
  const provenance = { creator, rootActor: creator, ancestorChain: [], depth: 0 };
  insertAutomation(world, undefined, recordOf({ provenance, declaredCapabilities: flags(['creates_agents']) }));
  const declare = (capabilities: object) =>
    world.execute(engine, 'automation.update', { automationId: 'nightly', metadata: { capabilities } });
  const escalated = await declare({ creates_agents: true, modifies_grants: true });
  expect(escalated).toMatchObject({
    refusal: { code: 'AUTOMATION_V2_AGENT_ID_REQUIRED', details: { value: 'modifies_grants' } },
  });
  expect(eventNamesAfter(world, 0)).toEqual(['denied']);
  expect(recordIn(world, 'nightly').declaredCapabilities).toEqual(flags(['creates_agents']));
  const other = await world.execute(engine, 'automation.update', { automationId: 'nightly', description: 'new' });
  expect([codeOf(other), codeOf(await declare({}))]).toEqual(['ok', 'ok']);
  expect(recordIn(world, 'nightly').declaredCapabilities).toEqual(flags([]));
});
