import type { Node } from 'web-tree-sitter';
import { children } from './nodes';
import { joinScopes, type Scope } from './scope';

/** How the ways of a branch are walked. */
type Walker = {
  /** What is known before one of them is gone. */
  copy(): Scope;
  walk(part: Node, scope: Scope): void;
};

/** Whether what stands behind a command is not run. */
export const leaves = ({ text }: Node): boolean => /^(?:exit|return)\b/.test(text);

/** Walks the ways of `if` and `case`, of which one is gone: what each of them sets it sets alone, and what may be set is known afterwards. */
export function readBranches(node: Node, scope: Scope, walker: Walker): void {
  const ends: Scope[] = [];
  const isComplete = (node.type === 'if_statement' ? walkIf : walkCases)(node, scope, walker, ends);
  if (!isComplete || ends.length === 0) ends.push(walker.copy());
  joinScopes(scope, ends);
}

/** Walks a way that is gone alone; what it leaves counts where it comes to its end. */
function walkWay(parts: readonly Node[], { copy, walk }: Walker, ends: Scope[]): void {
  const scope = copy();
  for (const part of parts) walk(part, scope);
  const last = parts.at(-1);
  if (last === undefined || !leaves(last)) ends.push(scope);
}

const isOther = ({ type }: Node) => type === 'elif_clause' || type === 'else_clause';

/** Answers whether one of its ways is gone for certain. */
function walkIf(node: Node, scope: Scope, walker: Walker, ends: Scope[]): boolean {
  const body: Node[] = [];
  let isBody = false;
  for (const part of node.children) {
    if (part === null || isOther(part)) continue;
    if (part.type === 'then') isBody = true;
    else if (part.isNamed && isBody) body.push(part);
    else if (part.isNamed) walker.walk(part, scope);
  }
  walkWay(body, walker, ends);
  let isComplete = false;
  for (const part of children(node).filter(isOther)) {
    if (part.type === 'elif_clause') walkIf(part, scope, walker, ends);
    else {
      walkWay(children(part), walker, ends);
      isComplete = true;
    }
  }
  return isComplete;
}

function walkCases(node: Node, scope: Scope, walker: Walker, ends: Scope[]): boolean {
  let isComplete = false;
  for (const part of children(node)) {
    if (part.type !== 'case_item') {
      walker.walk(part, scope);
      continue;
    }
    walkWay(children(part), walker, ends);
    if (/^\s*\(?\*\)/.test(part.text)) isComplete = true;
  }
  return isComplete;
}
