import type { LineageAgent, LineageAutomation } from '../../shared/contract/lineage';
import { agentName } from '../../shared/contract/sub-agent';

/** One thing in the tree of who created what. */
export type LineageNode = {
  /** Unique in the tree: the kind and the id. */
  readonly key: string;
  readonly children: readonly LineageNode[];
  /** Everything below it. */
  readonly size: number;
} & (
  | { readonly kind: 'root' }
  /** `agent` is absent for an ancestor that was named but never seen itself. */
  | { readonly kind: 'agent'; readonly agentId: string; readonly agent: LineageAgent | undefined }
  | { readonly kind: 'automation'; readonly automation: LineageAutomation }
);

/** The key of the humans, from whom everything comes. */
export const ROOT_KEY = 'root';

/** The key of an agent's node. */
export const agentKey = (agentId: string) => `agent:${agentId}`;

type Draft = { parent: string; make: (children: readonly LineageNode[], size: number) => LineageNode };

/**
 * The tree from the humans over agents to automations. An agent of which several lineages are kept is below the last of its longest;
 * `otherParentKeys` has the others.
 */
export function lineageTree(agents: readonly LineageAgent[], automations: readonly LineageAutomation[]): LineageNode {
  const drafts = new Map<string, Draft>();
  const addAgent = (agentId: string, parentId: string | undefined, agent: LineageAgent | undefined) => {
    const key = agentKey(agentId);
    if (drafts.has(key) && agent === undefined) return;
    drafts.set(key, {
      parent: parentId === undefined ? ROOT_KEY : agentKey(parentId),
      make: (children, size) => ({ kind: 'agent', key, agentId, agent, children, size }),
    });
  };
  const seen = new Set(agents.map(({ agentId }) => agentId));
  for (const agent of agents) addAgent(agent.agentId, agent.ancestorIds.at(-1), agent);
  for (const { ancestorIds } of agents) {
    for (const [depth, ancestorId] of ancestorIds.entries()) {
      if (!seen.has(ancestorId)) addAgent(ancestorId, ancestorIds[depth - 1], undefined);
    }
  }
  for (const agent of agents) for (const parentId of otherParentIds(agent)) addAgent(parentId, undefined, undefined);
  for (const automation of automations) {
    const { automationId, creatorAgentId } = automation;
    if (creatorAgentId !== undefined) addAgent(creatorAgentId, undefined, undefined);
    const key = `automation:${automationId}`;
    drafts.set(key, {
      parent: creatorAgentId === undefined ? ROOT_KEY : agentKey(creatorAgentId),
      make: (children, size) => ({ kind: 'automation', key, automation, children, size }),
    });
  }
  const childKeys = new Map<string, string[]>();
  for (const [key, draft] of drafts) {
    // Agents that name each other as ancestors must not turn the tree into a circle.
    if (isBelowItself(key, drafts)) draft.parent = ROOT_KEY;
    const { parent } = draft;
    const siblings = childKeys.get(parent);
    if (siblings === undefined) childKeys.set(parent, [key]);
    else siblings.push(key);
  }
  const under = (key: string): readonly LineageNode[] =>
    (childKeys.get(key) ?? [])
      .flatMap((childKey) => {
        const children = under(childKey);
        return drafts.get(childKey)?.make(children, sizeOf(children)) ?? [];
      })
      .toSorted(byKindAndName);
  const children = under(ROOT_KEY);
  return { kind: 'root', key: ROOT_KEY, children, size: sizeOf(children) };
}

function isBelowItself(key: string, drafts: ReadonlyMap<string, Draft>): boolean {
  const above = new Set<string>();
  for (let parent = drafts.get(key)?.parent; parent !== undefined; parent = drafts.get(parent)?.parent) {
    if (parent === key) return true;
    if (above.has(parent)) return false;
    above.add(parent);
  }
  return false;
}

function sizeOf(children: readonly LineageNode[]): number {
  return children.reduce((sum, child) => sum + 1 + child.size, 0);
}

/** Agents above automations, each by name. */
function byKindAndName(one: LineageNode, other: LineageNode): number {
  if (one.kind !== other.kind) return one.kind === 'agent' ? -1 : 1;
  return nodeName(one).localeCompare(nodeName(other));
}

/** What a node is called; empty for the humans. */
export function nodeName(node: LineageNode): string {
  if (node.kind === 'agent') return agentName(node.agentId);
  return node.kind === 'automation' ? node.automation.name : '';
}

/** The keys of the agents that a node is below by its other lineages; they are in the tree, and may be out of sight. */
export function otherParentKeys(node: LineageNode): readonly string[] {
  return node.kind === 'agent' ? otherParentIds(node.agent).map(agentKey) : [];
}

/** The agents that an agent is below by its other lineages, each once; not the one that it is drawn below. */
export function otherParentIds(agent: LineageAgent | undefined): readonly string[] {
  const ids = (agent?.otherChains ?? []).flatMap((chain) => chain.slice(-1));
  return [...new Set(ids)].filter((id) => id !== agent?.ancestorIds.at(-1));
}

/** The keys of the nodes that are open at first: level by level, for as long as not too many nodes are shown. */
export function openAtFirst(root: LineageNode, mostShown = 80): ReadonlySet<string> {
  const open = new Set([root.key]);
  let shown = 1 + root.children.length;
  let level: readonly LineageNode[] = root.children;
  while (level.length > 0) {
    const next: LineageNode[] = [];
    for (const node of level) {
      if (node.children.length === 0 || shown + node.children.length > mostShown) continue;
      open.add(node.key);
      shown += node.children.length;
      next.push(...node.children);
    }
    level = next;
  }
  return open;
}

/** The way from the root to each node whose name or id has this text, the found ones last. */
export function pathsTo(root: LineageNode, text: string): readonly (readonly LineageNode[])[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const found: (readonly LineageNode[])[] = [];
  const look = (node: LineageNode, above: readonly LineageNode[]) => {
    const path = [...above, node];
    const texts = [nodeName(node), node.kind === 'automation' ? node.automation.automationId : ''];
    if (texts.some((each) => each.toLowerCase().includes(wanted))) found.push(path);
    for (const child of node.children) look(child, path);
  };
  look(root, []);
  return found;
}

/** Where a node is drawn, in pixels from the root, and what it hangs on. */
export type PlacedNode = {
  readonly node: LineageNode;
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly parentKey: string | undefined;
};

/** The size of a cell of the drawing, in pixels: a column for each generation. */
export const CELL = { width: 240, height: 60 } as const;

/**
 * Lays out the open part of the tree from left to right, a row for each that has nothing open below it. Whatever is open is beside
 * the first of its children, so that however tall a lineage is, its beginning is at its top.
 */
export function placed(root: LineageNode, open: ReadonlySet<string>): readonly PlacedNode[] {
  const places: PlacedNode[] = [];
  let row = 0;
  const place = (node: LineageNode, depth: number, parentKey: string | undefined) => {
    places.push({ node, x: depth * CELL.width, y: row * CELL.height, depth, parentKey });
    const shown = open.has(node.key) ? node.children : [];
    for (const child of shown) place(child, depth + 1, node.key);
    if (shown.length === 0) row += 1;
  };
  place(root, 0, undefined);
  return places;
}
