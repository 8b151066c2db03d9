import { isJsonObject, type JsonObject } from '../kernel/fields';
import { filesOfPatch } from './patches';
import { commandIn, knownUse, pathFields, type ToolCall, type ToolUse, textIn, unwrapped } from './tools';

/** A part of a file that an act changes: what is there, and what will be. */
export type ChangedPiece = {
  readonly before: string;
  readonly after: string;
  /** Whether every place with the text before is changed, not the only one. */
  readonly isEverywhere?: true;
  /** What the act says of where it is. */
  readonly place?: string;
};

/** What becomes of a file; `write` makes it or takes the place of all that is in it. */
export type FileChange = {
  readonly path: string;
  readonly how: 'edit' | 'write' | 'create' | 'delete';
  /** Its new place, where it moves. */
  readonly toPath?: string;
  readonly pieces: readonly ChangedPiece[];
};

/** What a tool is asked to do, as far as it is understood; `rest` are the fields that say more than that. */
export type Act = { readonly toolName: string; readonly use?: ToolUse } & (
  | { readonly kind: 'command'; readonly command: string; readonly rest: JsonObject }
  | { readonly kind: 'changes'; readonly files: readonly FileChange[]; readonly rest: JsonObject }
  | { readonly kind: 'text'; readonly text: string; readonly rest: JsonObject }
  | { readonly kind: 'fields'; readonly rest: JsonObject }
  | { readonly kind: 'value'; readonly value: unknown }
);

/** What was read of acts that are still in use, and as what tool's: a patch can have thousands of files. */
const known = new WeakMap<object, { readonly toolName: string; readonly act: Act }>();

/** Reads what a tool is asked to do: once for its title, for how it is drawn and for what is similar. */
export function readAct(call: ToolCall): Act {
  const { toolName, action } = call;
  if (typeof action !== 'object' || action === null) return actOf(call);
  const before = known.get(action);
  if (before?.toolName === toolName) return before.act;
  const act = actOf(call);
  known.set(action, { toolName, act });
  return act;
}

function actOf(call: ToolCall): Act {
  const { toolName, action } = unwrapped(call);
  const use = knownUse(toolName);
  const tool = { toolName, ...(use !== undefined && { use }) };
  if (typeof action === 'string' && use === 'patch')
    return patchAct(tool, action, {}) ?? { ...tool, kind: 'value', value: action };
  if (!isJsonObject(action)) return { ...tool, kind: 'value', value: action };
  const found = (use === undefined ? unknownAct : readers[use])?.(tool, action);
  return found ?? { ...tool, kind: 'fields', rest: action };
}

type Tool = Pick<Act, 'toolName' | 'use'>;
type Reader = (tool: Tool, fields: JsonObject) => Act | undefined;

const readers: Partial<Record<ToolUse, Reader>> = {
  command: commandAct,
  edit: editAct,
  write(tool, fields) {
    const { content, ...rest } = fields;
    return typeof content === 'string' ? changeAct(tool, rest, 'write', [{ before: '', after: content }]) : undefined;
  },
  notebook(tool, fields) {
    const { new_source: source, ...rest } = fields;
    if (fields['edit_mode'] === 'delete' || typeof source !== 'string') return undefined;
    return changeAct(tool, rest, 'edit', [{ before: '', after: source }]);
  },
  patch(tool, fields) {
    for (const name of ['command', 'input', 'patch', 'patchText', 'diff']) {
      const taken = takenFrom(fields, [name]);
      if (taken !== undefined) return patchAct(tool, taken.texts[0] ?? '', taken.rest);
    }
    return undefined;
  },
  delete: (tool, fields) => changeAct(tool, fields, 'delete', []),
  agent: (tool, fields) => textAct(tool, fields, ['prompt', 'message']),
  plan: (tool, fields) => textAct(tool, fields, ['plan']),
  message: (tool, fields) => textAct(tool, fields, ['message', 'content']),
};

function commandAct(tool: Tool, fields: JsonObject): Act | undefined {
  const command = commandIn(fields);
  if (command === undefined) return undefined;
  const { command: _command, cmd, ...rest } = fields;
  // Of two commands one is shown as such, and the other beside it.
  return {
    ...tool,
    kind: 'command',
    command,
    rest: fields['command'] === undefined ? rest : { ...rest, ...(cmd !== undefined && { cmd }) },
  };
}

