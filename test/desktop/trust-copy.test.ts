import fc from 'fast-check';
import { expect, test } from 'vitest';
import { knownWhileAway } from '../../electron/cli/known-away';
import { followTrust } from '../../electron/desktop/trust-copy';
import { levelOf } from '../../electron/nouns/trust/facts';
import { riskLevels } from '../../shared/judgement';
import { createWorld, operator } from '../support/world';

const folders = ['/work/shop', '/work/shop/src', '/work', '/work/shopping'];
const agents = ['claude-code', 'codex'];
const tools = ['mcp__linear__create_issue', 'mcp__linear__list'];
const hashes = [undefined, 'a'.repeat(64)];

const folder = fc.constantFrom(...folders);
const tool = fc.record({ agentId: fc.constantFrom(...agents), toolName: fc.constantFrom(...tools) });
const said = fc.oneof(
  fc.record({ name: fc.constant('workspace.untrust' as const), input: fc.record({ folder }) }),
  fc.record({ name: fc.constant('workspace.trust' as const), input: fc.record({ folder }) }),
  fc.record({ name: fc.constant('toolClass.clear' as const), input: tool }),
  fc.record({
    name: fc.constant('toolClass.set' as const),
    input: fc
      .tuple(tool, fc.constantFrom(...riskLevels), fc.constantFrom(...hashes))
      .map(([named, level, definitionHash]) => ({
        ...{ ...named, level },
        ...(definitionHash !== undefined && { definitionHash }),
      })),
  }),
);

test('whatever the operator says of folders and tools, a hook knows the same while Gatehouse is away [judgement-4.untrusted, judgement-5.class]', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(said, { maxLength: 12 }), async (commands) => {
      const { home, holder, feed, logger, send, store } = createWorld();
      const end = followTrust({ home, isHomeInPlace: () => true, holder, feed, logger });
      for (const { name, input } of commands) await send(operator, name, input);
      end();
      for (const agentId of agents) {
        const known = knownWhileAway(home, agentId);
        for (const each of folders) expect(known.isTrusted?.(each)).toBe(!store.read.trust.isUntrusted(each));
        for (const toolName of tools) {
          for (const definitionHash of hashes) {
            const caller = { agentId, definitionHash };
            expect(known.levelOf?.(toolName, caller)).toBe(levelOf(store.read, toolName, caller));
          }
        }
      }
      holder.close();
    }),
    { numRuns: 30, endOnFailure: true },
  );
});
