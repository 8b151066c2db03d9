import { mcpNameOf, unwrapped } from '../../shared/act/tools';
import { isOwnTool } from '../../shared/asking';
import { higherLevel, type RiskLevel, type RiskReason, type ShellPart } from '../../shared/judgement';
import { fieldsOf, type JsonObject } from '../../shared/kernel/fields';
import { visibleLine } from '../../shared/kernel/visible-text';
import { isHarmlessCode } from './code/code';
import { judgeShell } from './commands';
import { knownToolEffect } from './known-tools';
import { filesOfPatch } from './patch';
import { pathEffect, secretsIn } from './paths';
import { type JudgedPlace, pathFacts, pathFrom } from './place';
import { sqlEffect } from './programs/databases';
import { isOwnAddress } from './programs/network';
import { type Access, destroys, type Effect, escapes, type Harm, secrets, sends, unreadable } from './programs/program';
import { effectOfName, wordsOfName } from './programs/verbs';
import { wordSet } from './word-set';

/** What a tool is asked to do. */
export type ToolAct = {
  readonly toolName: string;
  readonly action: unknown;
  /** The folder that it happens in. */
  readonly cwd: string | undefined;
  /** What the server of an MCP tool says of it, where Gatehouse knows it. */
  readonly annotations?: ToolAnnotations;
  /** How dangerous the operator has said that the tool is, where they have. */
  readonly level?: RiskLevel;
};

/** What the server of an MCP tool says of it. */
export type ToolAnnotations = { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean };

/** What a tool does with an act, and the commands in it. */
export type ToolReading = {
  readonly level: RiskLevel;
  readonly reasons: readonly RiskReason[];
  readonly parts: readonly ShellPart[];
};

const shells = wordSet(
  'Bash bash shell exec_command local_shell local_shell_call container.exec run_shell_command run_command run_terminal_cmd execute_command terminal unified_exec Shell sh command',
);
const readers = wordSet(
  'Read read read_file read_many_files NotebookRead view_image Glob glob Grep grep LS list list_directory search_file_content grep_search lsp LSP ReadFile view',
);
const writers = wordSet(
  'Write write write_file Edit edit MultiEdit multiedit NotebookEdit replace create_file edit_file str_replace_based_edit_tool str_replace_editor apply_diff insert_edit_into_file',
);
const patchers = wordSet('apply_patch patch');
const fetchers = wordSet('WebFetch webfetch web_fetch fetch_url');
/** What engines have for themselves, and asks somebody else where it would do more. */
const harmless = wordSet(
  'TodoWrite TodoRead todowrite todoread write_todos update_plan update_topic Task Agent task spawn_agent wait_agent close_agent multi_agent_v1wait_agent send_input resume_agent invoke_agent',
  'ExitPlanMode EnterPlanMode exit_plan_mode enter_plan_mode plan_exit AskUserQuestion ask_user WebSearch websearch web_search google_web_search ToolSearch Skill skill activate_skill SlashCommand',
  'BashOutput TaskOutput AgentOutput TaskCreate TaskGet TaskList TaskUpdate TaskStop KillShell KillBash StructuredOutput ReportFindings ScheduleWakeup SendMessage CronList Monitor',
  'ListMcpResources ListMcpResourcesTool ReadMcpResource ReadMcpResourceTool list_mcp_resources read_mcp_resource get_internal_docs complete_task list_background_processes read_background_output',
  'tracker_create_task tracker_update_task tracker_get_task tracker_list_tasks tracker_add_dependency tracker_visualize codesearch think sequentialthinking question',
);

/** What kind of tool one is by its name, for those that all engines have; `other` for any other. */
export function kindOfTool(toolName: string): 'shell' | 'looks' | 'edits' | 'fetches' | 'other' {
  if (shells.has(toolName)) return 'shell';
  if (readers.has(toolName)) return 'looks';
  if (writers.has(toolName) || patchers.has(toolName)) return 'edits';
  return fetchers.has(toolName) ? 'fetches' : 'other';
}

