import type { StateDifference } from '../../shared/contract/checkpoint';
import { formatNumber, formatWholeInstant } from '../format';

/** What the Audit view says. */
export const auditStrings = {
  subtitle: 'Everything that happened, the newest first. Rows are only ever added, each sealed with the one before it.',
  label: 'Audit log',
  event: 'What happened',
  allEvents: 'Everything',
  text: 'Search the log',
  textPlaceholder: 'Commands, paths, projects, agents, reasons',
  until: 'Up to',
  clear: 'Clear filters',
  columns: { seq: 'Row', time: 'When', event: 'What happened', actor: 'By', about: 'About' },
  rowName: (seq: number, event: string) => `Row ${formatNumber(seq)}: ${event}`,
  request: (end: string) => `Request …${end}`,
  newer: (count: number) => (count === 1 ? '1 newer row' : `${formatNumber(count)} newer rows`),
  showNewer: 'Show',
  notYet: (count: number) =>
    `The newest ${count === 1 ? 'row' : `${formatNumber(count)} rows`} cannot be searched yet; that takes a moment.`,
  empty: 'The log is empty',
  emptyWords: 'The first request of an agent is the first row.',
  details: 'Row',
  payload: 'Details',
  hash: 'Hash (SHA-256)',
  prevHash: 'Hash of the row before',
  close: 'Close',
  notFound: 'There is no such row.',
  export: 'Export…',
  exported: (path: string, script: string) => `Saved to ${path}. Anyone can verify it with Node: ${script}`,
  exportFailed: (message: string) => `Not exported: ${message}`,
  verify: 'Verify',
  verifying: (rows: number, of: number) => `Verifying: ${formatNumber(rows)} of ${formatNumber(of)} rows`,
  exportingRows: (rows: number, of: number) => `Exporting: ${formatNumber(rows)} of ${formatNumber(of)} rows`,
  cancel: 'Cancel',
  cancelled: 'Stopped before the end, so nothing can be said.',
  whole: (rows: number) => `All ${formatNumber(rows)} rows hold: none was changed, removed or put in.`,
  signed: (seq: number) =>
    seq === 0
      ? 'None of them is signed yet; the first signature comes within a minute.'
      : `Signed up to row ${formatNumber(seq)}; newer rows are signed within a minute.`,
  newKeys: (count: number) =>
    `The signing key was replaced ${count === 1 ? 'once' : `${formatNumber(count)} times`} without the word of the key before. If you did not move or restore Gatehouse, find out who changed it.`,
  vouched: (count: number) =>
    `What is stored is what the log says: ${formatNumber(count)} things were compared, and the database itself is sound.`,
  unvouched: (count: number) => `An older import brought ${formatNumber(count)} things that the log cannot vouch for.`,
  unsigned: (count: number) => `Rows 1 to ${formatNumber(count)} are vouched for by no key.`,
  stateDiffers: (count: number, rows: number) =>
    count === 0
      ? 'The database is damaged.'
      : `${formatNumber(count)} of what is stored is not what the log says (${formatNumber(rows)} rows).`,
  difference: ({ kind, noun, id, field, logged, stored, seq, atMs }: StateDifference) => {
    const name = [noun.replaceAll('_', ' '), id].filter((part) => part !== undefined).join(' ');
    const since =
      seq === undefined || seq === 0
        ? ''
        : `, since row ${formatNumber(seq)}${atMs === undefined ? '' : ` (${formatWholeInstant(atMs)})`}`;
    if (kind === 'field_differs') {
      return `${name}: ${String(field).replaceAll('_', ' ')} is ${stored}; the log says ${logged}${since}.`;
    }
    const words = {
      not_in_log: 'is there, and no row of the log says so',
      not_stored: 'is gone, and no row of the log says so',
      unreadable: 'cannot be read',
      row_changed: 'was changed by something else than Gatehouse',
      row_added: 'was written by something else than Gatehouse',
      row_removed: 'was removed by something else than Gatehouse',
    }[kind];
    return `${name} ${words}${since}.`;
  },
  moreDifferences: (count: number) => `and ${formatNumber(count)} more`,
  integrity: (line: string) => `The database: ${line}`,
  stateAdvice:
    'Something else than Gatehouse changed the data, or the disk fails. Pause all agents, keep a copy of the data folder as it is now, and put back a backup from before, or correct by hand what is named here.',
  broken: (seq: number) => `The log does not hold from row ${formatNumber(seq)} on.`,
  problems: {
    row_changed: 'This row is not what was recorded.',
    row_missing: 'This row has been removed.',
    tail_cut: 'Rows at the end have been removed: a signed checkpoint covers them.',
    history_rewritten: 'The rows have been rewritten and sealed anew: they are not the ones that were signed.',
    bad_signature: 'A checkpoint carries a false signature.',
    bad_rotation: 'This row says that the signing key was changed, and the key before did not sign that.',
    unknown_key: 'A checkpoint is signed with a key that Gatehouse did not use then.',
    checkpoint_missing_in_database: 'A checkpoint has been removed from the database.',
    checkpoint_missing_in_file: 'A checkpoint has been removed from the file outside the database.',
    beginning_unsigned: 'It is older than the first signature, though Gatehouse signs within a minute.',
    state_differs: 'What is stored is not what the log says.',
  },
  brokenAdvice: 'Keep a copy of the data folder as it is now, and export the log before you change anything.',
  showRow: (seq: number) => `Show row ${formatNumber(seq)}`,
} as const;
