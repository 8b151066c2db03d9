import { sep } from 'node:path';
import { readKeptTrust } from '../connect/kept-trust';
import type { Known } from '../judgement/judge';

/**
 * What is known of folders and tools while Gatehouse is away, for calls of the agent that an engine is connected as: what the operator
 * has said of them (spec/judgement.md sections 4 and 5). Where that cannot be read, no folder is trusted.
 */
export function knownWhileAway(home: string, agentId: string | undefined): Known {
  const kept = readKeptTrust(home);
  if (kept === 'none') return {};
  if (kept === 'unreadable') return { isTrusted: () => false };
  const { untrusted, classes } = kept;
  return {
    isTrusted: (root) =>
      !untrusted.some((folder) => `${root}${sep}`.startsWith(`${folder.replace(/[\\/]$/, '')}${sep}`)),
    levelOf: (toolName, caller) =>
      classes.find(
        (each) =>
          each.agentId === agentId && each.toolName === toolName && each.definitionHash === caller.definitionHash,
      )?.level,
  };
}
