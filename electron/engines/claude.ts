import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { engineAgentIds, engineNames } from '../../shared/contract/engine';
import {
  answerPermission,
  bearer,
  type ConfigFile,
  decidingCommand,
  type EngineRow,
  type Environment,
  type HookAnswer,
  type HookInput,
  type HookVerdict,
  LONGEST_HOOK_SECONDS,
  mcpUrl,
  metricsToGatehouse,
  type Plan,
  textOf,
  unlockedHold,
  userFolder,
  valueAt,
  type Wanted,
  wordsOf,
} from './engine';

// They change nothing but the session's own state.
const looks = wordsOf(
  'Read Glob Grep LS NotebookRead LSP ToolSearch ListMcpResources ListMcpResourcesTool ReadMcpResource',
  'ReadMcpResourceTool BashOutput TaskOutput AgentOutput TodoWrite TaskCreate TaskGet TaskList TaskUpdate',
  'Task Agent EnterPlanMode ExitPlanMode StructuredOutput ReportFindings ScheduleWakeup SendMessage CronList',
);

/** Questions to the person at the terminal: an approval could not carry the answer. */
const questions = wordsOf('AskUserQuestion');

const edits = wordsOf('Edit MultiEdit Write NotebookEdit');

/** Permission modes in which Claude Code asks nobody before it acts, and those in which nobody wants to be asked. */
const unasked = wordsOf('bypassPermissions auto plan dontAsk');

/** What Claude Code calls itself where no PermissionRequest comes: `-p`, the Agent SDK, and the action for GitHub. */
const printModes = wordsOf('sdk-cli sdk-ts sdk-py claude-code-github-action');

/** For hooks that only tell Gatehouse something and never wait for the operator. */
const TELLING_HOOK_SECONDS = 30;

const nothing: Plan = {};

/** Claude Code, as its hooks were in November 2026 (.github/decisions/0019 says what is asked when). */
export const claude: EngineRow = {
  name: engineNames.claude,
  agentId: engineAgentIds.claude,
  program: 'claude',
  hold: unlockedHold,
  afterwards: 'Sessions that are open already use the hook after a restart of Claude Code.',
  folder,
  files,
  projectFiles: ['.mcp.json'],

  async complete(input, environment) {
    const isOfSkill = input['hook_event_name'] === 'UserPromptExpansion' || textOf(input, 'tool_name') === 'Skill';
    if (!isOfSkill) return input;
    const { withShellCommands } = await import('./claude-skills');
    return withShellCommands(input, environment, folder(environment));
  },

  plan(input, environment) {
    switch (input['hook_event_name']) {
      case 'PermissionRequest':
        if (questions.has(textOf(input, 'tool_name'))) return nothing;
        return {
          call: { engineAsks: 'asking', isLook: false },
          ask: { isResumable: false, dialog: 'follows' },
        };
      case 'PreToolUse':
        return planTool(input, environment['CLAUDE_CODE_ENTRYPOINT'] ?? '');
      case 'UserPromptExpansion':
        // What runs no commands is words for the model, whose calls come by themselves.
        if (textOf(input, 'tool_name') === '') return nothing;
        return {
          call: { engineAsks: 'never', isLook: false },
          ask: { isResumable: false, dialog: 'none' },
        };
      case 'PostToolUse':
        return { ended: 'this_call', end: { isError: false } };
      case 'PostToolUseFailure':
        return { ended: 'this_call', end: { isError: true } };
      case 'PermissionDenied':
        return { ended: 'this_call' };
      case 'UserPromptSubmit':
        return { ended: 'own', isBeginning: true };
      case 'Stop':
      case 'SubagentStop':
        return { ended: 'own' };
      case 'SessionEnd':
        return { ended: 'session', isEnd: true };
      case 'SubagentStart':
        return { isIntroduction: true };
      case 'ConfigChange':
        return { isSettingsChange: true };
      default:
        return nothing;
    }
  },

  answer(input, verdict) {
    switch (input['hook_event_name']) {
      case 'PermissionRequest':
        return answerPermission(verdict, noOpinion);
      case 'PreToolUse':
        return answerTool(verdict);
      case 'ConfigChange':
        return verdict.kind === 'block' ? blocked(verdict.sentence) : noOpinion(undefined);
      case 'UserPromptExpansion':
        return verdict.kind === 'allow' || verdict.kind === 'pass'
          ? noOpinion(verdict.kind === 'pass' ? verdict.sentence : undefined)
          : blocked(verdict.sentence);
      default:
        return { stdout: {}, exitCode: 0 };
    }
  },
};

function folder(environment: Environment): string {
  return environment['CLAUDE_CONFIG_DIR'] || join(userFolder(environment), '.claude');
}

