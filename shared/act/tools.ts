import { fieldsOf, isJsonObject, type JsonObject } from '../kernel/fields';

/** What a tool does, for its title and for how its act is drawn. */
export type ToolUse =
  | 'command'
  | 'edit'
  | 'write'
  | 'notebook'
  | 'patch'
  | 'delete'
  | 'read'
  | 'list'
  | 'search'
  | 'fetch'
  | 'web_search'
  | 'agent'
  | 'plan'
  | 'question'
  | 'to_do'
  | 'skill'
  | 'message'
  | 'schedule';

/** The tools of Claude Code, Codex, Gemini CLI and opencode, by the names that these have for them. */
const namesOfUse: Readonly<Record<ToolUse, string>> = {
  command:
    'Bash bash Shell shell sh exec_command local_shell local_shell_call container.exec run_shell_command run_command run_terminal_cmd execute_command terminal unified_exec command',
  edit: 'Edit edit MultiEdit multiedit replace edit_file str_replace_editor str_replace_based_edit_tool',
  write: 'Write write write_file create_file',
  notebook: 'NotebookEdit',
  patch: 'apply_patch patch apply_diff',
  delete: 'delete_file DeleteFile',
  read: 'Read read read_file read_many_files NotebookRead view_image ReadFile view',
  list: 'LS list list_directory Glob glob',
  search: 'Grep grep search_file_content grep_search codesearch',
  fetch: 'WebFetch webfetch web_fetch fetch_url',
  web_search: 'WebSearch websearch web_search google_web_search',
  agent: 'Agent Task task spawn_agent invoke_agent',
  plan: 'ExitPlanMode exit_plan_mode plan_exit',
  question: 'AskUserQuestion ask_user question',
  to_do: 'TodoWrite todowrite write_todos update_plan',
  skill: 'Skill skill activate_skill SlashCommand',
  message: 'SendMessage send_input',
  schedule: 'CronCreate ScheduleWakeup',
};

const useOfName: ReadonlyMap<string, ToolUse> = new Map(
  (Object.entries(namesOfUse) as [ToolUse, string][]).flatMap(([use, names]) =>
    names.split(' ').map((name) => [name, use] as const),
  ),
);

/** What a tool does; undefined for one that no engine has of its own. */
export function knownUse(toolName: string): ToolUse | undefined {
  return useOfName.get(toolName);
}

/** A tool and what it is asked to do. */
export type ToolCall = { readonly toolName: string; readonly action: unknown };

/**
 * The call itself, where an act is one in a wrapping (`{tool_name, tool_input}`, or `{name, input}` as models have it). The name in
 * the wrapping counts only where the request names no tool that is known, so that a wrapping makes nothing look like another tool.
 */
export function unwrapped({ toolName, action }: ToolCall): ToolCall {
  if (!isJsonObject(action)) return { toolName, action };
  for (const [nameField, inputField, ...others] of wrappings) {
    const input = action[inputField];
    // An act can have thousands of fields: only what may be a wrapping is looked at whole.
    if (!isJsonObject(input)) continue;
    const known: readonly string[] = [nameField, inputField, ...others];
    if (!Object.keys(action).every((key) => known.includes(key))) continue;
    const said = action[nameField];
    const isKnown = knownUse(toolName) !== undefined || typeof said !== 'string' || said === '';
    return { toolName: isKnown ? toolName : said, action: input };
  }
  return { toolName, action };
}

const wrappings = [
  ['tool_name', 'tool_input', 'tool_use_id'],
  ['name', 'input', 'type', 'id'],
] as const;

/** The first of these fields that is a text with something in it. */
export function textIn(fields: JsonObject, names: readonly string[]): string | undefined {
  return names
    .map((name) => fields[name])
    .find((value): value is string => typeof value === 'string' && value.trim() !== '');
}

/** Where an act names the file that it is about. */
export const pathFields = [
  'file_path',
  'filePath',
  'path',
  'absolute_path',
  'notebook_path',
  'notebookPath',
  'filename',
  'file',
  'dir_path',
  'directory',
] as const;

/** The server and the name of a tool of an MCP server; undefined for any other. */
export function mcpNameOf(toolName: string): { readonly server: string; readonly name: string } | undefined {
  const start = /^mcp__?(?=.)/.exec(toolName)?.[0] ?? '';
  const between = start === 'mcp__' ? '__' : '_';
  const at = toolName.indexOf(between, start.length + 1);
  const name = toolName.slice(at + between.length);
  return start === '' || at < 0 || name === '' ? undefined : { server: toolName.slice(start.length, at), name };
}

/** The command of an act, as one text: a list of words is one with those quoted that need it. */
export function commandIn(action: unknown): string | undefined {
  const fields = fieldsOf(action);
  const said = ['command', 'cmd'].map((name) => fields[name]).find((value) => value !== undefined);
  if (typeof said === 'string') return said;
  if (!Array.isArray(said) || said.length === 0 || !said.every((word) => typeof word === 'string')) return undefined;
  const words = said as readonly string[];
  const [shell = '', flag = '', script] = words;
  if (words.length === 3 && script !== undefined && /^(?:\/\S*\/)?(?:ba|z)?sh$/.test(shell) && /^-l?c$/.test(flag)) {
    return script;
  }
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
