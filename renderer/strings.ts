import type { Digest } from '../shared/contract/approval-rows';
import type { RequestType } from '../shared/contract/request-kinds';
import type { ViewName } from '../shared/kernel/view-names';
import type { OperatorStatus } from '../shared/missed';
import { countOf, formatNumber } from './format';

/** What the operator does with a request. */
export type Verdict = 'approve' | 'deny';

/**
 * Everything that the window says, in one place. `{name}` marks where agents' text goes: it is put in as an isolated element
 * with hidden characters shown, never joined into the sentence.
 */
export const strings = {
  app: {
    views: {
      queue: 'Queue',
      sessions: 'Sessions',
      agents: 'Agents',
      automations: 'Automations',
      lineage: 'Lineage',
      spend: 'Spend',
      lifecycle: 'Lifecycle',
      audit: 'Audit',
      settings: 'Settings',
    } satisfies Record<ViewName, string>,
    close: 'Close',
    back: 'Back',
    find: 'Find',
    navigation: 'Main',
    waitingCount: (count: number) => `${formatNumber(count)} waiting`,
    /** As much of the count as fits beside an icon. */
    badge: (count: number) => (count > 99 ? `${formatNumber(99)}+` : formatNumber(count)),
  },

  connection: {
    outOfTouch: 'Out of touch with Gatehouse: what you see may be old',
    outOfTouchDetail: 'Deciding is off until Gatehouse answers again. Nothing is lost: requests keep waiting.',
    loading: 'Loading the queue',
    loadFailed: 'The queue could not be loaded',
  },

  spend: {
    noCap: 'no cap',
    ofCap: (cap: string) => `of ${cap}`,
  },

  answer: {
    loading: 'Loading',
    failed: 'This could not be loaded',
    correlationId: 'Correlation id',
    tryAgain: 'Try again',
    partNotLoaded:
      'This part of the window is not there. If trying again does not help, quit Gatehouse and start it anew.',
    loadingMore: 'Loading more',
    noMatches: 'Nothing matches. Change or clear the filters.',
    notDone: 'Not done.',
    cancel: 'Cancel',
    selected: (count: number) => `${formatNumber(count)} selected`,
    selectRow: 'Select',
    selectAll: 'Select all shown',
  },

  notDrawn: {
    here: 'This could not be drawn. Nothing is lost, and the rest of Gatehouse works.',
    act: 'This act could not be drawn as what it is. Here it is to the letter.',
    tryAgain: 'Try again',
  },

  api: {
    portTaken: (port: number) => `Agents cannot reach Gatehouse: port ${port} is used by another program`,
    failed: (port: number) => `Agents cannot reach Gatehouse: the API could not start on port ${port}`,
    changePort: 'Change port',
    tryAgain: 'Try again',
    copyAddress: 'Copy the address',
    copied: 'Copied',
  },

  json: {
    collapse: 'Close this part',
    expand: 'Open this part',
  },

  list: {
    label: 'Requests',
    waiting: 'Waiting',
    recent: 'Recently decided',
    more: (count: number) => `and ${formatNumber(count)} more, with later deadlines`,
    nothingWaiting: 'Nothing is waiting for you.',
    left: (left: string) => `${left} left`,
  },

  status: {
    pending: 'Waiting',
    approved: 'Approved',
    denied: 'Denied',
    expired: 'Expired',
    cancelled: 'Withdrawn',
    missed: 'Missed',
  } satisfies Record<OperatorStatus, string>,

  type: {
    capability_request: 'Capability',
    external_post: 'External post',
    quota_override: 'Spend override',
    lifecycle_review: 'Review',
    elevated_capability: 'Elevated capability',
    depth_override: 'Depth override',
    retirement_action: 'Retirement',
    tool_call: 'Tool call',
  } satisfies Record<RequestType, string>,

  actor: {
    human: 'Human',
    agent: 'Agent',
    system: 'System',
  },

  card: {
    askedBy: 'Asked by',
    lineage: 'Lineage, oldest first',
    what: 'What exactly',
    command: 'Command',
    act: 'The act',
    alsoInTheAct: 'Also part of the act',
    noAction: 'No exact act given: approving allows whatever the agent does next under this name.',
    decisionOnly: 'This asks for your decision only; no act of the agent follows from it.',
    noActionStanding: 'This is a standing permission: approving allows it again and again until it expires.',
    why: 'Why',
    context: 'Context',
    alsoAsked: 'The agent itself asks for the same. Deciding this decides that as well; its own words:',
    target: 'Target',
    asked: 'Asked',
    expires: 'Expires',
    expired: 'Expired',
    standsUntil: 'Stands until',
    waitsUntil: 'Asker waits',
    until: 'until',
    stoppedWaiting: 'The asker said that it would wait until then; it may not be listening any more.',
    details: 'Details',
    id: 'Request id',
    revision: 'Revision',
    actionHash: 'Act, SHA-256',
    size: (characters: number, lines: number) =>
      `${countOf(characters, 'character', 'characters')}, ${countOf(lines, 'line', 'lines')}`,
    cut: (shown: number, all: number) =>
      `Only the first ${formatNumber(shown)} of ${formatNumber(all)} characters are shown.`,
    showMore: 'Show more',
    cutAct: 'The act is not shown whole yet. Show all of it above before you approve.',
    nothingSelected: 'Choose a request to see it whole.',
    notFound: 'That request could not be shown',
  },

  hidden: {
    label: (name: string, count: number) =>
      count === 1 ? `hidden character ${name}` : `${formatNumber(count)} hidden characters ${name}`,
    chip: (name: string, count: number) => (count === 1 ? name : `${name} ×${formatNumber(count)}`),
  },

  decide: {
    approve: 'Approve',
    deny: 'Deny',
    note: 'Note to the agent (optional)',
    notePlaceholder: 'The agent reads it',
    whyPlaceholder: 'Why? The agent reads it',
    armed: {
      approve: 'Press Enter to approve, Esc to go back',
      deny: 'Press Enter to deny, Esc to go back',
    } satisfies Record<Verdict, string>,
    failed: { approve: 'Not approved.', deny: 'Not denied.' } satisfies Record<Verdict, string>,
    stillWaits: 'The request still waits: decide it again.',
    taken: (verdict: Verdict, count: number) =>
      `${verdict === 'approve' ? 'Approved' : 'Denied'}${count > 1 ? ` (${count})` : ''}, sent in a moment.`,
    undo: 'Undo (Esc)',
    ignored: 'Ignored: the request had just changed. Press again.',
    next: 'Next request',
    used: 'The agent has used this approval.',
    noteWas: 'Note',
    reason: 'Reason',
    settledWhileShown: 'Settled while you were looking; nothing is left to decide here.',
    noteNotStored: 'It had been decided already, so your note was not added.',
    otherwise: {
      approve: 'Not approved by you: this was decided before your click arrived.',
      deny: 'Not denied by you: this was decided before your click arrived.',
    } satisfies Record<Verdict, string>,
    by: { approved: 'Approved by {who}', denied: 'Denied by {who}' },
    expired: 'Expired: nobody decided in time',
    withdrawn: 'Withdrawn by the one who asked',
    missed: 'Missed: nobody decided while the asker waited, so it went on in its own way',
  },

  keys: {
    title: 'Keys',
    hint: 'Keys',
    rows: [
      [['Ctrl+K', '⌘K'], 'Find and do anything'],
      [['Alt+1…9'], 'Go to a view, counted from the top'],
      [['Alt+←'], 'Back to where you were'],
      [['J', '↓'], 'Next request'],
      [['K', '↑'], 'Previous request'],
      [['1'], 'Approve, and go on; Enter is needed for high risk'],
      [['2'], 'Approve, and allow what is like it for this session'],
      [['3', 'D'], 'Deny: write why, then Enter to carry it out'],
      [['Esc'], 'Take back what you have just decided'],
      [['A'], 'Approve: then Enter to carry it out'],
      [['R'], 'Allow from now on: choose what, then Enter to carry it out'],
      [['X'], 'The act as a reader sees it, or to the letter'],
      [['Enter'], 'In the list: go to the request'],
      [['Shift+Enter'], 'New line in the note'],
      [['Space'], 'In a table: tick the row'],
      [['Esc'], 'Go back'],
      [['?'], 'Show these keys'],
    ] as readonly (readonly [readonly string[], string])[],
    swap: 'Just after another request came up, keys and clicks are ignored for a moment, so that no decision lands on the wrong one.',
  },

  empty: {
    title: 'Nothing is waiting',
    whatIsIt:
      'Gatehouse is where AI agents ask before they act. A request shows up here, in the tray and as a notification; the agent waits until you approve or deny it.',
    connect: 'Connect an agent',
    whatComes: 'What your agents ask for shows up here, in the tray and as a notification.',
    atWork: (count: number, isMore: boolean) =>
      count === 0
        ? 'No session goes on at the moment.'
        : `${countOf(count, 'session', 'sessions')}${isMore ? ' or more' : ''} at work.`,
    sessions: 'Sessions',
    address: 'API address',
    today: 'Today',
    digest: ({ asked, approved, byRule, denied }: Omit<Digest, 'missed'>) =>
      [
        `${formatNumber(asked)} asked`,
        ...(approved > 0 ? [`${formatNumber(approved)} approved`] : []),
        ...(byRule > 0 ? [`${formatNumber(byRule)} by rule`] : []),
        ...(denied > 0 ? [`${formatNumber(denied)} denied`] : []),
      ].join(', '),
    missed: (count: number) => `${formatNumber(count)} missed today`,
  },

  live: {
    arrived: (title: string) => `New request: ${title}`,
    arrivedMany: (count: number, waiting: number) =>
      `${countOf(count, 'new request', 'new requests')}; ${formatNumber(waiting)} waiting`,
    settled: (title: string, status: OperatorStatus): string => `${strings.status[status]}: ${title}`,
  },
} as const;
