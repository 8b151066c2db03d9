import type { App } from 'electron';
import { type DeskStatus, MOST_UNREADABLE_SHOWN } from '../../shared/contract/desk-contract';
import type { UnreadableRow } from '../../shared/kernel/unreadable';
import type { DeskReads } from '../edges/ipc/desk-reads';
import type { StoreHolder } from '../kernel/store-holder';
import type { Pairings } from '../nouns/tokens/pairings';
import type { DecideShortcut } from './decide-shortcut';
import type { EngineConnections } from './engine-connections';
import { decideCommand } from './login-start';
import type { Surfaces } from './tray/surfaces';

/** What the status is read from: how the app is put together, and its places on this desktop. */
export type StatusParts = {
  readonly electron: { readonly app: App };
  readonly version: string;
  readonly dataFolder: string;
  readonly databasePath: string;
  readonly holder: StoreHolder;
  readonly apiStatus: () => DeskStatus['api'];
  readonly checkpointStatus: () => DeskStatus['checkpoints'];
  readonly unreadableRows: () => readonly UnreadableRow[];
  readonly canLauncherDecide: boolean;
  readonly pairings: Pairings;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

type StatusPlaces = {
  readonly reads: DeskReads;
  readonly surfaces: Surfaces;
  readonly engines: EngineConnections;
  readonly shortcut: DecideShortcut;
};

/** How the app is now. */
export function statusOf(parts: StatusParts, { reads, surfaces, engines, shortcut }: StatusPlaces): DeskStatus {
  const trouble = parts.holder.trouble();
  return {
    version: parts.version,
    dataFolder: parts.dataFolder,
    api: parts.apiStatus(),
    store:
      trouble === undefined ? { state: 'open' } : { state: 'trouble', ...trouble, databasePath: parts.databasePath },
    checkpoints: parts.checkpointStatus(),
    unreadable: unreadableOf(parts.unreadableRows()),
    canLauncherDecide: parts.canLauncherDecide,
    hasTray: surfaces.hasTray(),
    areNotificationsPossible: surfaces.areNotificationsPossible(),
    decideShortcut: {
      state: shortcut.state(),
      command: decideCommand(parts.electron.app, process.execPath, parts.environment),
    },
    engines: [...engines.status()],
    pairings: parts.pairings.waiting().map((pairing) => ({ ...pairing, isKnownAgent: reads.isAgent(pairing.agentId) })),
  };
}

/** What the window is told of rows that cannot be read: how many there are, and the first of them. */
function unreadableOf(rows: readonly UnreadableRow[]): DeskStatus['unreadable'] {
  return { count: rows.length, first: rows.slice(0, MOST_UNREADABLE_SHOWN) };
}
