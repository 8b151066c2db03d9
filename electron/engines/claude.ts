import { join } from 'node:path';
import { engineNames } from '../../shared/contract/engine';
import {
  answerPermission,
  bearer,
  type ConfigFile,
  decidingCommand,
  type EngineRow,
  type Environment,
  type HookAnswer,
  type HookInput,
  LONGEST_HOOK_SECONDS,
  mcpUrl,
  metricsToGatehouse,
  type Plan,
  textOf,
  unlockedHold,
  userFolder,
  type Verdict,
  type Wanted,
} from './engine';

// They change nothing but the session's own state, or the person at the terminal has to answer them with more than yes or no.
const neverAsked = new Set(
  [
    'Read Glob Grep LS NotebookRead LSP ToolSearch ListMcpResources ListMcpResourcesTool ReadMcpResource',
    'ReadMcpResourceTool BashOutput TaskOutput AgentOutput TodoWrite TaskCreate TaskGet TaskList TaskUpdate',
    'Task Agent Skill AskUserQuestion EnterPlanMode ExitPlanMode StructuredOutput',
  ].flatMap((names) => names.split(' ')),
);

const edits: ReadonlySet<string> = new Set(['Edit', 'MultiEdit', 'Write', 'NotebookEdit']);

/** Permission modes in which Claude Code asks nobody before it acts. */
const unasked: ReadonlySet<string> = new Set(['bypassPermissions', 'auto']);

/** For hooks that only tell Gatehouse something and never wait for the operator. */
const TELLING_HOOK_SECONDS = 30;

const nothing: Plan = {};

/** Claude Code, as its hooks were in November 2026 (.github/decisions/0019 says what is asked when). */
export const claude: EngineRow = {
  name: engineNames.claude,
  agentId: 'claude-code',
  program: 'claude',
  hold: unlockedHold,
  afterwards: 'Sessions that are open already use the hook after a restart of Claude Code.',
  folder,
  files,

  plan(input, environment) {
    switch (input['hook_event_name']) {
      case 'PermissionRequest':
        // A question to the person at the terminal: an approval could not carry the answer.
        if (textOf(input, 'tool_name') === 'AskUserQuestion') return nothing;
        return {
          ask: { isForHighRiskOnly: false, isResumable: false },
          call: { engineAsks: 'asking', isLook: false },
        };
      case 'PreToolUse':
        // Undocumented, and not set by every version: where it is missing, Claude Code's own rules hold.
        return planTool(input, environment['CLAUDE_CODE_ENTRYPOINT'] === 'sdk-cli');
      case 'PostToolUse':
      case 'PostToolUseFailure':
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
        return answerTool(input, verdict);
      case 'ConfigChange':
        return verdict.kind === 'block'
          ? { stdout: { decision: 'block', reason: verdict.sentence }, exitCode: 0 }
          : { stdout: {}, exitCode: 0 };
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
  const asking = ['PermissionRequest', 'PreToolUse'].map((event) => ({
    event,
    group: { matcher: '*', hooks: [{ ...deciding, timeout: LONGEST_HOOK_SECONDS }] },
  }));
  // What was answered in the terminal shows by what comes next: the tool's end, or the person's next words.
  const after = ['PostToolUse', 'PostToolUseFailure'].map((event) => ({
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
        telemetry: { key: 'env', value: { CLAUDE_CODE_ENABLE_TELEMETRY: '1', ...metricsToGatehouse(wanted) } },
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

/** Whether a tool call is asked about before Claude Code itself would ask: where it would ask nobody. */
function planTool(input: HookInput, isPrintMode: boolean): Plan {
  const [tool, mode] = [textOf(input, 'tool_name'), textOf(input, 'permission_mode')];
  const isLook = neverAsked.has(tool);
  const abandoned: Plan = { ended: 'abandoned', call: { engineAsks: 'never', isLook } };
  if (isLook) return abandoned;
  const asked = (isForHighRiskOnly: boolean): Plan => ({
    ended: 'abandoned',
    call: { engineAsks: isForHighRiskOnly ? 'never' : 'unknown', isLook },
    ask: { isForHighRiskOnly, isResumable: isPrintMode },
  });
  if (unasked.has(mode)) return asked(true);
  // A PermissionRequest follows where one is needed. Who chose one of these modes wants no questions, and what is not allowed fails.
  if (!isPrintMode || mode === 'plan' || mode === 'dontAsk') return abandoned;
  return asked(mode === 'acceptEdits' && edits.has(tool));
}

function answerTool(input: HookInput, verdict: Verdict): HookAnswer {
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
    case 'pass':
      // Without an opinion the call would run here, and nobody would have been asked.
      if (verdict.sentence !== undefined && unasked.has(textOf(input, 'permission_mode'))) {
        return decided('ask', verdict.sentence);
      }
      return noOpinion(verdict.sentence);
  }
}

/** The answer, and the end of the turn: the model is not asked what it wants instead. */
function endingTurn(answer: HookAnswer, stopReason: string): HookAnswer {
  return { ...answer, stdout: { ...answer.stdout, continue: false, stopReason } };
}

function noOpinion(systemMessage: string | undefined): HookAnswer {
  return { stdout: systemMessage === undefined ? {} : { systemMessage }, exitCode: 0 };
}
