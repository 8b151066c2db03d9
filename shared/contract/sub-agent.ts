/** Agents that an id may name below the one that a token belongs to; nobody nests deeper in earnest. */
const MAX_DEPTH = 8;

const segment = /^[\w.:@-]+$/;

/**
 * The parents of a sub-agent, oldest first, when the name is an agent's own id and then `/` and more (`claude-code/reviewer-1a2b`);
 * undefined for every other name, so that nobody can name another agent this way (.github/decisions/0019).
 */
export function subAgentParents(ownId: string, name: string): readonly string[] | undefined {
  if (!name.startsWith(`${ownId}/`)) return undefined;
  const segments = name.slice(ownId.length + 1).split('/');
  const isWellFormed = segments.every((part) => segment.test(part) && part !== '.' && part !== '..');
  if (!isWellFormed || segments.length > MAX_DEPTH) return undefined;
  return segments.map((_, index) => [ownId, ...segments.slice(0, index)].join('/'));
}
