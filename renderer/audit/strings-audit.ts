import type { StateDifference } from '../../shared/contract/checkpoint';
import type { EventName } from '../../shared/events';
import { formatNumber, formatWholeInstant } from '../format';

/** What the Audit view says. */
export const auditStrings = {
  subtitle: 'Everything that happened, the newest first. Rows are only ever added, each sealed with the one before it.',
  label: 'Audit log',
  event: 'What happened',
  allEvents: 'Everything',
  id: 'Agent, automation, request or operator',
  idPlaceholder: 'Exact id',
  text: 'Text in the details',
  textPlaceholder: 'Part of the details',
  until: 'Up to',
  clear: 'Clear filters',
  columns: { seq: 'Row', time: 'When', event: 'What happened', actor: 'By', about: 'About' },
  rowName: (seq: number, event: string) => `Row ${formatNumber(seq)}: ${event}`,
  request: (end: string) => `Request …${end}`,
  newer: (count: number) => (count === 1 ? '1 newer row' : `${formatNumber(count)} newer rows`),
  showNewer: 'Show',
  lookedBack: (looked: number, all: number) => `Looked through ${formatNumber(looked)} of ${formatNumber(all)} rows`,
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
  missed: 'Request missed',
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
  events: {
    'record.updated': 'Governance record changed',
    created: 'Automation created',
    updated: 'Automation changed',
    'grant.created': 'Grant given',
    'grant.revoked': 'Grant revoked',
    'approval.requested': 'Approval requested',
    'approval.approved': 'Approved',
    'approval.denied': 'Denied',
    'approval.expired': 'Request expired',
    'approval.cancelled': 'Request withdrawn',
    'approval.consumed': 'Approval used',
    'call.carried_out': 'Carried out in the terminal',
    denied: 'Refused by a rule',
    deleted: 'Automation deleted',
    restored: 'Automation restored',
    purged: 'Automation purged',
    'review.agent_acknowledged': "Agent's creations reviewed",
    'review.automation_acknowledged': 'Automation reviewed',
    dependency_revoked: 'Dependency revoked',
    'health.finding': 'Health finding',
    expired: 'Automation expired',
    retired: 'Automation retired',
    'retirement.extended': 'Automation extended',
    'plan.stopped': 'Stopped by its plan',
    'spend.charged': 'Spend charged',
    'spend.warning': 'Near the spend cap',
    'spend.paused': 'Stopped by the spend cap',
    'spend.resumed': 'Spend pause lifted',
    'spend.reserved': 'Spend reserved',
    'tool_rule.created': 'Standing rule made',
    'tool_rule.used': 'Standing rule used',
    'tool_rule.revoked': 'Standing rule revoked',
    'tool_class.set': 'Tool classed',
    'tool_class.cleared': 'Class of a tool taken back',
    'workspace.untrusted': 'Folder not trusted',
    'workspace.trusted': 'Folder trusted again',
    'agent.paused': 'Agent paused',
    'agent.resumed': 'Agent resumed',
    'agent.enrolled': 'Token made',
    'agent.token_revoked': 'Token revoked',
    'agent.lineage_changed': 'Another lineage stated',
    'agent.lineage_corrected': 'Lineage corrected',
    'connection.accepted': 'Connection accepted',
    'connection.refused': 'Connection refused',
    'connection.unguarded': 'Engine unguarded',
    'connection.guarded': 'Engine guarded again',
    'loss.accepted': 'Went on without lost changes',
    'limits.updated': 'Limits changed',
    'run.started': 'Run started',
    'run.paused': 'Run paused',
    'run.resumed': 'Run resumed',
    'run.finished': 'Run finished',
    imported: 'State imported',
    'imported.facts': 'What an import brought',
    'approval.imported': 'Approval imported',
    'signing_key.began': 'New signing key',
    'signing_key.rotated': 'Signing key changed',
  } satisfies Record<EventName, string>,
} as const;