function files(environment: Environment, wanted: Wanted): readonly ConfigFile[] {
  const hook = (timeout: number) => [{ type: 'command', command: wanted.hookCommand, timeout }];
  // `onFailure` is known from 2.1.295 on; older ones ignore it.
  const onFailure = wanted.strength === 'fail-closed' && { onFailure: 'block' };
  const deciding = { type: 'command', command: decidingCommand(wanted), ...onFailure };
  const asking = ['PermissionRequest', 'PreToolUse', 'UserPromptExpansion'].map((event) => ({
    event,
    group: { matcher: '*', hooks: [{ ...deciding, timeout: LONGEST_HOOK_SECONDS }] },
  }));
  // What was answered in the terminal shows by what comes next: the tool's end, or the person's next words.
  const after = ['PostToolUse', 'PostToolUseFailure', 'PermissionDenied'].map((event) => ({
    event,
    group: { matcher: '*', hooks: hook(TELLING_HOOK_SECONDS) },
  }));
  const changes = { event: 'ConfigChange', group: { hooks: [{ ...deciding, timeout: TELLING_HOOK_SECONDS }] } };
  const telling = ['UserPromptSubmit', 'SubagentStart', 'SubagentStop', 'Stop', 'SessionEnd'].map((event) => ({
    event,
    group: { hooks: hook(TELLING_HOOK_SECONDS) },
  }));
  const own = folder(environment);
  // With a folder of its own, its state file is in there; without one it is beside the folder.
  const stateFolder = environment['CLAUDE_CONFIG_DIR'] ? own : userFolder(environment);
  return [
    {
      path: join(own, 'settings.json'),
      additions: {
        format: 'json',
        hooks: [...asking, ...after, ...telling, changes],
        // What is said and done is in logs and traces, which stay off.
        ...(wanted.isTelemetryDeclined !== true && {
          telemetry: { key: 'env', value: { CLAUDE_CODE_ENABLE_TELEMETRY: '1', ...metricsToGatehouse(wanted) } },
        }),
      },
    },
    {
      path: join(stateFolder, '.claude.json'),
      isState: true,
      additions: {
        format: 'json',
        hooks: [],
        server: { key: 'mcpServers', value: { type: 'http', url: mcpUrl(wanted), headers: bearer(wanted) } },
      },
    },
  ];
}

/**
 * A tool call, before Claude Code itself asks about it. In a dialog it can be made to ask, whatever its mode and the user's rules say;
 * that brings a PermissionRequest, so the operator is asked while the person at the terminal is. In print mode nobody else is.
 */
function planTool(input: HookInput, entryPoint: string): Plan {
  const [tool, mode] = [textOf(input, 'tool_name'), textOf(input, 'permission_mode')];
  const isLook = looks.has(tool);
  if (questions.has(tool)) return { ended: 'abandoned', call: { engineAsks: 'never', isLook: true } };
  if (!printModes.has(entryPoint)) {
    const ask = { isResumable: false, dialog: 'opened', isAskedByDialog: true } as const;
    return { ended: 'abandoned', call: { engineAsks: 'never', isLook }, ask };
  }
  const isUnasked =
    unasked.has(mode) || (mode === 'acceptEdits' && edits.has(tool)) || (isLook && !isOutsideFolder(input));
  // A sub-agent that is to be resumed ends as if it had finished; programs of the SDK are not known to resume at all.
  const isResumable = entryPoint === 'sdk-cli' && textOf(input, 'agent_id') === '';
  return {
    ended: 'abandoned',
    call: { engineAsks: isUnasked ? 'never' : 'unknown', isLook },
    ask: { isResumable, dialog: 'none' },
  };
}

/** Whether something is read outside the folder of the session: Claude Code refuses that where it can ask nobody. */
function isOutsideFolder(input: HookInput): boolean {
  const path = valueAt(input, 'tool_input', 'file_path') ?? valueAt(input, 'tool_input', 'path');
  const cwd = textOf(input, 'cwd');
  if (typeof path !== 'string' || cwd === '') return false;
  const place = relative(cwd, resolve(cwd, path));
  return place === '..' || place.startsWith(`..${sep}`) || isAbsolute(place);
}

function answerTool(verdict: HookVerdict): HookAnswer {
  const decided = (permissionDecision: string, permissionDecisionReason: string): HookAnswer => ({
    stdout: { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision, permissionDecisionReason } },
    exitCode: 0,
  });
  switch (verdict.kind) {
    case 'allow':
      return decided('allow', verdict.sentence);
    case 'deny':
      return verdict.endsTurn === true
        ? endingTurn(decided('deny', verdict.sentence), verdict.sentence)
        : decided('deny', verdict.sentence);
    case 'block':
      return decided('deny', verdict.sentence);
    case 'later':
      return decided('defer', verdict.sentence);
    case 'ask':
      return decided('ask', verdict.sentence);
    case 'pass':
      return noOpinion(verdict.sentence);
  }
}

/** The answer, and the end of the turn: the model is not asked what it wants instead. */
function endingTurn(answer: HookAnswer, stopReason: string): HookAnswer {
  return { ...answer, stdout: { ...answer.stdout, continue: false, stopReason } };
}

function blocked(reason: string): HookAnswer {
  return { stdout: { decision: 'block', reason }, exitCode: 0 };
}

function noOpinion(systemMessage: string | undefined): HookAnswer {
  return { stdout: systemMessage === undefined ? {} : { systemMessage }, exitCode: 0 };
}