const pathFieldNames = wordSet(
  'file_path filePath path absolute_path notebook_path notebookPath file filename file_paths paths directory dir dir_path folder target_file uri source destination src dst dest target output output_path from_path to_path old_path new_path relative_path',
);
const commandFieldNames = wordSet('command cmd script shell_command commandLine command_line bash');
const codeFieldNames = wordSet('code javascript python source_code expression function js');
/** What a tool that runs code may have it in. */
const anyCodeFieldNames = new Set([...codeFieldNames, ...commandFieldNames]);
const sqlFieldNames = wordSet('sql query statement statements');
const contentFieldNames = wordSet(
  'content contents new_string newString file_text new_source text edits patch input diff',
);

/** How much of a content is looked through for keys, in characters. */
const LOOKED_THROUGH = 200_000;

/** Keys and tokens as they look; never a word for them. */
const keyText =
  /-----BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{60}|\bxox[abprs]-[\w-]{20}|\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32}|\bsk_live_[A-Za-z0-9]{20}|\bAIza[\w-]{35}\b|\bnpm_[A-Za-z0-9]{36}\b|\bglpat-[\w-]{20}|\beyJ[\w-]{20,2000}\.eyJ[\w-]{20,2000}\.[\w-]{20}/;

/** Judges what a tool is asked to do (spec/judgement.md sections 2, 3 and 5). */
export function judgeTool(said: ToolAct, place: JudgedPlace): ToolReading {
  const act = { ...said, ...unwrapped(said) };
  const { toolName, action } = act;
  if (isOwnTool(toolName)) return low;
  if (action === undefined) return ofEffects([unreadable('does not say what it would do')]);
  const fields: JsonObject = typeof action === 'object' && action !== null ? (action as JsonObject) : {};
  if (shells.has(toolName)) return ofCommand(fields, act, place);
  if (patchers.has(toolName)) return ofPatch(action, fields, act, place);
  if (readers.has(toolName))
    return ofEffects([...pathEffects(fields, 'reads', act, place), ...searched(fields, act, place)]);
  if (writers.has(toolName)) return ofWrite(fields, act, place);
  if (fetchers.has(toolName)) return ofEffects([fetchEffect(fields, act, place)]);
  if (harmless.has(toolName)) return ofHarmless(fields, act, place);
  if (toolName === 'write_stdin') return ofEffects([stdinEffect(fields)]);
  if (toolName === 'save_memory') return ofEffects([escapes('changes what agents are told')]);
  return ofUnknown(fields, act, place);
}

/** The fields of these names, in the order of the names: an act can have thousands of others. */
function fieldsNamed(fields: JsonObject, names: ReadonlySet<string>): readonly (readonly [string, unknown])[] {
  return [...names].flatMap((name) => (Object.hasOwn(fields, name) ? [[name, fields[name]] as const] : []));
}

/** Longest path that a system takes, in characters. */
const LONGEST_PATH = 4_096;

/** Files that one call may name; each costs calls of the system. */
const MOST_FILES = 100;

const low: ToolReading = { level: 'low', reasons: [], parts: [] };

const ranks: Readonly<Record<'looks' | 'changes', RiskLevel>> = { looks: 'low', changes: 'normal' };

function ofEffects(effects: readonly Effect[], least: Effect = 'looks'): ToolReading {
  let level: RiskLevel = typeof least === 'string' ? ranks[least] : 'high';
  const reasons: RiskReason[] = [];
  for (const effect of effects) {
    level = higherLevel(level, typeof effect === 'string' ? ranks[effect] : 'high');
    if (typeof effect === 'object' && !reasons.some(({ what }) => what === effect.what)) {
      reasons.push({ kind: effect.kind, what: visibleLine(effect.what.replaceAll('\uFFFC', '…'), 200) });
    }
  }
  return { level, reasons: reasons.slice(0, 20), parts: [] };
}

