import { engineAgentIds, engineNames, engines } from './engine';

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

/** How the id of a sub-agent ends that its engine gave it: a UUID, or a part with a digit in it. */
const engineId = /-(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z_.:@]*\d[\w.:@]*)$/;

/** Characters of an id that an engine gave that tell sub-agents of a kind apart. */
const SHORT_ID = 8;

/** What a sub-agent is called beside the one that it belongs to: its kind, and the beginning of the id that its engine gave it. */
export function subAgentName(agentId: string): string {
  const own = agentId.slice(agentId.lastIndexOf('/') + 1);
  return own.replace(engineId, (id) => ` ${id.slice(1, 1 + SHORT_ID)}`);
}

/** An id that reads as the name that is made of a sub-agent's. */
const looksMade = /\sof\s/iu;

/**
 * What people call an agent: its id; of a sub-agent its kind and whose it is, `code-reviewer of Claude Code`. Two sub-agents of a kind
 * have one such name, so whatever tells agents apart goes by the id; an id that looks like such a name is put in quotes.
 */
export function agentName(agentId: string): string {
  if (looksMade.test(agentId)) return `“${agentId}”`;
  const end = agentId.lastIndexOf('/');
  if (end <= 0 || subAgentParents(agentId.slice(0, agentId.indexOf('/')), agentId) === undefined) return agentId;
  const own = agentId.slice(end + 1);
  const parent = agentId.slice(0, end);
  const engine = engines.find((each) => engineAgentIds[each] === parent);
  return `${own.replace(engineId, '') || own} of ${engine === undefined ? agentName(parent) : engineNames[engine]}`;
}
