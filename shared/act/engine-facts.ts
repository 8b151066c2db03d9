import { type Engine, engineNames } from '../contract/engine';
import { fieldsOf, isJsonObject, type JsonObject } from '../kernel/fields';

/** What an engine's hook says of the session in which an act is asked for; nothing that anybody decides on by itself. */
export type EngineFacts = {
  readonly engine: Engine;
  readonly sessionId?: string;
  /** The folder that it works in. */
  readonly cwd?: string;
  /** The worktree of git that this folder is in, where it is another one. */
  readonly worktree?: string;
  readonly permissionMode?: string;
  readonly model?: string;
  /** The kind of sub-agent that asks. */
  readonly agentType?: string;
};

/** The fields that Gatehouse's own hook writes. */
const factNames = {
  session_id: 'sessionId',
  cwd: 'cwd',
  worktree: 'worktree',
  permission_mode: 'permissionMode',
  model: 'model',
  agent_type: 'agentType',
} as const;

const silentNames = new Set(['engine', 'tool_use_id', 'hook_event_name']);

/** What the context of a request says of its engine; undefined where no engine asked. */
export function engineFactsOf(context: unknown): EngineFacts | undefined {
  const fields = fieldsOf(context);
  const engine = fields['engine'];
  if (typeof engine !== 'string' || !Object.hasOwn(engineNames, engine)) return undefined;
  const facts = Object.entries(factNames).flatMap(([field, name]) => {
    const said = fields[field];
    return typeof said === 'string' && said !== '' ? [[name, said] as const] : [];
  });
  return { engine: engine as Engine, ...Object.fromEntries(facts) };
}

/** The facts of an engine alone, as its hook wrote them; undefined where no engine asked. */
export function engineContextOf(context: unknown): JsonObject | undefined {
  if (engineFactsOf(context) === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(fieldsOf(context)).filter(([name]) => name === 'engine' || Object.hasOwn(factNames, name)),
  );
}

/** The folder that an act is asked for in, whoever says so. */
export function folderOf(context: unknown): string | undefined {
  const cwd = fieldsOf(context)['cwd'];
  return typeof cwd === 'string' && cwd !== '' ? cwd : undefined;
}

/** The folder of the project that an act is asked for in: that of the worktree, where the act's is below it. */
export function projectFolderOf(context: unknown): string | undefined {
  const folder = folderOf(context);
  const { worktree } = fieldsOf(context);
  if (folder === undefined || typeof worktree !== 'string' || !/[^/\\]/.test(worktree)) return folder;
  const isBelow = folder.startsWith(worktree) && /^[/\\]/.test(folder.slice(worktree.length));
  return isBelow ? worktree : folder;
}

/** What a context says beyond the facts of an engine; undefined for nothing. */
export function restOfContext(context: unknown): unknown {
  if (context === undefined || context === null) return undefined;
  if (!isJsonObject(context)) return context;
  if (engineFactsOf(context) === undefined) return Object.keys(context).length === 0 ? undefined : context;
  const rest = Object.entries(context).filter(
    ([name, value]) => !(typeof value === 'string' && (Object.hasOwn(factNames, name) || silentNames.has(name))),
  );
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** The name of a project: its folder's. */
export function projectOf(folder: string): string {
  return folder.split(/[/\\]+/).findLast((part) => part !== '') ?? folder;
}

/** What a hook gives as the reason where the engine gives none. */
export function hookRationale(engineName: string, toolName: string): string {
  return `${engineName} wants to use ${toolName}.`;
}