function textAct(tool: Tool, fields: JsonObject, names: readonly string[]): Act | undefined {
  const name = names.find((each) => typeof fields[each] === 'string');
  if (name === undefined) return undefined;
  const { [name]: text, ...rest } = fields;
  return { ...tool, kind: 'text', text: String(text), rest };
}

type Taken = { readonly texts: readonly string[]; readonly rest: JsonObject };

/** The texts of these fields and all others; undefined where one is no text. Of thousands of fields none is copied for nothing. */
function takenFrom(fields: JsonObject, names: readonly string[]): Taken | undefined {
  const texts = names.map((name) => fields[name]);
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  return { texts, rest: Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))) };
}

/** Names under which tools send a text as it was and as it will be. */
const beforeAndAfter = [
  ['old_string', 'new_string'],
  ['oldString', 'newString'],
  ['old_str', 'new_str'],
  ['old_text', 'new_text'],
  ['before', 'after'],
] as const;

const everywhereNames = ['replace_all', 'replaceAll', 'allow_multiple'] as const;

/** The piece that some fields replace, and the fields that say more; undefined where they replace nothing. */
function replacedIn(fields: JsonObject): { readonly piece: ChangedPiece; readonly rest: JsonObject } | undefined {
  for (const [old, young] of beforeAndAfter) {
    const taken = takenFrom(fields, [old, young]);
    if (taken === undefined) continue;
    const { rest } = taken;
    const [before = '', after = ''] = taken.texts;
    const isEverywhere = everywhereNames.some((name) => rest[name] === true);
    const saysMore = Object.entries(rest).filter(
      ([name, value]) => !(everywhereNames.includes(name as never) && typeof value === 'boolean'),
    );
    return { piece: { before, after, ...(isEverywhere && { isEverywhere }) }, rest: Object.fromEntries(saysMore) };
  }
  return undefined;
}

function editAct(tool: Tool, fields: JsonObject): Act | undefined {
  const { edits, ...others } = fields;
  if (!Array.isArray(edits)) {
    const replaced = replacedIn(fields);
    return replaced === undefined ? undefined : changeAct(tool, replaced.rest, 'edit', [replaced.piece]);
  }
  const replaced = edits.map((edit) => (isJsonObject(edit) ? replacedIn(edit) : undefined));
  // What is not understood whole is shown as it was sent.
  if (replaced.length === 0 || !replaced.every((one) => one !== undefined && Object.keys(one.rest).length === 0))
    return undefined;
  return changeAct(
    tool,
    others,
    'edit',
    replaced.flatMap((one) => one?.piece ?? []),
  );
}

function patchAct(tool: Tool, text: string, rest: JsonObject): Act | undefined {
  const files = filesOfPatch(text);
  return files === undefined ? undefined : { ...tool, kind: 'changes', files, rest };
}

/** Changes of the one file that the fields name. */
function changeAct(
  tool: Tool,
  fields: JsonObject,
  how: FileChange['how'],
  pieces: readonly ChangedPiece[],
): Act | undefined {
  const path = textIn(fields, pathFields);
  if (path === undefined) return undefined;
  const name = pathFields.find((each) => fields[each] === path) ?? '';
  const { [name]: _path, ...rest } = fields;
  return { ...tool, kind: 'changes', files: [{ path, how, pieces }], rest };
}

/** An act of a tool of which nothing is known: the command or the changes in it are drawn as such, under the tool's own name. */
function unknownAct(tool: Tool, fields: JsonObject): Act | undefined {
  if (typeof fields['command'] === 'string') return commandAct(tool, fields);
  for (const name of ['diff', 'patch']) {
    const taken = takenFrom(fields, [name]);
    if (taken === undefined) continue;
    const { texts, rest } = taken;
    const files = filesOfPatch(texts[0] ?? '');
    if (files === undefined) continue;
    const path = textIn(rest, pathFields);
    const named = files.map((file) => (file.path === '' && path !== undefined ? { ...file, path } : file));
    return { ...tool, kind: 'changes', files: named, rest };
  }
  const replaced = replacedIn(fields);
  return replaced === undefined ? undefined : changeAct(tool, replaced.rest, 'edit', [replaced.piece]);
}
