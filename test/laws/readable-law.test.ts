import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CommandName,
  type ContractName,
  contract,
  contractEntry,
  type QueryName,
} from '../../shared/contract/contract';
import { decodeWire, encodeWire, toWireSchema } from '../../shared/kernel/wire';
import { anyValue } from '../support/any-value';
import { ask } from '../support/approvals';
import { fuzzRounds } from '../support/fuzz-rounds';
import { agent, createWorld, engine, operator, type World } from '../support/world';

/** Commands that can be sent over HTTP; an import brings a state of its own, whose law is that of the round trip. */
const sendable = (Object.keys(contract) as ContractName[]).filter(
  (name): name is CommandName =>
    contract[name].kind === 'command' && contractEntry(name).http !== undefined && name !== 'state.import',
);

const callers = { operator, engine, agent: agent('x') } as const;

/** A world with something of each kind, so that a random input with its ids goes far. */
async function worldWithOneOfEach() {
  const world = createWorld();
  const x = agent('x');
  await world.done(x, 'automation.create', { automationId: 'a', name: 'A', status: 'active' });
  const { runId } = (await world.done(x, 'automation.run', { automationId: 'a' })).run;
  const { approvalId } = await ask(world, { action: { command: 'npm test' } }, x);
  const { grantId } = (await world.done(operator, 'grant.create', { automationId: 'a', grantedToAgentId: 'y' })).grant;
  await world.done(x, 'run.report', { runId, status: 'running' });
  const ids: Readonly<Record<string, string>> = { automationId: 'a', runId, approvalId, grantId, agentId: 'x' };
  return { world, ids };
}

/** Every list and every single thing that can be asked for, and the export: what of it is not answered. */
function unanswered({ query }: World, ids: Readonly<Record<string, string>>): readonly string[] {
  const names = (Object.keys(contract) as ContractName[]).filter(
    (name): name is QueryName => contract[name].kind === 'query' && contractEntry(name).http !== undefined,
  );
  return names.flatMap((name) => {
    const { input, output } = contractEntry(name);
    const needed = Object.keys(input.shape).filter((field) => ids[field] !== undefined && field !== 'agentId');
    const ofAgent = name.startsWith('agent.') ? ['agentId'] : [];
    const given = input.safeParse(Object.fromEntries([...needed, ...ofAgent].map((field) => [field, ids[field]])));
    if (!given.success) return [];
    const result = query(operator, name, given.data as never);
    if (!result.ok) return result.refusal.code === 'INTERNAL' ? [name] : [];
    return toWireSchema(output).safeParse(encodeWire(output, result.value)).success ? [] : [`the form of ${name}`];
  });
}

test.each(sendable)(
  'whatever is accepted of %s, everything can still be read, listed and exported, and paused [16.accepted-readable]',
  (name) => {
    const { input, who } = contractEntry(name);
    const wire = toWireSchema(input);
    const roles = who.filter((role): role is keyof typeof callers => role !== 'gatehouse');
    return fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.constantFrom(...roles),
            anyValue(input).map((given) => encodeWire(input, given)),
          ),
          {
            minLength: 1,
            maxLength: 3,
          },
        ),
        async (sends) => {
          const { world, ids } = await worldWithOneOfEach();
          for (const [role, given] of sends) {
            const known = Object.keys(input.shape).filter((field) => ids[field] !== undefined && field !== 'agentId');
            const parsed = wire.safeParse(given);
            if (!parsed.success) continue;
            const decoded = decodeWire(input, parsed.data) as object;
            const about =
              name === 'automation.create' ? {} : Object.fromEntries(known.map((field) => [field, ids[field]]));
            await world.execute(callers[role], name, { ...decoded, ...about });
            expect(world.logger.errors).toEqual([]);
            expect(unanswered(world, ids)).toEqual([]);
          }
          const paused = await world.execute(operator, 'agents.pauseAll', {});
          expect(paused.ok).toBe(true);
          expect(unanswered(world, ids)).toEqual([]);
          world.holder.close();
        },
      ),
      { numRuns: fuzzRounds(8), endOnFailure: true },
    );
  },
);
