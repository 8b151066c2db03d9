import type { Digest } from '../../shared/contract/approval-rows';
import type { DeskStatus, StoreTroubleKind } from '../../shared/contract/desk-contract';
import { formatterOf } from '../../shared/kernel/formatter';
import { nanosOfUsd, usdOfNanos } from '../../shared/kernel/money';
import type { GateAnswer } from './gate';

const numberFormat = (options: Intl.NumberFormatOptions) =>
  formatterOf<[value: number]>(() => new Intl.NumberFormat('en-US', options));
const dollars = numberFormat({ style: 'currency', currency: 'USD' });
const partsOfACent = numberFormat({ style: 'currency', currency: 'USD', maximumSignificantDigits: 2 });
const percent = numberFormat({ style: 'percent' });

// As the window writes them: the words are English, and the operator's own hours are used where these are too.
function ownEnglish(): string {
  const { locale } = new Intl.DateTimeFormat().resolvedOptions();
  return locale.startsWith('en') ? locale : 'en-GB';
}

const dateFormat = (options: Intl.DateTimeFormatOptions) =>
  formatterOf<[at: number | Date]>(() => new Intl.DateTimeFormat(ownEnglish(), options));
const hour = dateFormat({ hour: 'numeric', minute: '2-digit' });
const instant = dateFormat({ dateStyle: 'medium', timeStyle: 'short' });
const dayAndHour = dateFormat({ weekday: 'short', hour: 'numeric', minute: '2-digit' });

/** Nano-dollars as dollars and cents; less than a cent with its first two digits, so that it is never $0.00. */
export function usd(nanos: number): string {
  return (nanos > 0 && nanos < nanosOfUsd(0.01) ? partsOfACent : dollars).format(usdOfNanos(nanos));
}

/** Up to three names, and how many more. */
export function namesOf(names: readonly string[]): string {
  const [first = '', second = '', third = ''] = names;
  if (names.length <= 1) return first;
  if (names.length === 2) return `${first} and ${second}`;
  if (names.length === 3) return `${first}, ${second} and ${third}`;
  return `${first}, ${second} and ${names.length - 2} more`;
}

const countOf = (count: number, one: string, other: string) => `${count} ${count === 1 ? one : other}`;

