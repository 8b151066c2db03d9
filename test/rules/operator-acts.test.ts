import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Caller } from '../../shared/kernel/actor';
import { codeOf } from '../support/answers';
import { eventNamesAfter, headSeq } from '../support/audit';
import { create, definition, setLimits } from '../support/automations';
import { agent, createWorld, engine, operator, START, type World } from '../support/world';
import { codeSchema, readCases, whoSchema } from './cases';

const acts = ['retire', 'extend', 'restore', 'pause agent', 'resume agent', 'pause all', 'run', 'create'] as const;
const caseSchema = z.strictObject({
  name: z.string(),
  act: z.enum(acts),
  by: whoSchema,
  /** What has become of scout's automation, or of scout, before. */
  state: z.enum(['absent', 'deleted', 'retired', 'agent paused', 'all paused']).optional(),
  /** Whether per_agent_pause_enabled is false. */
  off: z.literal(true).optional(),
  later_ms: z.int().default(0),
  at_ms: z.int().optional(),
  code: codeSchema,
});
type Case = z.output<typeof caseSchema>;
const cases = readCases('11-12-operator-acts.json', caseSchema);
const callers = { human: operator, system: engine, agent: agent('scout') } as const;
const automationId = 'nightly';

async function prepare(world: World, { state, off, later_ms }: Case): Promise<void> {
  if (state !== 'absent') await create(world, agent('scout'), { automationId, status: 'active' });
  if (state === 'deleted') await world.execute(operator, 'automation.delete', { automationId });
  if (state === 'retired') await world.execute(operator, 'automation.retire', { automationId });
  if (state === 'agent paused') await world.execute(operator, 'agent.pause', { agentId: 'scout' });
  if (state === 'all paused') await world.execute(operator, 'agents.pauseAll', {});
  if (off) setLimits(world, { perAgentPauseEnabled: false });
  world.clock.at += later_ms;
}

function carryOut(world: World, caller: Caller, { act, at_ms }: Case) {
  switch (act) {
    case 'retire':
    case 'restore':
      return world.execute(caller, `automation.${act}`, { automationId });
    case 'extend': {
      const until = at_ms === undefined ? {} : { expiresAtMs: START + at_ms };
      return world.execute(caller, 'automation.extend', { automationId, ...until });
    }
    case 'pause agent':
      return world.execute(caller, 'agent.pause', { agentId: 'scout' });
    case 'resume agent':
      return world.execute(caller, 'agent.resume', { agentId: 'scout' });
    case 'pause all':
      return world.execute(caller, 'agents.pauseAll', {});
    case 'run':
      return world.execute(caller, 'automation.run', { automationId });
    case 'create':
      return world.execute(caller, 'automation.create', definition());
  }
}

const eventOf: Readonly<Record<Case['act'], string>> = {
  retire: 'retired',
  extend: 'retirement.extended',
  restore: 'restored',
  'pause agent': 'agent.paused',
  'resume agent': 'agent.resumed',
  'pause all': 'agent.paused',
  run: 'run.started',
  create: 'created',
};

test.each(cases.map((given) => [given.name, given] as const))('%s', async (_name, given) => {
  const world = createWorld();
  await prepare(world, given);
  const seq = headSeq(world);
  expect(codeOf(await carryOut(world, callers[given.by], given))).toBe(given.code ?? 'ok');
  const told = eventNamesAfter(world, seq);
  if (given.code === null) expect(told).toContain(eventOf[given.act]);
  else expect(told).toEqual(given.act === 'run' || given.act === 'create' ? ['denied'] : []);
});
