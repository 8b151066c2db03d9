import type { DeskStatus, StoreTroubleKind } from '../../shared/desk-contract';

/** What the tray, the notifications and the dialogs say, in one place. */
export const strings = {
  app: 'Gatehouse',
  approve: 'Approve',
  deny: 'Deny',
  open: 'Open',
  review: 'Open to read all of it',
  openApp: 'Open Gatehouse',
  quit: 'Quit Gatehouse',
  cutOff: '… cut off: open to read all of it',
  why: 'Why',
  nothingWaiting: 'Nothing is waiting',
  waiting: (count: number) => (count === 1 ? '1 request is waiting' : `${count} requests are waiting`),
  more: (count: number) => `${count} more…`,
  summaryBody: 'Open Gatehouse to see and decide them.',
  noAct: 'No exact act is given.',
  notDecided: (title: string) => `Not decided: ${title}`,
  decidedBefore: (status: string) => `It was ${status} already.`,
  portTaken: (port: number) => `Port ${port} is taken: agents cannot reach Gatehouse`,
  apiFailed: 'Agents cannot reach Gatehouse',
  minimisedTitle: 'Gatehouse goes on',
  minimisedBody: 'There is no tray here, so the window is only minimised. Agents can still ask. Quit with Ctrl+Q.',
  crashedTwice: 'The window of Gatehouse stopped working. Approvals are kept. Open it again from the tray.',
  databaseUnusable: 'The database cannot be used at the moment.',
  exportTitle: 'Export the audit log',
  storeTrouble: {
    damaged: 'The database is damaged: open to see what to do',
    newer_version: 'A newer Gatehouse wrote the database: open to see what to do',
    unknown_history: 'The database is not one of ours: open to see what to do',
    locked: 'Another program holds the database: open to see what to do',
    disk_full: 'The disk is full: open to see what to do',
    missing: 'The database is gone: open to see what to do',
    not_permitted: 'The database may not be written: open to see what to do',
    unreadable: 'The database cannot be read: open to see what to do',
  } satisfies Record<StoreTroubleKind, string>,
} as const;

/** What is wrong with the app, in one line; undefined when all is well. */
export function troubleLine(status: DeskStatus): string | undefined {
  if (status.store.state === 'trouble') return strings.storeTrouble[status.store.kind];
  if (status.api.state === 'failed') {
    return status.api.reason === 'port_taken' ? strings.portTaken(status.api.port) : strings.apiFailed;
  }
  return undefined;
}
