import { hookRationale } from '../../../shared/act/engine-facts';
import { knownUse } from '../../../shared/act/tools';
import type { Engine } from '../../../shared/contract/engine';
import { subAgentParents } from '../../../shared/contract/sub-agent';
import { withoutEnd } from '../../../shared/kernel/ends';
import type { JsonObject } from '../../../shared/kernel/fields';
import { cryptography } from '../../client/built-in';
import { type HookInput, textOf } from '../../engines/engine';
import type { SubAgent } from '../../engines/sub-agents';
import { engineTable } from '../../engines/table';
import { gitFacts } from './git-facts';

/** A question about one tool call, as the API takes it (spec/api.md section 2). */
export type Question = {
  readonly engine: Engine;
  readonly agentId: string;
  readonly sessionId: string;
  readonly toolName: string;
  readonly action: unknown;
  readonly body: JsonObject;
};

const LONGEST_RATIONALE = 10_000;
const LONGEST_TOOL_NAME = 2_000;
const LONGEST_SESSION_ID = 150;

/** The question that an event asks; undefined when it names no tool. */
export function questionOf(engine: Engine, agentId: string, input: HookInput): Question | undefined {
  const toolName = textOf(input, 'tool_name').trim().slice(0, LONGEST_TOOL_NAME);
  if (toolName === '') return undefined;
  const action = actionOf(input);
  const sessionId = textOf(input, 'session_id');
  const said = ['session_id', 'cwd', 'permission_mode', 'tool_use_id', 'agent_type', 'hook_event_name', 'model'];
  const context = said.flatMap((field) =>
    textOf(input, field) === '' ? [] : [[field, textOf(input, field)] as const],
  );
  return {
    engine,
    agentId,
    sessionId,
    toolName,
    action,
    body: {
      request_type: 'tool_call',
      target_resource: { type: 'tool', id: toolName },
      rationale: descriptionIn(toolName, action) || hookRationale(engineTable[engine].name, toolName),
      action,
      context: { engine, ...Object.fromEntries(context), ...worktreeOf(textOf(input, 'cwd')) },
    },
  };
}

/** The worktree that a folder is in, where that is not the folder itself: what is asked for there is of that project. */
function worktreeOf(cwd: string): { readonly worktree?: string } {
  const { worktree } = cwd === '' ? {} : gitFacts(cwd);
  return worktree === undefined || worktree === cwd ? {} : { worktree };
}

/** What the engine says of its session, as the API takes it (spec/sessions.md section 1); undefined where it does not say which. */
export function sessionOf(engine: Engine, input: HookInput): JsonObject | undefined {
  const [sessionId, workspace] = [textOf(input, 'session_id').trim(), textOf(input, 'cwd').trim()];
  if (sessionId === '' || sessionId.length > LONGEST_SESSION_ID || workspace === '') return undefined;
  const said = { transcript_path: 4_096, model: 200, permission_mode: 100 };
  const facts = Object.entries(said).flatMap(([field, longest]) => {
    const text = textOf(input, field).trim();
    return text === '' || text.length > longest ? [] : [[field, text] as const];
  });
  return { engine, session_id: sessionId, workspace, ...Object.fromEntries(facts) };
}

/** The act itself, as the engine has it. */
export function actionOf(input: HookInput): unknown {
  return input['tool_input'] ?? {};
}

/** A name for a question in the names of files: the same for the same tool call of the same agent in the same session. */
export function questionKey({ engine, sessionId, agentId, toolName, action }: Question): string {
  return hashOf([engine, sessionId, agentId, toolName, action]);
}

/** A name for a session in the names of files. */
export function sessionKey(engine: Engine, sessionId: string): string {
  return hashOf([engine, sessionId]);
}

/** What the model says of the call; an argument of a server's tool that has this name says nothing of it. */
function descriptionIn(toolName: string, action: unknown): string {
  if (knownUse(toolName) === undefined) return '';
  const text = typeof action === 'object' && action !== null ? textOf(action as HookInput, 'description') : '';
  return text.trim().slice(0, LONGEST_RATIONALE);
}

function hashOf(value: unknown): string {
  return sha256(JSON.stringify(value, inOrder)).slice(0, 32);
}

/** For JSON.stringify: fields by their names, because two events may list them differently. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function sha256(text: string): string {
  return cryptography().createHash('sha256').update(text).digest('hex');
}

/** Characters of a sub-agent's kind and of its id that are kept. */
const KEPT = 40;

/**
 * Who asks: the connected agent, or a sub-agent of it, named by its kind and its id (`claude-code/reviewer-a1b2`) below the sub-agents
 * that made it, the outermost first. An id that cannot be kept as it is ends with a hash of it, so that two sub-agents never share a
 * name; where there is no room for all names, its own alone is kept.
 */
export function askingAgent(ownId: string, input: HookInput, above: readonly SubAgent[] = []): string {
  const id = textOf(input, 'agent_id');
  if (id === '') return ownId;
  const own = { id, kind: textOf(input, 'agent_type') };
  const names = [[...above, own], [own]].map((agents) => [ownId, ...agents.map(nameOf)].join('/'));
  return names.find((name) => name.length <= MAX_LENGTH && subAgentParents(ownId, name) !== undefined) ?? ownId;
}

function nameOf({ id, kind }: SubAgent): string {
  const isKept = cleaned(id) === id && id.length <= KEPT;
  const kept = isKept ? id : `${cleaned(id).slice(0, KEPT)}.${sha256(id).slice(0, 8)}`;
  return `${cleaned(kind).slice(0, KEPT) || 'agent'}-${kept}`;
}

/** As in shared/kernel/actor.ts, which would load the schema library. */
const MAX_LENGTH = 200;

function cleaned(text: string): string {
  return withoutEnd(text.replaceAll(/[^\w.:@-]+/g, '-').replace(/^-+/, ''), '-');
}
