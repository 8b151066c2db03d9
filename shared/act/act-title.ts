import { withoutEnd } from '../kernel/ends';
import { fieldsOf, type JsonObject } from '../kernel/fields';
import { startOfLine, visibleLine, visibleText, wholeLine } from '../kernel/visible-text';
import { type Act, type ChangedPiece, type FileChange, readAct } from './act';
import { countChange, countLines, isHugeChange, mostEditsIn } from './line-diff';
import { mcpNameOf, pathFields, type ToolCall, type ToolUse, textIn } from './tools';

/** Characters of a title. */
export const LONGEST_TITLE = 160;

/** A call, and the folder that its paths are said from. */
export type TitledCall = ToolCall & { readonly cwd?: string | undefined };

/**
 * What an act does, in one line: `Edit src/cart/store.ts +38 −32`, `Run npm test`. The only such line that there is: every surface
 * shows it. Hidden characters are shown, what is cut off is an ellipsis, and a line break in a command is shown as one.
 */
export function actTitle({ cwd, ...call }: TitledCall, maxLength = LONGEST_TITLE): string {
  const act = readAct(call);
  const withParts = (longest: number) => startOfLine(titleOf(act, { cwd, maxLength: longest }), maxLength, inOneLine);
  // Its parts are cut only where the whole has no room.
  return wholeLine(withParts(Number.POSITIVE_INFINITY), maxLength) ?? visibleLine(withParts(maxLength), maxLength);
}

/** Shows line breaks, with what is white around them. */
function inOneLine(text: string): string {
  const [first, last] = [text.indexOf('\n'), text.lastIndexOf('\n')];
  if (first === -1) return text;
  const between = text.slice(first, last).match(/\S[^\n]*/g) ?? [];
  const lines = [
    text.slice(0, first).trimEnd(),
    ...between.map((line) => line.trimEnd()),
    text.slice(last + 1).trimStart(),
  ];
  return lines.join(' ⏎ ');
}

type Look = { readonly cwd: string | undefined; readonly maxLength: number };

function titleOf(act: Act, look: Look): string {
  switch (act.kind) {
    case 'command':
      return commandTitle(act, look);
    case 'changes':
      return changesTitle(act, look);
    case 'text':
    case 'fields':
      return fieldsTitle(act, look);
    case 'value':
      return act.value === undefined ? `Use ${act.toolName}` : `${act.toolName}: ${JSON.stringify(act.value) ?? ''}`;
  }
}

function commandTitle({ toolName, use, command }: Extract<Act, { kind: 'command' }>, look: Look): string {
  const said = command.trim();
  if (use === 'command' || said.startsWith(`${toolName} `) || said === toolName) return `Run ${said}`;
  return `${nameOf(toolName, look)}: ${said}`;
}

const verbs = { edit: 'Edit', write: 'Write', create: 'Write', delete: 'Delete' } as const;

function changesTitle(act: Extract<Act, { kind: 'changes' }>, look: Look): string {
  const { files, use, toolName } = act;
  const [file, ...others] = files;
  if (file === undefined) return toolName;
  const verb = use === undefined ? `${nameOf(toolName, look)}:` : undefined;
  if (others.length === 0)
    return `${verb ?? (file.toPath === undefined ? verbs[file.how] : 'Move')} ${fileTitle(file, act, look)}`;
  // What is taken away is named first: that is what a cut may not hide.
  const ofKind = (how: string, wanted: (one: FileChange) => boolean) => {
    const found = files.filter(wanted);
    return found.length === 0 ? [] : [`${how} ${namesOf(found, look)}`];
  };
  const parts = [
    ...ofKind('delete', ({ how }) => how === 'delete'),
    ...ofKind('move', ({ how, toPath }) => how !== 'delete' && toPath !== undefined),
    ...ofKind('edit', ({ how, toPath }) => how === 'edit' && toPath === undefined),
    ...ofKind('write', ({ how, toPath }) => (how === 'write' || how === 'create') && toPath === undefined),
  ].join('; ');
  return `${parts.charAt(0).toUpperCase()}${parts.slice(1)}${countWords(files)}`;
}

/** How many files of one kind a title names. */
const MOST_NAMED = 3;

function namesOf(files: readonly FileChange[], look: Look): string {
  const [first = '', ...names] = files.slice(0, MOST_NAMED).map((file) => movedPath(file, look));
  const rest = files.length - MOST_NAMED;
  if (rest > 0) return `${[first, ...names].join(', ')} and ${rest} more`;
  const last = names.pop();
  return last === undefined ? first : `${[first, ...names].join(', ')} and ${last}`;
}