function together(readings: readonly ToolReading[]): ToolReading {
  return {
    level: readings.map(({ level }) => level).reduce(higherLevel, 'low'),
    reasons: readings.flatMap(({ reasons }) => reasons).slice(0, 20),
    parts: readings.flatMap(({ parts }) => parts),
  };
}

/** A tool that runs commands: its command, in the folder that it says. */
function ofCommand(fields: JsonObject, act: ToolAct, place: JudgedPlace): ToolReading {
  const found = fieldsNamed(fields, commandFieldNames);
  if (found.length === 0) return ofEffects([unreadable('does not say what it would run')]);
  const folder = ['workdir', 'cwd', 'dir_path', 'directory']
    .map((name) => fields[name])
    .find((value) => typeof value === 'string');
  const cwd = typeof folder === 'string' ? pathFrom(act.cwd, folder) : act.cwd;
  const readings = found.map(([, value]) => commandReading(value, cwd, place));
  const rest = fieldsNamed(fields, codeFieldNames);
  const there = typeof folder === 'string' ? [effectOn(folder, 'reads', act, place)].filter(isHarm) : [];
  return together([
    ...readings,
    ofEffects(there),
    ...(rest.length === 0 ? [] : [ofEffects([unreadable('code beside its command')])]),
  ]);
}

function commandReading(value: unknown, cwd: string | undefined, place: JudgedPlace): ToolReading {
  if (typeof value === 'string') return judgeShell(value, cwd, place);
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    return ofEffects([unreadable('a command that is none')]);
  }
  const given = value as readonly string[];
  // The words of one program: what a shell would read in them is taken as it stands.
  if (given[0] === 'apply_patch')
    return ofPatch(given[1], { input: given[1] }, { toolName: 'apply_patch', action: given[1], cwd }, place);
  return judgeShell(given.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' '), cwd, place);
}

/** A tool that does nothing by itself; a skill whose file runs commands is called with them (electron/engines/claude-skills.ts). */
function ofHarmless(fields: JsonObject, act: ToolAct, place: JudgedPlace): ToolReading {
  const commands = fieldsNamed(fields, commandFieldNames);
  // That is the name of a command of the engine's own.
  const isName = (value: unknown) =>
    act.toolName === 'SlashCommand' && typeof value === 'string' && /^\/[\w:-]+(?: |$)/.test(value);
  const run = commands.filter(([, value]) => !isName(value));
  return together([low, ...run.map(([, value]) => commandReading(value, act.cwd, place))]);
}

/** Where each file stands that a patch of Codex changes. */
function ofPatch(action: unknown, fields: JsonObject, act: ToolAct, place: JudgedPlace): ToolReading {
  const text = [action, ...Object.values(fields)].filter((value) => typeof value === 'string').join('\n');
  const found = filesOfPatch(text);
  if (found === undefined) return ofEffects([unreadable('a patch that Gatehouse cannot read')]);
  if (found.length > MOST_FILES) return ofEffects([unreadable(`changes ${found.length} files at once`)]);
  const effects = found.map(({ path, does }) => effectOn(path, does, act, place));
  return ofEffects([...effects, ...contentEffects(text)], 'changes');
}

function ofWrite(fields: JsonObject, act: ToolAct, place: JudgedPlace): ToolReading {
  const effects = pathEffects(fields, 'writes', act, place);
  const written = fieldsNamed(fields, contentFieldNames).flatMap(([, value]) => textsOf(value));
  return ofEffects(
    [
      ...(effects.length === 0 ? [unreadable('does not say which file it changes')] : effects),
      ...written.flatMap(contentEffects),
    ],
    'changes',
  );
}

function contentEffects(text: string): readonly Harm[] {
  return keyText.test(text.slice(0, LOOKED_THROUGH)) ? [secrets('writes what looks like a key')] : [];
}

