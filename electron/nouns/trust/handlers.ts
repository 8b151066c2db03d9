import { isAbsolute, normalize } from 'node:path';
import type { ListedWorkspace, ToolClass, UnclassedTool, UntrustedWorkspace } from '../../../shared/contract/trust';
import { withoutEnd } from '../../../shared/kernel/ends';
import { invalid, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import { surroundings } from '../../judgement/here';
import { canBeClassed } from '../../judgement/tools';
import type { CommandHandlers, QueryContext, QueryHandlers } from '../../kernel/handler';
import { connectionOf, levelOf } from './facts';

/** toolClass.* and workspace.* (spec/judgement.md sections 4 and 5); the contract lets only the operator send them. */
export const trustCommands: CommandHandlers<
  'toolClass.set' | 'toolClass.clear' | 'workspace.untrust' | 'workspace.trust'
> = {
  'toolClass.set'({ store, caller, now, emit }, { agentId, toolName, level, definitionHash }) {
    if (!canBeClassed(toolName)) {
      return invalid('tool_name', 'is a tool that Gatehouse knows: what it does is read from its input');
    }
    const toolClass: ToolClass = {
      ...{ agentId: connectionOf(agentId), toolName, level, setAtMs: now, setBy: caller.actor },
      ...defined({ definitionHash }),
    };
    store.trust.saveClass(toolClass);
    emit({ name: 'tool_class.set', payload: toolClass });
    return succeeded({ toolClass });
  },

  'toolClass.clear'({ store, emit }, { agentId, toolName }) {
    const connection = connectionOf(agentId);
    const wasClassed = store.trust.classes().some((each) => each.agentId === connection && each.toolName === toolName);
    if (wasClassed) {
      store.trust.removeClass(connection, toolName);
      emit({ name: 'tool_class.cleared', payload: { agentId: connection, toolName } });
    }
    return succeeded({ wasClassed });
  },

  'workspace.untrust'({ store, caller, now, emit }, { folder, reason }) {
    if (!isAbsolute(folder)) return invalid('folder', 'must be given from the root');
    const workspace: UntrustedWorkspace = {
      ...{ root: rootOf(folder), untrustedAtMs: now, untrustedBy: caller.actor },
      ...defined({ reason }),
    };
    store.trust.saveUntrusted(workspace);
    emit({ name: 'workspace.untrusted', payload: workspace });
    return succeeded({ workspace });
  },

  'workspace.trust'({ store, emit }, { folder }) {
    if (!isAbsolute(folder)) return invalid('folder', 'must be given from the root');
    // As it was written down, or as it would be now: a folder that is gone can be trusted again too.
    const untrusted = store.trust.untrusted().find(({ root }) => root === folder || root === rootOf(folder));
    if (untrusted !== undefined) {
      store.trust.removeUntrusted(untrusted.root);
      emit({ name: 'workspace.trusted', payload: { root: untrusted.root } });
    }
    return succeeded({ wasUntrusted: untrusted !== undefined });
  },
};

/** Requests that are looked through for tools that nobody has classed, and sessions for folders. */
const NEWEST_REQUESTS = 500;
const NEWEST_SESSIONS = 100;

/** toolClasses.list and workspaces.list. */
export const trustQueries: QueryHandlers<'toolClasses.list' | 'workspaces.list'> = {
  'toolClasses.list': (context) =>
    succeeded({ toolClasses: [...context.store.trust.classes()], unclassed: [...unclassedTools(context)] }),
  'workspaces.list': (context) => succeeded({ workspaces: [...workspaces(context)] }),
};

/** The newest first, each tool of a connection once. */
function unclassedTools({ store }: QueryContext): readonly UnclassedTool[] {
  const found = new Map<string, UnclassedTool>();
  for (const { agentId, toolName, definitionHash, atMs } of store.trust.newestAsked(NEWEST_REQUESTS)) {
    if (!canBeClassed(toolName) || levelOf(store, toolName, { agentId, definitionHash }) !== undefined) continue;
    const connection = connectionOf(agentId);
    const key = JSON.stringify([connection, toolName]);
    const known = found.get(key);
    found.set(key, {
      ...{ agentId: connection, toolName },
      ...(known ?? { lastAskedAtMs: atMs, ...defined({ definitionHash }) }),
      askedCount: (known?.askedCount ?? 0) + 1,
      lastAskedAtMs: Math.max(known?.lastAskedAtMs ?? 0, atMs),
    });
  }
  return [...found.values()];
}

/** The folders that are not trusted first, then those of the newest sessions. */
function workspaces({ store }: QueryContext): readonly ListedWorkspace[] {
  const found = new Map<string, ListedWorkspace>();
  for (const { root, untrustedAtMs } of store.trust.untrusted()) {
    found.set(root, { root, isTrusted: false, untrustedAtMs });
  }
  for (const runId of store.sessionCalls.runs({ limit: NEWEST_SESSIONS }).runIds) {
    const run = store.runs.find(runId);
    const root = run?.session === undefined ? undefined : surroundings.workspaceOf(run.session.workspace)?.root;
    if (run === undefined || root === undefined) continue;
    const known = found.get(root);
    const lastUsedAtMs = Math.max(known?.lastUsedAtMs ?? 0, run.updatedAtMs);
    found.set(root, { root, isTrusted: !store.trust.isUntrusted(root), ...known, lastUsedAtMs });
  }
  return [...found.values()];
}

/** The project that a folder belongs to, as it is judged; the folder itself where there is none, without links. */
function rootOf(folder: string): string {
  const path = normalize(folder);
  const plain = path.length > 1 ? withoutEnd(path, '/') : path;
  return surroundings.workspaceOf(plain)?.root ?? surroundings.realPath(plain);
}
