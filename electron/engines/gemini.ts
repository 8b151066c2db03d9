import { join } from 'node:path';
import { engineNames } from '../../shared/contract/engine';
import {
  bearer,
  type ConfigFile,
  decidingCommand,
  type EngineRow,
  type Environment,
  type HookAnswer,
  LONGEST_HOOK_SECONDS,
  mcpUrl,
  textOf,
  unlockedHold,
  userFolder,
  type Wanted,
} from './engine';

// Gemini CLI calls the hook before every tool, after it has asked itself: what only looks is not asked about.
const neverAsked = new Set(
  [
    'read_file read_many_files list_directory glob grep_search search_file_content google_web_search',
    'write_todos ask_user enter_plan_mode exit_plan_mode activate_skill get_internal_docs complete_task',
  ].flatMap((names) => names.split(' ')),
);

/** The exit code with which Gemini CLI blocks a call; every other failure lets it go on. */
const BLOCKED = 2;

/** Gemini CLI, as its hooks were in November 2026. */
export const gemini: EngineRow = {
  name: engineNames.gemini,
  agentId: 'gemini-cli',
  program: 'gemini',
  hold: unlockedHold,
  afterwards: 'Sessions that are open already use the hook after a restart of Gemini CLI.',
  folder,
  files,

  plan(input) {
    switch (input['hook_event_name']) {
      case 'BeforeTool':
        if (neverAsked.has(textOf(input, 'tool_name'))) {
          return { ended: 'abandoned', call: { engineAsks: 'never', isLook: true } };
        }
        return {
          ended: 'abandoned',
          call: { engineAsks: 'unknown', isLook: false },
          ask: { isForHighRiskOnly: false, isResumable: false },
        };
      case 'AfterTool':
        return { ended: 'this_call' };
      case 'BeforeAgent':
        return { ended: 'session', isBeginning: true };
      case 'AfterAgent':
      case 'SessionEnd':
        return { ended: 'session' };
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
  const hook = { name: 'gatehouse', type: 'command', command: decidingCommand(wanted), timeout };
  return [
    {
      path: join(folder(environment), 'settings.json'),
      additions: {
        format: 'json',
        hooks: [{ event: 'BeforeTool', group: { matcher: '.*', hooks: [hook] } }],
        server: { key: 'mcpServers', value: { httpUrl: mcpUrl(wanted), headers: bearer(wanted) } },
      },
    },
  ];
}

function said(stdout: Readonly<Record<string, unknown>>): HookAnswer {
  return { stdout, exitCode: 0 };
}
