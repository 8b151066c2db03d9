import { existsSync } from 'node:fs';
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
  mcpUrl,
  userFolder,
  type Verdict,
  type Wanted,
} from './engine';

/** How long its configuration lets a hook run: longer than any hold, so that changing the hold never edits it. */
const HOOK_SECONDS = 600;

/**
 * Codex CLI, as its hooks were in November 2026. It asks its hooks before it shows its own prompt, so the terminal is locked
 * meanwhile. Fields that it reserves (updatedInput, updatedPermissions, interrupt) make it refuse, so none is ever sent.
 */
export const codex: EngineRow = {
  name: engineNames.codex,
  agentId: 'codex',
  program: 'codex',
  hold: { defaultSeconds: 75, longestSeconds: 90 },
  afterwards: 'Codex runs a new hook only after you trusted it once: start codex, type /hooks, and trust it.',
  folder,
  files,

  plan(input) {
    switch (input['hook_event_name']) {
      case 'PermissionRequest':
        return {
          ask: { isForHighRiskOnly: false, isResumable: false },
          call: { engineAsks: 'asking', isLook: false },
        };
      case 'PreToolUse':
        // With its approvals turned off no PermissionRequest comes.
        return {
          ended: 'abandoned',
          call: { engineAsks: 'never', isLook: false },
          ...(input['permission_mode'] === 'bypassPermissions' && {
            ask: { isForHighRiskOnly: true, isResumable: false },
          }),
        };
      case 'PostToolUse':
        return { ended: 'this_call' };
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

function folder(environment: Environment): string {
  return environment['CODEX_HOME'] || join(userFolder(environment), '.codex');
}

function files(environment: Environment, wanted: Wanted): readonly ConfigFile[] {
  const own = folder(environment);
  // PreToolUse is for the mode in which Codex asks for no permission.
  const hooks = ['PermissionRequest', 'PreToolUse'].map((event) => ({
    event,
    group: { hooks: [{ type: 'command', command: decidingCommand(wanted), timeout: HOOK_SECONDS }] },
  }));
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

function answerTool(verdict: Verdict): HookAnswer {
  switch (verdict.kind) {
    case 'allow':
      return silent(undefined);
    case 'pass':
      if (verdict.sentence === undefined) return silent(undefined);
      // Codex knows no `ask` here and would run the call.
      return denied(`${verdict.sentence} Codex cannot ask anybody else in this mode. Nobody has refused this.`);
    case 'deny':
    case 'block':
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
