import type { Environment } from '../engines/engine';
import { type Engine, knownConnection } from './connection-file';
import { askingEvents, type HookFinding, inspect } from './inspect';

/** The events without which a tool call is carried out unseen. */
const guarding: ReadonlySet<string> = new Set([...askingEvents, 'ConfigChange']);

/**
 * Why an engine must not take over the settings that it finds now, in words for the agent and its person; undefined where it may.
 * All that decides is looked at and not only the file that was changed: one that is refused stays on the disk, and the next change
 * would bring it in.
 */
export function refusalOfSettings(
  home: string,
  environment: Environment,
  engine: Engine,
  workspace: string,
): string | undefined {
  // Who has just been disconnected is not held.
  const connection = knownConnection(home, engine);
  if (connection === undefined) return undefined;
  const workspaces = workspace === '' ? [] : [workspace];
  const finding = inspect({ home, environment }, connection, { workspaces }).find(endsHooks);
  if (finding === undefined) return undefined;
  return `Gatehouse keeps the settings of this session as they were: ${finding.detail}. Only the operator ends the hooks, in Gatehouse, Settings.`;
}

function endsHooks({ kind, events = [] }: HookFinding): boolean {
  return (
    kind === 'off' ||
    kind === 'hook_removed' ||
    (kind === 'hook_changed' && events.some((event) => guarding.has(event)))
  );
}
