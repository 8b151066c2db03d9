import type { ApprovalRecord } from '../../../shared/contract/approval';
import type { RiskLevel } from '../../../shared/judgement';
import { fieldOf } from '../../../shared/kernel/fields';
import { judgeKnowing } from '../../judgement/here';
import type { Judge, ToolCaller } from '../../judgement/judge';
import { canBeClassed } from '../../judgement/tools';
import type { ReadStore } from '../../kernel/store/database';
import { ifReadable } from '../../kernel/store/unreadable';
import { runIdOf } from '../sessions/rules';

/** Where what is known besides the machine is looked up. */
type Source = Pick<ReadStore, 'trust' | 'sessionChanges'>;

/** Judges acts by what the operator has said of tools and folders, and by what was changed in a session. */
export function judgeOf(store: Source): Judge {
  return judgeKnowing({
    levelOf: (toolName, caller) => levelOf(store, toolName, caller),
    isTrusted: (root) => !store.trust.isUntrusted(root),
    wasChanged: (path, { engine, sessionId }) =>
      engine !== undefined && sessionId !== undefined && store.sessionChanges.has(runIdOf(engine, sessionId), path),
  });
}

/** The agent that an engine is connected as: what is said of a tool holds for its sub-agents (`id/…`) too. */
export function connectionOf(agentId: string): string {
  return agentId.split('/')[0] ?? agentId;
}

/** How dangerous the operator has said that this tool of this connection is, with the very definition that they classed. */
export function levelOf(store: Source, toolName: string, caller: ToolCaller): RiskLevel | undefined {
  const { agentId, definitionHash } = caller;
  if (agentId === undefined || !canBeClassed(toolName)) return undefined;
  const found = ifReadable(() => store.trust.classOf(connectionOf(agentId), toolName));
  return found?.definitionHash === definitionHash ? found?.level : undefined;
}

/** What the operator has said that bears on a request: the class of its tool, and whether its folder is not trusted. */
export function wordOnTool(
  store: Source,
  { requestedBy, targetResource, context }: ApprovalRecord,
): readonly unknown[] {
  const [cwd, definitionHash] = [fieldOf(context, 'cwd'), fieldOf(context, 'tool_definition_hash')];
  const caller = {
    agentId: requestedBy.actorId,
    definitionHash: typeof definitionHash === 'string' ? definitionHash : undefined,
  };
  return [levelOf(store, targetResource.id, caller), typeof cwd === 'string' && store.trust.isUntrusted(cwd)];
}
