import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
  mcpUrl,
  textOf,
  userFolder,
  type Wanted,
  wordsOf,
} from './engine';

/** How long its configuration lets a hook run: longer than any hold, so that changing the hold never edits it. */
const HOOK_SECONDS = 600;

// What these start is asked about by itself.
const looks = wordsOf('spawn_agent wait_agent close_agent multi_agent_v1wait_agent update_plan view_image');

/**
 * Codex CLI, as its hooks were in November 2026. It asks its hooks before it shows its own prompt, so the terminal is locked
 * meanwhile. Fields that it reserves (updatedInput, updatedPermissions, interrupt) make it refuse, so none is ever sent.
 */
export const codex: EngineRow = {
  name: engineNames.codex,
  agentId: engineAgentIds.codex,
  program: 'codex',
  hold: { defaultSeconds: 75, longestSeconds: 90 },
  afterwards: 'Codex runs a new hook only after you trusted it once: start codex, type /hooks, and trust it.',
  folder,
  files,
  projectFiles: ['.codex/config.toml'],

  plan(input) {
    switch (input['hook_event_name']) {
      case 'PermissionRequest':
        return {
          call: { engineAsks: 'asking', isLook: false },
          ask: { isResumable: false, dialog: isUnasked(input) ? 'none' : 'follows' },
        };
      case 'PreToolUse':
        // Whether a PermissionRequest comes is its sandbox's doing, which this does not say; and it cannot be made to ask.
        return {
          ended: 'abandoned',
          call: { engineAsks: 'never', isLook: looks.has(textOf(input, 'tool_name')) },
          ask: { isResumable: false, dialog: 'none' },
        };
      case 'PostToolUse':
        return { ended: 'this_call', end: { isError: false } };
      case 'SessionEnd':
        return { ended: 'session', isEnd: true };
      case 'UserPromptSubmit':
        return { ended: 'own', isBeginning: true };
      case 'Stop':
      case 'SubagentStop':
        return { ended: 'own' };
      case 'SubagentStart':
        return { isIntroduction: true };
      default:
        return {};
    }
  },

  answer(input, verdict) {
    switch (input['hook_event_name']) {
      case 'PermissionRequest':
        return answerPermission(verdict, silent);
      case 'PreToolUse':
        return answerTool(verdict);
      default:
        return silent(undefined);
    }
  },
};

/** What asks comes first: Codex trusts a hook by its place, and these are the ones that count. */
const askingEvents = ['PermissionRequest', 'PreToolUse'] as const;
const tellingEvents = [
  'PostToolUse',
  'UserPromptSubmit',
  'SubagentStart',
  'SubagentStop',
  'Stop',
  'SessionEnd',
] as const;

function folder(environment: Environment): string {
  return environment['CODEX_HOME'] || join(userFolder(environment), '.codex');
}

function files(environment: Environment, wanted: Wanted): readonly ConfigFile[] {
  const own = folder(environment);
  const groupOf = (command: string) => ({ hooks: [{ type: 'command', command, timeout: HOOK_SECONDS }] });
  const hooks = [
    ...askingEvents.map((event) => ({ event, group: groupOf(decidingCommand(wanted)) })),
    ...tellingEvents.map((event) => ({ event, group: groupOf(wanted.hookCommand) })),
  ];
  const server = { key: 'mcp_servers', value: { url: mcpUrl(wanted), http_headers: bearer(wanted) } };
  const config = join(own, 'config.toml');
  const hooksFile = join(own, 'hooks.json');
  // Codex warns when one folder has hooks in both forms.
  if (!existsSync(hooksFile)) return [{ path: config, additions: { format: 'toml', hooks, server } }];
  return [
    { path: hooksFile, additions: { format: 'json', hooks } },
    { path: config, additions: { format: 'toml', hooks: [], server } },
  ];
}

/** Whether it shows no dialog of its own: `codex exec` is always in this mode. */
function isUnasked(input: HookInput): boolean {
  return input['permission_mode'] === 'bypassPermissions';
}

function answerTool(verdict: HookVerdict): HookAnswer {
  switch (verdict.kind) {
    case 'allow':
    case 'pass':
      return silent(undefined);
    case 'deny':
    case 'block':
    // It knows no `ask` here, and would run the call.
    case 'ask':
    case 'later':
      return denied(verdict.sentence);
  }
}

function denied(permissionDecisionReason: string): HookAnswer {
  const decision = { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason };
  return { stdout: { hookSpecificOutput: decision }, exitCode: 0 };
}

/** No verdict: Codex asks in its own way. */
function silent(stderr: string | undefined): HookAnswer {
  return { ...(stderr !== undefined && { stderr }), exitCode: 0 };
}
