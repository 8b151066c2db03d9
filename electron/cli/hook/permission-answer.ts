import type { HookAnswer, Verdict } from './engine-hooks';

/** What Claude Code and Codex read alike when they ask for a permission; `undecided` makes what each is told when nobody decided. */
export function answerPermission(
  verdict: Verdict,
  undecided: (sentence: string | undefined) => HookAnswer,
): HookAnswer {
  const decided = (decision: object): HookAnswer => ({
    stdout: { hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } },
    exitCode: 0,
  });
  switch (verdict.kind) {
    case 'allow':
      return decided({ behavior: 'allow' });
    case 'deny':
    case 'block':
      return decided({ behavior: 'deny', message: verdict.sentence });
    case 'pass':
    case 'later':
      return undecided(verdict.sentence);
  }
}
