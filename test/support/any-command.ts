import fc from 'fast-check';
import { type CommandName, type ContractName, contract, type GivenInputOf } from '../../shared/contract/contract';
import type { Caller } from '../../shared/kernel/actor';
import { nanosOfUsd } from '../../shared/kernel/money';
import { agentIds, anyInput, type Built, type Generated } from './any-input';
import { agent, createWorld, engine, operator, type World, type WorldOptions } from './world';

/** A command that is random but for what there is when it is sent. */
export type AnyCommand = {
  readonly name: Generated;
  readonly caller: Caller;
  readonly inputOf: Built<GivenInputOf<Generated>>;
};

const agents = fc
  .record({ id: fc.constantFrom(...agentIds), ancestors: fc.subarray(['p', 'q', 'r']) })
  .map(({ id, ancestors }) => agent(id, ancestors));

const callersOf = {
  operator: fc.constant(operator),
  engine: fc.constant(engine),
  agent: agents,
  gatehouse: fc.constant<Caller>({
    role: 'gatehouse',
    actor: { kind: 'system', source: 'automation_test' },
    ancestorIds: [],
  }),
};

/** The commands that are generated. */
export const generatedCommands = Object.keys(anyInput) as readonly Generated[];

/** Those of the contract. */
export const contractCommands = (Object.keys(contract) as ContractName[]).filter(
  (name): name is CommandName => contract[name].kind === 'command',
);

// Most of what happens is work; the emergency stop, and what ends everything, are rare.
const rare: readonly CommandName[] = [
  'agents.pauseAll',
  'agents.pauseSubtree',
  'agent.pause',
  'limits.update',
  'agent.setLimits',
];
const frequent: readonly CommandName[] = [
  'automation.create',
  'automation.run',
  'approval.request',
  'run.reserve',
  'run.spend',
  'run.report',
];

/** Any command of the table by any caller: mostly by one that may send it, sometimes by one that may not. */
export const anyCommand: fc.Arbitrary<AnyCommand> = fc.oneof(
  ...generatedCommands.map((name) => ({
    weight: rare.includes(name) ? 1 : frequent.includes(name) ? 12 : 3,
    arbitrary: fc.record({
      name: fc.constant(name),
      caller: fc.oneof(...contract[name].who.map((role) => ({ weight: 9, arbitrary: callersOf[role] })), {
        weight: 1,
        arbitrary: fc.oneof(...Object.values(callersOf)),
      }),
      inputOf: anyInput[name],
    }),
  })),
);

/** Sends a command as the entrances do: parsed by the contract. */
export function send(world: World, { name, caller, inputOf }: AnyCommand) {
  return world.execute(caller, name, contract[name].input.parse(inputOf(world)));
}

/** A world in which work is under way for random commands to meet: a cap, standing rules, and automations with runs that agents pay for. */
export async function busyWorld(options: WorldOptions = {}): Promise<World> {
  const world = createWorld(options);
  await world.execute(operator, 'limits.update', { weeklySpendCapNanos: nanosOfUsd(3), runReviewThreshold: 2 });
  for (const [automationId, creator] of [
    ['a0', agent('x', ['p'])],
    ['a1', agent('y')],
    ['a2', operator],
  ] as const) {
    await world.execute(creator, 'automation.create', { automationId, name: 'N', status: 'active' });
    for (let count = 0; count < 3; count++) await world.execute(engine, 'automation.run', { automationId });
  }
  for (const agentId of ['x', 'y', 'z']) {
    await world.execute(operator, 'toolRule.create', {
      agentId,
      toolName: 'Bash',
      pattern: { kind: 'command_prefix', prefix: 'npm test' },
      duration: 'until_revoked',
    });
  }
  await world.execute(agent('x', ['p']), 'approval.request', {
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'Bash' },
    rationale: 'please',
    action: { command: 'npm test' },
  });
  return world;
}