function movedPath({ path, toPath }: FileChange, look: Look): string {
  const from = shownPath(path, look);
  return toPath === undefined ? from : `${from} to ${shownPath(toPath, look)}`;
}

function fileTitle(file: FileChange, { use, rest, files }: Extract<Act, { kind: 'changes' }>, look: Look): string {
  const path = movedPath(file, look);
  if (use === 'notebook') {
    const cell = textIn(rest, ['cell_id', 'cell_number']);
    return `${path}${cell === undefined ? '' : `, ${rest['edit_mode'] === 'insert' ? 'after ' : ''}cell ${cell}`} (${linesOfAll(file)})`;
  }
  if (file.how === 'write') return `${path} (${linesOfAll(file)})`;
  if (file.how === 'create') return `${path} (new, ${linesOfAll(file)})`;
  const isEverywhere = file.pieces.some((piece) => piece.isEverywhere === true);
  return `${path}${countWords(files)}${isEverywhere ? ', at every place' : ''}`;
}

function linesOfAll({ pieces }: FileChange): string {
  const count = pieces.reduce((sum, { after }) => sum + countLines(after), 0);
  return count === 1 ? '1 line' : `${count.toLocaleString('en')} lines`;
}

/** What was counted in the changes of acts that are still in use: a title is made more than once. */
const counted = new WeakMap<readonly FileChange[], string>();

/** How many lines come and go. */
function countWords(files: readonly FileChange[]): string {
  const words = counted.get(files) ?? countedWords(files.flatMap(({ pieces }) => pieces));
  counted.set(files, words);
  return words;
}

function countedWords(pieces: readonly ChangedPiece[]): string {
  if (isHugeChange(pieces)) return ', a huge change';
  const mostEdits = mostEditsIn(pieces);
  let [added, removed] = [0, 0];
  for (const piece of pieces) {
    const count = countChange(piece, mostEdits);
    added += count.added;
    removed += count.removed;
  }
  return added + removed === 0 ? '' : ` +${added.toLocaleString('en')} −${removed.toLocaleString('en')}`;
}

/** What is said of the tools that change nothing themselves, or nothing that is drawn. */
const fieldTitles: Partial<Record<ToolUse, (fields: JsonObject, look: Look, act: Act) => string>> = {
  delete: (fields, look) => `Delete ${pathIn(fields, look) ?? 'a file'}`,
  notebook: (fields, look) =>
    `${fields['edit_mode'] === 'delete' ? 'Delete cell' : 'Edit cell'} ${textIn(fields, ['cell_id']) ?? '(not said which)'} of ${pathIn(fields, look) ?? 'a notebook'}`,
  read: (fields, look) => `Read ${pathIn(fields, look) ?? gistIn(fields)}`,
  list(fields, look) {
    const pattern = textIn(fields, ['pattern']);
    const path = pathIn(fields, look);
    return `List ${[pattern, path].filter((part) => part !== undefined).join(' in ') || 'files'}`;
  },
  search(fields, look) {
    const path = pathIn(fields, look);
    return `Search for ${textIn(fields, ['pattern', 'query']) ?? gistIn(fields)}${path === undefined ? '' : ` in ${path}`}`;
  },
  fetch: (fields) => `Fetch ${addressesIn(fields)}`,
  web_search: (fields) => `Search the web for ${textIn(fields, ['query']) ?? gistIn(fields)}`,
  agent(fields, _look, act) {
    const kind = textIn(fields, ['subagent_type', 'agent_name', 'agent_type', 'name']);
    const what = textIn(fields, ['description']) ?? firstLine(textOf(act));
    return `Start agent${kind === undefined ? '' : ` ${kind}`}: ${what}`;
  },
  plan: (_fields, _look, act) => `Carry out the plan: ${firstLine(textOf(act))}`,
  question(fields) {
    const questions = fields['questions'];
    const [first] = Array.isArray(questions) ? questions : [fields];
    return `Ask you: ${textIn(fieldsOf(first), ['question', 'prompt', 'text']) ?? gistIn(fields)}`;
  },
  to_do: () => 'Update its list of things to do',
  skill: (fields) => `Use skill ${gistIn(fields)}`,
  message: (fields, _look, act) =>
    `Tell ${textIn(fields, ['to', 'recipient', 'id']) ?? 'an agent'}: ${firstLine(textOf(act))}`,
  schedule: (fields) => `Schedule for later: ${textIn(fields, ['prompt', 'reason']) ?? gistIn(fields)}`,
};

