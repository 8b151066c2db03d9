import { createHash } from 'node:crypto';
import { subAgentParents } from '../../../shared/sub-agent';
import { type HookInput, textOf } from '../../engines/engine';

/** Characters of a sub-agent's kind and of its id that are kept. */
const KEPT = 40;

/**
 * Who asks: the connected agent, or a sub-agent of it, named by its kind and its id (`claude-code/reviewer-a1b2`). An id that
 * cannot be kept as it is ends with a hash of it, so that two sub-agents never share a name.
 */
export function askingAgent(ownId: string, input: HookInput): string {
  const id = textOf(input, 'agent_id');
  if (id === '') return ownId;
  const kind = cleaned(textOf(input, 'agent_type')).slice(0, KEPT) || 'agent';
  const isKept = cleaned(id) === id && id.length <= KEPT;
  const name = `${ownId}/${kind}-${isKept ? id : `${cleaned(id).slice(0, KEPT)}.${hashOf(id)}`}`;
  return name.length <= MAX_LENGTH && subAgentParents(ownId, name) !== undefined ? name : ownId;
}

/** As in shared/actor.ts, which would load the schema library. */
const MAX_LENGTH = 200;

function cleaned(text: string): string {
  return text.replaceAll(/[^\w.:@-]+/g, '-').replaceAll(/^-+|-+$/g, '');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
