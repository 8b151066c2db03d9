import type { Engine } from './contract/engine';
import type { Session } from './contract/run';

const commands: Readonly<Record<Engine, string>> = {
  claude: 'claude --resume',
  codex: 'codex resume',
  gemini: 'gemini --resume',
  opencode: 'opencode --session',
};

/** An id that no shell and no engine takes for anything else: neither an option nor a second command. */
const PLAIN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** A folder of a POSIX system whose name a terminal shows as it is, and that quotes can hold. */
const PLAIN_FOLDER = /^\/[^\p{C}\p{Zl}\p{Zp}]*$/u;

/**
 * What the operator types to go on with a session: in its folder, since some engines find a session only there. Session and folder are
 * what an agent said, so nothing of them can be more than a name; undefined where they cannot be written so.
 */
export function resumeCommand({ engine, sessionId, workspace }: Pick<Session, 'engine' | 'sessionId' | 'workspace'>) {
  if (!PLAIN_ID.test(sessionId)) return undefined;
  const command = `${commands[engine]} ${sessionId}`;
  if (!workspace.startsWith('/')) return command;
  return PLAIN_FOLDER.test(workspace) ? `cd '${workspace.replaceAll("'", `'\\''`)}' && ${command}` : undefined;
}