function fieldsTitle(act: Extract<Act, { kind: 'text' | 'fields' }>, look: Look): string {
  const { toolName, use, rest } = act;
  const title = use === undefined ? undefined : fieldTitles[use]?.(rest, look, act);
  if (title !== undefined) return title;
  const gist = pathIn(rest, look, gistFields) ?? gistIn(rest);
  return gist === '' ? nameOf(toolName, look) : `${nameOf(toolName, look)}: ${gist}`;
}

/** The name of a tool; of one of a server with the server's: `create_issue on linear`. It leaves room for what it does. */
function nameOf(toolName: string, { maxLength }: Look): string {
  const mcp = mcpNameOf(toolName);
  const name = mcp === undefined ? toolName : `${mcp.name} on ${mcp.server}`;
  return visibleLine(name, Math.max(20, Math.floor(maxLength / 2)));
}

/** Fields that tell calls of one tool apart, what does more before what is only a name. */
const gistFields = [
  'command',
  'sql',
  'query',
  'statement',
  'script',
  'code',
  'expression',
  'url',
  'title',
  'name',
  'subject',
  'summary',
  'question',
  'skill',
  'message',
  'prompt',
  'reason',
  'text',
  'description',
];

function gistIn(fields: JsonObject): string {
  const known = textIn(fields, gistFields);
  if (known !== undefined) return known;
  const first = Object.values(fields).find((value) => typeof value === 'string' && value.trim() !== '');
  if (typeof first === 'string') return first;
  return Object.keys(fields).length === 0 ? '' : JSON.stringify(fields);
}

function textOf(act: Act): string {
  return act.kind === 'text' ? act.text : act.kind === 'fields' ? gistIn(act.rest) : '';
}

/** The first line with words in it, without the marks of a heading or a list. */
function firstLine(text: string): string {
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('\n', start);
    const end = next === -1 ? text.length : next;
    const line = text
      .slice(start, end)
      .replace(/^\s*(?:[#>*-]+\s+)?/, '')
      .trim();
    if (line !== '') return text.slice(end).trim() === '' ? line : `${line} …`;
    start = end + 1;
  }
  return '';
}

function pathIn(fields: JsonObject, look: Look, before: readonly string[] = []): string | undefined {
  if (textIn(fields, before) !== undefined) return undefined;
  const path = textIn(fields, pathFields);
  if (path !== undefined) return shownPath(path, look);
  const list = fields['paths'] ?? fields['file_paths'];
  const texts = Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
  const [first, ...others] = texts;
  if (first === undefined) return undefined;
  return others.length === 0 ? shownPath(first, look) : `${shownPath(first, look)} and ${others.length} more`;
}

const LONGEST_PATH = 4_096;

/** A path as it is said from the folder; one that does not lie in it is said whole. Cut in the middle, so that its name stays. */
export function shownPath(path: string, { cwd, maxLength }: Look): string {
  const inside = cwd === undefined ? undefined : pathBelow(path, cwd);
  const whole = inside === '' ? '.' : (inside ?? path);
  // Of one that is much too long anyway, only its two ends are looked at.
  const isEndless = whole.length > LONGEST_PATH;
  const said = visibleText(isEndless ? `${whole.slice(0, LONGEST_PATH / 2)}${whole.slice(-LONGEST_PATH / 2)}` : whole);
  const characters = [...said];
  const most = Math.max(24, Math.floor(maxLength / 2));
  if (characters.length <= most) return said;
  const head = Math.floor(most / 3);
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - most).join('')}`;
}

/** The way from a folder to a path below it; undefined for one that is not, or that goes up on its way. */
function pathBelow(path: string, folder: string): string | undefined {
  const root = withoutEnd(folder, '/\\');
  if (root === '' || /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path)) return undefined;
  if (path === root) return '';
  return path.startsWith(`${root}/`) || path.startsWith(`${root}\\`) ? path.slice(root.length + 1) : undefined;
}

/** Where a call fetches from: the host and the path, without what a reader takes for the host. */
function addressesIn(fields: JsonObject): string {
  const said = textIn(fields, ['url', 'urls', 'prompt']) ?? gistIn(fields);
  const [first, ...others] = said.match(/\bhttps?:\/\/[^\s"'<>]+/gi) ?? [];
  if (first === undefined) return said;
  return others.length === 0 ? shownAddress(first) : `${shownAddress(first)} and ${others.length} more`;
}

function shownAddress(address: string): string {
  const [start = '', scheme = '', authority = ''] = /^(https?:\/\/)([^/?#\\]*)/i.exec(address) ?? [];
  const path = address.slice(start.length);
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  return `${scheme.toLowerCase() === 'https://' ? '' : scheme.toLowerCase()}${host}${path === '/' ? '' : path}`;
}
