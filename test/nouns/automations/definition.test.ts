import { expect, test } from 'vitest';
import {
  changedAutomation,
  declaredCapabilities,
  definedAutomation,
  escalations,
  lineageAgentIds,
  metadataOf,
  noCapabilities,
  provenanceOf,
  removedServers,
} from '../../../electron/nouns/automations/rules-definition';
import { allowedServers } from '../../../shared/contract/automation';

const ids = { automationId: 'a', creatorId: 'scout' };

test('a definition keeps what Gatehouse does not know, and what Gatehouse sets is its own', () => {
  const definition = { name: 'N', knowledge: { x: 1 }, created_at_ms: 5, createdAtMs: 5, creator_id: 'x' };
  expect(definedAutomation(definition, ids, 9)).toEqual({
    ...ids,
    name: 'N',
    knowledge: { x: 1 },
    status: 'draft',
    createdAtMs: 9,
    updatedAtMs: 9,
  });
});

test.each([
  ['none', {}, undefined],
  ['at the top', { capabilities: { createsAgents: true } }, { creates_agents: true, modifies_grants: false }],
  ['nulled', { metadata: { a: 1, capabilities: { creates_agents: true } }, capabilities: null }, undefined],
  [
    'at the top over those in the metadata, in either spelling',
    {
      metadata: { capabilities: { createsAgents: true, modifiesGrants: true, other: 1 } },
      capabilities: { createsAgents: false },
    },
    { creates_agents: false, modifies_grants: true, other: 1 },
  ],
])('capabilities given %s end up in the metadata [1.declared-capabilities]', (_name, given, expected) => {
  expect(metadataOf(given)?.['capabilities']).toEqual(expected);
});

test.each([
  [{}, false, false],
  [{ capabilities: null }, false, false],
  [{ capabilities: 'creates_agents' }, false, false],
  [{ capabilities: { creates_agents: 'true', modifies_grants: 1 } }, false, false],
  [{ capabilities: { creates_agents: true } }, true, false],
  [{ capabilities: { modifiesGrants: true } }, false, true],
])('metadata %j declares what is exactly true [1.declared-capabilities]', (metadata, createsAgents, modifiesGrants) => {
  expect(declaredCapabilities({ metadata })).toEqual({ createsAgents, modifiesGrants });
});

test('an escalation is a flag that is true now and was false before [1.escalation]', () => {
  const both = { createsAgents: true, modifiesGrants: true };
  expect(escalations(noCapabilities, both)).toEqual(['creates_agents', 'modifies_grants']);
  expect(escalations(both, both)).toEqual([]);
  expect(escalations(both, noCapabilities)).toEqual([]);
  expect(escalations({ ...both, createsAgents: false }, both)).toEqual(['creates_agents']);
});

test('a change names the fields that it changed, and is none when they were so already', () => {
  const before = definedAutomation({ name: 'N', description: 'old', extra: 1 }, ids, 1);
  expect(changedAutomation(before, { name: 'N', extra: 1, updated_at_ms: 77 }, 9)).toEqual({
    automation: before,
    changed: [],
  });
  const { automation, changed } = changedAutomation(before, { description: null, extra: 2, creatorId: 'x' }, 9);
  expect(changed).toEqual(['description', 'extra']);
  expect(automation).toEqual({ ...before, description: null, extra: 2, updatedAtMs: 9 });
});

test('metadata that replaces the old one no longer declares what that declared', () => {
  const before = definedAutomation({ name: 'N', capabilities: { createsAgents: true } }, ids, 1);
  expect(declaredCapabilities(before)).toEqual({ createsAgents: true, modifiesGrants: false });
  const kept = changedAutomation(before, { capabilities: { modifiesGrants: true } }, 2).automation;
  expect(declaredCapabilities(kept)).toEqual({ createsAgents: true, modifiesGrants: true });
  const replaced = changedAutomation(before, { metadata: { a: 1 } }, 2).automation;
  expect(declaredCapabilities(replaced)).toEqual(noCapabilities);
});

test('servers are removed from an agent that loses them, and from one that leaves [5.dependency]', () => {
  const of = (agents: Readonly<Record<string, readonly string[]>>) =>
    new Map(Object.entries(agents).map(([agentId, servers]) => [agentId, new Set(servers)]));
  const before = of({ a: ['github', 'mail'], b: ['mail'], c: [] });
  expect(removedServers(before, before)).toEqual([]);
  expect(removedServers(before, of({ a: ['github', 'mail', 'more'], b: ['mail'], d: ['mail'] }))).toEqual([]);
  expect(removedServers(before, of({ a: ['github'], b: ['mail'] }))).toEqual([{ agentId: 'a', servers: ['mail'] }]);
  // What another agent may still use is lost to this one all the same.
  expect(removedServers(before, of({ a: ['github', 'mail'] }))).toEqual([{ agentId: 'b', servers: ['mail'] }]);
});

test.each([
  ['a human', { kind: 'human', actorId: 'olga' }, ['x'], 0, []],
  ['an engine', { kind: 'system', source: 'tandem' }, ['x'], 0, []],
  ['an agent with no ancestor', { kind: 'agent', actorId: 'scout' }, [], 1, ['scout']],
  ['an agent with two', { kind: 'agent', actorId: 'scout' }, ['root', ' ', 'planner'], 3, ['scout', 'root', 'planner']],
  ['an agent that is its own ancestor', { kind: 'agent', actorId: 'scout' }, ['scout', 'b'], 3, ['scout', 'b']],
] as const)(
  'the provenance of what %s creates [1.provenance, 1.lineage-agents]',
  (_name, creator, ancestorIds, depth, lineage) => {
    const provenance = provenanceOf(creator, ancestorIds);
    expect(provenance.depth).toBe(depth);
    expect(provenance.ancestorChain.map((ancestor) => ancestor.depth)).toEqual(
      provenance.ancestorChain.map((_ancestor, index) => index + 1),
    );
    expect(lineageAgentIds(provenance)).toEqual(lineage);
    expect(provenance.rootActor).toEqual(provenance.ancestorChain[0]?.actor ?? creator);
  },
);

test('an agent that is in a definition twice may use the servers of both, and loses one that neither names any more', () => {
  const of = (...lists: readonly string[][]) =>
    allowedServers({ agents: lists.map((servers) => ({ agentId: 'a', mcpPolicy: { allowedServers: servers } })) });
  expect(removedServers(of(['github'], ['mail']), of(['mail']))).toEqual([{ agentId: 'a', servers: ['github'] }]);
  expect(removedServers(of(['github'], ['mail']), of(['mail', 'github']))).toEqual([]);
});