/** What the tray, the notifications and the dialogs say, in one place. */
export const strings = {
  app: 'Gatehouse',
  verdict: { approve: 'Approve', extend: 'Extend', retire: 'Retire', deny: 'Deny' } satisfies Record<
    GateAnswer,
    string
  >,
  open: 'Open',
  waitsUntil: (atMs: number) => `Waits until ${hour.format(atMs)}`,
  left: (label: string, left: string) => `${label} · ${left} left`,
  review: 'Open to read all of it',
  openApp: 'Open Gatehouse',
  decideNow: 'Decide now',
  popoverTitle: 'Gatehouse: decide now',
  quit: 'Quit Gatehouse',
  cutOff: '… cut off: open to read all of it',
  why: 'Why',
  nothingWaiting: 'Nothing is waiting',
  waiting: (count: number) => (count === 1 ? '1 request is waiting' : `${count} requests are waiting`),
  more: (count: number) => `${count} more…`,
  waitingUncounted: 'Requests are waiting',
  summaryTitle: 'Several things need your look',
  pushTest: 'This is a test: what waits in Gatehouse will be told here.',
  pushNoAddress: 'There is no address to push to, or none that is safe.',
  pushRedirected: 'The address leads to another one, and that is not followed.',
  pushRefused: (status: number) => `The address answered ${status}.`,
  pushUnreachable: 'The address could not be reached within ten seconds.',
  dailyDigestTitle: 'The last day in Gatehouse',
  dailyDigest: ({ asked, approved, byRule, denied, missed }: Digest, spent: string | undefined) =>
    `${asked} asked, ${approved} approved, ${byRule} by rule, ${denied} denied, ${missed} missed${spent === undefined ? '' : `, ${spent}`}`,
  digestTitle: 'While notifications were quiet',
  summaryBody: (from: string) =>
    from === '' ? 'Open Gatehouse to see and decide them.' : `From ${from}. Open Gatehouse to see and decide them.`,
  waitingFrom: (waiting: string, from: string) => `${waiting}, from ${from}.`,
  summaryOf: {
    spend_warning: (count: number, names: string) =>
      `${countOf(count, 'agent is', 'agents are')} close to the cap: ${names}.`,
    hard_stop: (count: number, names: string) => `${countOf(count, 'agent', 'agents')} stopped by the cap: ${names}.`,
    agent_stopped: (count: number, names: string) => `${countOf(count, 'agent', 'agents')} paused: ${names}.`,
    api_trouble: () => 'Agents could not reach Gatehouse, or stored data was changed.',
  },
  reviewHighRisk: 'Review',
  highRisk: (reasons: string) => `High risk: ${reasons}`,
  note: (what: string) => `Note: ${what}`,
  spendWarningTitle: (who: string, ratio: number) => `${who} has used ${percent.format(ratio)} of its weekly cap`,
  spendWarningBody: (cost: string, cap: string) => `${cost} of ${cap} this week. At the cap it is stopped.`,
  hardStopTitle: (who: string) => `${who} is stopped by its weekly cap`,
  overrideTitle: (who: string) => `May ${who} go over its weekly cap?`,
  atCap: (cost: number, cap: number) => {
    const spent = `${usd(cost)} of ${usd(cap)} this week`;
    if (cost > cap) return `${spent}: ${usd(cost - cap)} over the cap.`;
    return cost === cap
      ? `${spent}: the cap is reached, and not overshot.`
      : `${spent}: its next step would go over the cap.`;
  },
  liftsUntil: (atMs: number) => `Approve lets it go on until ${instant.format(atMs)}.`,
  isOver: 'It is paused. Extend it to let it go on, or retire it.',
  endsAt: (atMs: number) => `Its end: ${instant.format(atMs)}`,
  planStopTitle: (who: string) => `${who} is stopped: its plan is used as far as you allow`,
  planStopBody: (used: number, window: string, stop: number) =>
    `${percent.format(used)} of its ${window} is used; you let it go to ${percent.format(stop)}. It goes on when the window begins anew, or when you raise the limit.`,
  runsStopped: (count: number) => (count === 1 ? '1 run stopped' : `${count} runs stopped`),
  reviewTitle: (what: string) => `Look at ${what}`,
  expiresTitle: (what: string) => `${what} expires soon`,
  expiredTitle: (what: string) => `${what} has expired`,
  agentCalled: (who: string) => `agent ${who}`,
  agentPausedTitle: (who: string, runs: number) => `${who} paused: ${runs === 1 ? '1 run' : `${runs} runs`} stopped`,
  agentPausedBody: 'It creates and starts nothing until you resume it.',
  allPausedTitle: (runs: number) => `All agents paused: ${runs === 1 ? '1 run' : `${runs} runs`} stopped`,
  allPausedBody: 'Nothing is created or started until you choose Resume all.',
  notVouchedTitle: 'An approval was changed behind Gatehouse’s back',
  notVouchedBody:
    'It is not what the audit log says, so it was not used. Verify the audit log to see what else differs.',
  troubleBody: 'Open Gatehouse to see what to do.',
  connectNeedsApi: 'Gatehouse cannot be reached by agents at the moment, so nothing was changed. See API in Settings.',
  connectionTokenRevoked: 'Its token was revoked. Repair makes a new one.',
  notConnected: 'It is not connected.',
  fileChanged: (path: string) => `Changed ${path}, with a backup beside it if there was one.`,
  fileOutcome: {
    restored: (path: string) => `${path} is as it was before, byte for byte.`,
    deleted: (path: string) => `${path} is gone: there was none before.`,
    edited: (path: string) => `${path} was changed since, so only what Gatehouse wrote was taken out of it.`,
  },
  pairingTitle: (engine: string) => `${engine} wants to connect`,
  pairingBody: (agentId: string, code: string) => `As ${agentId}. The terminal must show ${code}.`,
  unguardedSession: (workspace: string | undefined, cause: string | undefined) => {
    const where = workspace === undefined ? 'A session' : `A session in ${workspace}`;
    return `${where} works without its hooks${cause === undefined ? '' : `: ${cause}`}.`;
  },
  unguardedTitle: (engine: string) => `${engine} is unguarded`,
  unguardedBody: (why: string) => `${why} What it does is not asked for here.`,
  notDone: (what: string) => `Not done: ${what}`,
  pause: 'Pause',
  resume: 'Resume',
  pauseAgent: 'Pause agent',
  allAgents: 'All agents…',
  pauseAll: 'Pause all',
  resumeAll: 'Resume all',
  allPaused: 'All agents are paused',
  urgent: 'One has little time left',
  runs: (count: number) => (count === 1 ? '1 run' : `${count} runs`),
  spentOf: (cost: string, cap: string) => `${cost} of ${cap} this week`,
  spent: (cost: string) => `${cost} this week`,
  stoppedByCap: 'stopped by its cap',
  costUnknown: 'cost unknown',
  spendLine: (today: string, week: string) => `Spent ${today} today, ${week} this week`,
  nothingSpent: 'No spend reported this week',
  mute: 'Mute notifications',
  muteHour: 'For one hour',
  muteTomorrow: `Until tomorrow, ${hour.format(new Date(2020, 0, 1, 8))}`,
  mutedUntil: (atMs: number, nowMs: number) =>
    `Muted until ${(atMs - nowMs < 12 * 3_600_000 ? hour : dayAndHour).format(atMs)}`,
  unmute: 'Unmute',
  settings: 'Settings',
  noAct: 'No exact act is given.',
  fileChange: { edit: 'Edit', write: 'Write', create: 'New file', delete: 'Delete' },
  everywhere: 'At every place:',
  notDecided: (title: string) => `Not decided: ${title}`,
  decidedBefore: (status: string) => `It was ${status} already.`,
  portTaken: (port: number) => `Port ${port} is taken: agents cannot reach Gatehouse`,
  apiFailed: 'Agents cannot reach Gatehouse',
  minimisedTitle: 'Gatehouse goes on',
  minimisedBody: 'There is no tray here, so the window is only minimised. Agents can still ask. Quit with Ctrl+Q.',
  crashedTwice: 'The window of Gatehouse stopped working. Approvals are kept. Open it again from the tray.',
  databaseUnusable: 'The database cannot be used at the moment.',
  exportTitle: 'Export the audit log',
  exportStateTitle: 'Export the state',
  backUpTitle: 'Back up the database',
  importTitle: 'Import a state file',
  importTooLarge: 'the file is larger than 256 MB',
  storeTrouble: {
    damaged: 'The database is damaged: open to see what to do',
    newer_version: 'A newer Gatehouse wrote the database: open to see what to do',
    unknown_history: 'The database is not one of ours: open to see what to do',
    locked: 'Another program holds the database: open to see what to do',
    disk_full: 'The disk is full: open to see what to do',
    missing: 'The database is gone: open to see what to do',
    taken_away: 'The data folder was taken away: open to see what to do',
    changes_lost: 'The disk has lost changes: open to see what to do',
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
