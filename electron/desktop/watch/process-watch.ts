import type { Engine } from '../../../shared/contract/engine';
import { knownConnection } from '../../connect/connection-file';
import { inspect, isUnguarding } from '../../connect/inspect';
import { type EngineProcess, engineProcess, processIds } from '../../connect/processes';
import { type Environment, userFolder } from '../../engines/engine';
import { hooklessSwitch } from '../../engines/guarding/switches';
import { engineTable } from '../../engines/table';
import type { Clock } from '../../kernel/ports';
import type { UnguardedSession } from './unguarded-sessions';

/** How often it is looked for engines that were started, in milliseconds: nothing tells of a process. */
const LOOK_MS = 4_000;

/** The same while no engine is connected, so that no process matters. */
const IDLE_MS = 15_000;

/** What watching processes needs. */
export type ProcessWatchParts = {
  readonly home: string;
  readonly environment: Environment;
  readonly clock: Clock;
  /** The engines that are connected now. */
  readonly engines: () => readonly Engine[];
  /** Told whenever others run without their hooks than before. */
  readonly onChange: (found: readonly UnguardedSession[]) => void;
};

/** Looks at engines that run without their hooks, by how they were started, until it is closed. */
export interface ProcessWatch {
  /** Looks now. */
  look(): void;
  close(): void;
}

/**
 * Looks at each engine that runs: with which switches, in which folder, with which variables it was started, and whether it calls its
 * hooks then. An engine with another home folder is another one than was connected. Only on Linux; elsewhere it finds none.
 */
export function watchProcesses(parts: ProcessWatchParts): ProcessWatch {
  const looked = new Map<number, UnguardedSession | 'guarded' | 'new' | 'no engine'>();
  let shown = '[]';

  function list(): readonly UnguardedSession[] {
    const found = [...looked.values()].filter((each) => typeof each === 'object');
    // An engine may be several processes.
    return [...new Map(found.map((each) => [`${each.engine} ${each.workspace} ${each.cause}`, each])).values()];
  }

  function look(): void {
    const connected = parts.engines();
    const ids = connected.length === 0 ? [] : processIds();
    const there = new Set(ids);
    for (const pid of looked.keys()) if (!there.has(pid)) looked.delete(pid);
    for (const pid of ids) {
      const before = looked.get(pid);
      if (before === 'no engine') continue;
      const found = engineProcess(pid);
      if (found === undefined) {
        // A shell may be about to become an engine.
        looked.set(pid, before === 'new' ? 'no engine' : 'new');
        continue;
      }
      const isOurs = connected.includes(found.engine) && isAtHome(found, parts.environment);
      const cause = isOurs ? causeOf(parts.home, found) : undefined;
      const sinceMs = typeof before === 'object' ? before.sinceMs : parts.clock.now();
      const { engine, workspace } = found;
      looked.set(pid, cause === undefined ? 'guarded' : { engine, workspace, cause, sinceMs });
    }
    const found = list();
    if (JSON.stringify(found) === shown) return;
    shown = JSON.stringify(found);
    parts.onChange(found);
  }

  let timer: NodeJS.Timeout | undefined;
  function lookAgain(): void {
    clearTimeout(timer);
    look();
    timer = setTimeout(lookAgain, parts.engines().length === 0 ? IDLE_MS : LOOK_MS);
    timer.unref();
  }
  lookAgain();
  return { look: lookAgain, close: () => clearTimeout(timer) };
}

function isAtHome({ environment }: EngineProcess, own: Environment): boolean {
  return userFolder(environment) === userFolder(own);
}

/** Why an engine that was started so calls no hooks; the end of a sentence. */
function causeOf(home: string, { engine, args, environment, workspace }: EngineProcess): string | undefined {
  const connection = knownConnection(home, engine);
  if (connection === undefined) return undefined;
  const given = hooklessSwitch(engine, args);
  if (given !== undefined) return `${engineTable[engine].name} was started with ${given}, which runs no hooks`;
  const findings = inspect({ home, environment }, connection, { workspaces: [workspace] });
  return findings.find(isUnguarding)?.detail;
}
