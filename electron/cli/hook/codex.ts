import type { EngineHooks, HookAnswer, Verdict } from './engine-hooks';
import { answerPermission } from './permission-answer';

/**
 * Codex CLI, as its hooks were in November 2026. It asks its hooks before it shows its own prompt, so the terminal is locked
 * meanwhile. Fields that it reserves (updatedInput, updatedPermissions, interrupt) make it refuse, so none is ever sent.
 */
export const codex: EngineHooks = {
  name: 'Codex',
  longestHoldSeconds: 90,

  plan(input) {
    switch (input['hook_event_name']) {
      case 'PermissionRequest':
        return { ask: { isForHighRiskOnly: false, isResumable: false } };
      case 'PreToolUse':
        // With its approvals turned off no PermissionRequest comes.
        if (input['permission_mode'] !== 'bypassPermissions') return { ended: 'abandoned' };
        return { ended: 'abandoned', ask: { isForHighRiskOnly: true, isResumable: false } };
      case 'PostToolUse':
        return { ended: 'this_call' };
      case 'UserPromptSubmit':
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
