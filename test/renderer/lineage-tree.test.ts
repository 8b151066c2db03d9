import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agentKey,
  type LineageNode,
  lineageTree,
  nodeName,
  openAtFirst,
  otherParentKeys,
  pathsTo,
  placed,
  ROOT_KEY,
} from '../../renderer/lineage/lineage-tree';
import type { LineageAgent, LineageAutomation } from '../../shared/contract/lineage';

const agentOf = (agentId: string, ...ancestorIds: string[]): LineageAgent => ({
  agentId,
  ancestorIds,
  otherChains: [],
  isPaused: false,
  isSpendPaused: false,
  isReviewRequired: false,
  lastSeenAtMs: 0,
  weeklyCostNanos: 0,
  weeklyCapNanos: null,
});
const automationOf = (automationId: string, creatorAgentId?: string): LineageAutomation => ({
  automationId,
  name: automationId,
  status: 'active',
  isReviewRequired: false,
  ...(creatorAgentId !== undefined && { creatorAgentId }),
});
/** The tree as nested names. */
const names = (node: LineageNode): unknown => [nodeName(node), ...node.children.map(names)];

describe('the tree', () => {
  it('hangs each agent on the last of its ancestors and each automation on its creator', () => {
    const tree = lineageTree(
      [agentOf('digger', 'planner', 'scout'), agentOf('scout', 'planner'), agentOf('planner')],
      [automationOf('dig', 'digger'), automationOf('mine')],
    );
    expect(names(tree)).toEqual(['', ['planner', ['scout', ['digger', ['dig']]]], ['mine']]);
    expect(tree.size).toBe(5);
  });

  it('has an ancestor that was only named, and a creator that was never seen', () => {
    const tree = lineageTree([agentOf('scout', 'ghost')], [automationOf('odd', 'nobody')]);
    expect(names(tree)).toEqual(['', ['ghost', ['scout']], ['nobody', ['odd']]]);
    expect(tree.children[0]).toMatchObject({ agent: undefined });
  });

  it('has an agent once, below the last of its longest lineage, and knows its other parents', () => {
    const kid = {
      ...agentOf('kid', 'chief', 'planner'),
      otherChains: [['boss'], ['chief', 'scout'], ['x', 'planner']],
    };
    const tree = lineageTree([kid, agentOf('boss')], []);
    expect(names(tree)).toEqual(['', ['boss'], ['chief', ['planner', ['kid']]], ['scout']]);
    const [path = []] = pathsTo(tree, 'kid');
    expect(path.map(nodeName)).toEqual(['', 'chief', 'planner', 'kid']);
    const last = path.at(-1);
    expect(last === undefined ? [] : otherParentKeys(last)).toEqual([agentKey('boss'), agentKey('scout')]);
  });

  it('cuts the circle where agents name each other as ancestors', () => {
    const tree = lineageTree([agentOf('a', 'b'), agentOf('b', 'a'), agentOf('c')], []);
    expect(names(tree)).toEqual(['', ['a', ['b']], ['c']]);
  });
});

it('opens level by level at first, for as long as it stays readable', () => {
  const agents = [agentOf('small'), agentOf('large')];
  const automations = [
    automationOf('one', 'small'),
    ...Array.from({ length: 100 }, (_, index) => automationOf(`many-${index}`, 'large')),
  ];
  expect(openAtFirst(lineageTree(agents, automations))).toEqual(new Set([ROOT_KEY, agentKey('small')]));
});

it('finds nodes by name and id with the way to them', () => {
  const tree = lineageTree([agentOf('scout', 'planner'), agentOf('planner')], [automationOf('Dig', 'scout')]);
  expect(pathsTo(tree, ' dig').map((path) => path.map(nodeName))).toEqual([['', 'planner', 'scout', 'Dig']]);
  expect(pathsTo(tree, '  ')).toEqual([]);
});

it('lays out only what is open, a column for each generation and no two in one place', () => {
  const tree = lineageTree([agentOf('scout', 'planner'), agentOf('planner'), agentOf('other')], [automationOf('mine')]);
  const all = placed(tree, new Set([ROOT_KEY, agentKey('planner')]));
  expect(new Set(all.map(({ x, y }) => `${x} ${y}`)).size).toBe(all.length);
  expect(all.map(({ node, depth }) => [nodeName(node), depth])).toContainEqual(['scout', 2]);
  expect(placed(tree, new Set([ROOT_KEY])).map(({ node }) => nodeName(node))).not.toContain('scout');
});

it('begins at its top: the humans are in the first row, and whoever is open is beside the first of their children', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 40 }), fc.func(fc.boolean()), (parents, isOpen) => {
      const agents = parents.map((parent, index) =>
        agentOf(`a${index}`, ...(index === 0 ? [] : [`a${parent % index}`])),
      );
      const tree = lineageTree(agents, []);
      const open = new Set([ROOT_KEY, ...agents.map(({ agentId }) => agentKey(agentId)).filter((key) => isOpen(key))]);
      const all = placed(tree, open);
      expect(Math.min(...all.map(({ y }) => y))).toBe(0);
      expect(new Set(all.map(({ x, y }) => `${x} ${y}`)).size).toBe(all.length);
      for (const { node, y } of all) {
        const below = all.filter(({ parentKey }) => parentKey === node.key);
        if (below.length > 0) expect(Math.min(...below.map((child) => child.y))).toBe(y);
      }
    }),
  );
});