function pathEffects(fields: JsonObject, access: Access, act: ToolAct, place: JudgedPlace): readonly Effect[] {
  const paths = fieldsNamed(fields, pathFieldNames)
    .flatMap(([, value]) => textsOf(value))
    .filter((path) => path !== '');
  if (paths.length > MOST_FILES) return [unreadable(`${paths.length} files at once`)];
  return paths.map((path) => effectOn(path, access, act, place));
}

/** Files whose contents are shown by a pattern of names; a tool that only lists names has that in another field. */
function searched(fields: JsonObject, { cwd }: ToolAct, place: JudgedPlace): readonly Harm[] {
  const isPattern = (text: string) => /[*?[{]/.test(text);
  const patterns = [
    ...['glob', 'include', 'include_pattern', 'file_pattern'].flatMap((name) => textsOf(fields[name])),
    ...fieldsNamed(fields, pathFieldNames).flatMap(([, value]) => textsOf(value).filter(isPattern)),
  ];
  const found = patterns.flatMap((pattern) => secretsIn(place, { cwd, isPlaceSure: true }, pattern));
  return found.slice(0, 1).map((name) => secrets(`reads ${name}`));
}

function effectOn(named: string, access: Access, { cwd }: ToolAct, place: JudgedPlace): Effect {
  const said = named.startsWith('file://') ? named.slice('file://'.length) : named;
  if (said.length > LONGEST_PATH) return unreadable(`a path of ${said.length.toLocaleString('en')} characters`);
  if (/[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/u.test(said))
    return unreadable('a path with signs that cannot be seen');
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(said)) return access === 'reads' ? 'changes' : sends(`writes to ${said}`);
  const home = said === '~' || said.startsWith('~/') ? place.surroundings.home + said.slice(1) : said;
  const path = pathFrom(cwd, home);
  if (path === undefined) return access === 'reads' ? 'changes' : unreadable('in which folder it happens is not said');
  return pathEffect(place, pathFacts(place, path), access);
}

/** What is typed into a program that runs: nothing, to see what it has said, or the end of it. */
function stdinEffect(fields: JsonObject): Effect {
  const typed = fields['chars'] ?? fields['input'] ?? '';
  if (typed === '') return 'looks';
  return typed === String.fromCodePoint(3) ? 'changes' : unreadable('types into a program that is running');
}

/** What is fetched by its address: a page, or what is sent along with the question. */
function fetchEffect(fields: JsonObject, act: ToolAct, place: JudgedPlace): Effect {
  const address = textsOf(fields['url'] ?? fields['urls'] ?? fields['prompt'] ?? '').join(' ');
  const [, file] = /\bfile:\/\/(\/\S+)/i.exec(address) ?? [];
  if (file !== undefined) return effectOn(file, 'reads', act, place);
  if (isOwnAddress(address)) return 'looks';
  if (keyText.test(address)) return secrets('sends what looks like a key');
  const { method, headers } = fields;
  if (/authorization|cookie|token|api-?key/i.test(Object.keys(fieldsOf(headers)).join(' ')))
    return secrets('sends a key');
  const isSent = ['body', 'data', 'json', 'form', 'payload'].some((name) => (fields[name] ?? '') !== '');
  const isAsked = typeof method !== 'string' || /^(?:get|head|options)$/i.test(method);
  return isSent || !isAsked ? sends('sends to another machine') : 'changes';
}

/** A tool of an MCP server, or one that an agent has of its own. */
function ofUnknown(fields: JsonObject, act: ToolAct, place: JudgedPlace): ToolReading {
  const { toolName, annotations, level } = act;
  const commands = isForCode(toolName) ? [] : fieldsNamed(fields, commandFieldNames);
  if (commands.length > 0) {
    // A command counts for all of it where there is nothing else that it could do.
    const readings = commands.map(([, value]) => commandReading(value, act.cwd, place));
    const others = Object.keys(fields).filter((name) => !commandFieldNames.has(name) && !harmlessFields.has(name));
    const byName = others.length === 0 ? 'changes' : nameEffect(toolName);
    return together([...readings, ofEffects([level === undefined ? byName : classEffect(toolName, level)])]);
  }
  const codes = fieldsNamed(fields, isForCode(toolName) ? anyCodeFieldNames : codeFieldNames);
  const code = codes.map(
    ([, value]): Effect =>
      typeof value === 'string' && isHarmlessCode(value) ? 'looks' : unreadable('code that Gatehouse cannot read'),
  );
  const statements = fieldsNamed(fields, sqlFieldNames)
    .flatMap(([, value]) => textsOf(value))
    .map(sqlEffect)
    .filter((effect) => effect !== undefined);
  const written = fieldsNamed(fields, contentFieldNames)
    .flatMap(([, value]) => textsOf(value))
    .flatMap(contentEffects);
  if (level !== undefined) {
    // What only looks has not said so of a statement that changes.
    const against = level === 'low' ? statements.filter(isHarm) : [];
    const files = pathEffects(fields, level === 'low' ? 'reads' : 'writes', act, place).filter(isHarm);
    return ofEffects([classEffect(toolName, level), ...against, ...written, ...files]);
  }
  const isDestructive = annotations?.destructiveHint === true && annotations.readOnlyHint !== true;
  const known = isDestructive
    ? undefined
    : knownToolEffect(shortName(toolName), fields, (path, access) => effectOn(path, access, act, place));
  if (known !== undefined)
    return ofEffects([known, ...written, ...pathEffects(fields, 'reads', act, place).filter(isHarm)]);
  const named = statements.length > 0 ? [] : [nameEffect(toolName)];
  const isLooking = [...named, ...statements, ...code].every((effect) => effect === 'looks');
  const paths = pathEffects(fields, isLooking ? 'reads' : 'writes', act, place);
  const harms = [...code, ...statements, ...written, ...paths.filter(isHarm)];
  if (isDestructive) {
    return ofEffects([destroys(`${shortName(toolName)} takes something away, as its server says`), ...harms]);
  }
  if (
    annotations?.readOnlyHint === true &&
    named.every((effect) => typeof effect === 'string' || effect.kind === 'unknown_tool')
  ) {
    return ofEffects(harms);
  }
  const fetched = typeof fields['url'] === 'string' ? [fetchEffect(fields, act, place)] : [];
  return ofEffects([...named, ...fetched, ...harms]);
}

const harmlessFields = wordSet(
  'description timeout timeout_ms run_in_background yield_time_ms max_output_tokens is_background login justification sandbox_permissions with_escalated_permissions prefix_rule tty env_comment reason title',
);

const isHarm = (effect: Effect): effect is Harm => typeof effect === 'object';

/** What a tool does as the operator has said of it. */
function classEffect(toolName: string, level: RiskLevel): Effect {
  if (level === 'high') return { kind: 'classed', what: `what ${shortName(toolName)} does, as you have said of it` };
  return level === 'low' ? 'looks' : 'changes';
}

/** Whether it is a tool of which nobody knows more than its name, so that the operator can say how dangerous it is. */
export function canBeClassed(toolName: string): boolean {
  return (
    !isOwnTool(toolName) &&
    ![shells, patchers, readers, writers, fetchers, harmless].some((known) => known.has(toolName))
  );
}

/** Whether a tool runs code of another language, by its name: what it is given is no command. */
function isForCode(toolName: string): boolean {
  return wordsOfName(shortName(toolName)).some((word) => /^(?:evaluate|eval|javascript|js|python|code)$/.test(word));
}

function nameEffect(toolName: string): Effect {
  const name = shortName(toolName);
  return effectOfName(name) ?? { kind: 'unknown_tool', what: `what ${name} does is not known` };
}

/** A tool's own name: what is before it names its server. */
function shortName(toolName: string): string {
  return mcpNameOf(toolName)?.name ?? toolName;
}

/** Every text in a value, not the names of its fields. */
function textsOf(value: unknown, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 16) return [];
  return Object.values(value).flatMap((child) => textsOf(child, depth + 1));
}
