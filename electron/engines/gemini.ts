import { join } from 'node:path';
import { engineAgentIds, engineNames } from '../../shared/contract/engine';
import type { JsonObject } from '../../shared/kernel/fields';
import {
  bearer,
  type ConfigFile,
  decidingCommand,
  type EngineRow,
  type Environment,
  type HookAnswer,
  LONGEST_HOOK_SECONDS,
  mcpUrl,
  planTool,
  textOf,
  unlockedHold,
  userFolder,
  valueAt,
  type Wanted,
  wordsOf,
} from './engine';
import { usageTokenOf } from './usage-token';

// Gemini CLI calls the hook before every tool, and before it asks itself: what only looks is not asked about.
const looks = wordsOf(
  'read_file read_many_files list_directory glob grep_search search_file_content google_web_search',
  'write_todos enter_plan_mode exit_plan_mode activate_skill get_internal_docs complete_task update_topic',
  'list_background_processes read_background_output list_mcp_resources read_mcp_resource invoke_agent',
  'tracker_create_task tracker_update_task tracker_get_task tracker_list_tasks tracker_add_dependency tracker_visualize',
);

/** Questions to the person at the terminal. */
const questions = wordsOf('ask_user');

/** The exit code with which Gemini CLI blocks a call; every other failure lets it go on. */
const BLOCKED = 2;

/** Gemini CLI, as its hooks were in November 2026. */
export const gemini: EngineRow = {
  name: engineNames.gemini,
  agentId: engineAgentIds.gemini,
  program: 'gemini',
  hold: unlockedHold,
  afterwards: 'Sessions that are open already use the hook after a restart of Gemini CLI.',
  folder,
  files,
  projectFiles: ['.gemini/settings.json'],

  plan(input) {
    switch (input['hook_event_name']) {
      case 'BeforeTool':
        return planTool(textOf(input, 'tool_name'), { looks, questions }, 'opened_in_terminal');
      case 'AfterTool':
        return { ended: 'this_call', end: { isError: valueAt(input, 'tool_response', 'error') !== undefined } };
      case 'BeforeAgent':
        return { ended: 'session', isBeginning: true };
      case 'AfterAgent':
        return { ended: 'session' };
      case 'SessionEnd':
        return { ended: 'session', isEnd: true };
      default:
        return {};
    }
  },

  answer(input, verdict) {
    if (input['hook_event_name'] !== 'BeforeTool') return { stdout: {}, exitCode: 0 };
    const { sentence } = verdict;
    switch (verdict.kind) {
      case 'allow':
        return said({ decision: 'allow', reason: sentence });
      case 'deny':
        return said({ decision: 'deny', reason: sentence });
      case 'block':
        return { stderr: verdict.sentence, exitCode: BLOCKED };
      case 'ask':
        return said({ decision: 'ask', systemMessage: sentence });
      case 'pass':
      case 'later':
        return said(sentence === undefined ? {} : { systemMessage: sentence });
    }
  },
};

function folder(environment: Environment): string {
  return join(environment['GEMINI_CLI_HOME'] || userFolder(environment), '.gemini');
}

function files(environment: Environment, wanted: Wanted): readonly ConfigFile[] {
  const timeout = LONGEST_HOOK_SECONDS * 1_000;
  const hooks = (command: string) => ({ hooks: [{ name: 'gatehouse', type: 'command', command, timeout }] });
  const telling = hooks(wanted.hookCommand);
  return [
    {
      path: join(folder(environment), 'settings.json'),
      additions: {
        format: 'json',
        hooks: [
          { event: 'BeforeTool', group: { matcher: '.*', ...hooks(decidingCommand(wanted)) } },
          { event: 'AfterTool', group: { matcher: '.*', ...telling } },
          ...['BeforeAgent', 'AfterAgent', 'SessionEnd'].map((event) => ({ event, group: telling })),
        ],
        server: { key: 'mcpServers', value: { httpUrl: mcpUrl(wanted), headers: bearer(wanted) } },
        ...(wanted.isTelemetryDeclined !== true && { telemetry: { key: 'telemetry', value: telemetry(wanted) } }),
      },
    },
  ];
}

/** Its exporters take no header, so the address that they send to has who sends it. What is said and done stays out. */
function telemetry({ url, token }: Wanted): Readonly<Record<string, string | boolean>> {
  const { host } = new URL(url);
  const otlpEndpoint = `http://usage:${usageTokenOf(token)}@${host}`;
  return { enabled: true, target: 'local', otlpEndpoint, otlpProtocol: 'http', logPrompts: false };
}

function said(stdout: JsonObject): HookAnswer {
  return { stdout, exitCode: 0 };
}
