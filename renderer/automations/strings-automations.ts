import type { AutomationAction, AutomationStatus, LifecycleMark } from '../../shared/contract/automation';
import type { Finding, ReviewKind } from '../../shared/contract/governance';
import type { RunAction, RunStatus, StopKind } from '../../shared/contract/run';
import type { JsonObject } from '../../shared/kernel/fields';
import { countOf, formatNumber } from '../format';

/** What the views of automations say, but for their runs. */
export const automationStrings = {
  subtitle: 'What agents and you have set up to run, who owns it, and how it fares; what changed last comes first.',
  label: 'Automations',
  search: 'Search by name or id',
  show: 'Show',
  shows: { all: 'All', active: 'Active', paused: 'Paused', draft: 'Drafts', in_review: 'In review' },

  columns: {
    name: 'Name',
    status: 'Status',
    owner: 'Owner',
    expires: 'Expires',
    health: 'Health',
    lastRun: 'Last run',
  },
  neverExpires: 'Never',
  neverRan: 'Not yet',
  noFindings: 'No findings',

  status: { draft: 'Draft', active: 'Active', paused: 'Paused' } satisfies Record<AutomationStatus, string>,
  marks: {
    deleted: 'Deleted',
    retired: 'Retired',
    expired: 'Expired',
    lifecycle_paused: 'Lifecycle pause',
    review_required: 'Review required',
    expires_soon: 'Expires soon',
  } satisfies Record<LifecycleMark, string>,
  severity: { critical: 'Critical', warning: 'Warning', info: 'Info' } satisfies Record<Finding['severity'], string>,
  findingCount: (count: number, severity: Finding['severity']) =>
    severity === 'warning' ? countOf(count, 'warning', 'warnings') : `${count} ${severity}`,

  empty: {
    title: 'No automations yet',
    words:
      'An automation is something that runs on its own: a schedule, its agents and what they do. Agents and engines create them over the API, and each shows up here with its owner.',
    connect: 'Connect an agent',
  },

  detail: {
    review: 'Review',
    findings: 'Findings',
    noFindings: 'Nothing was found.',
    lastCheck: 'Last health check',
    custody: 'Custody',
    creator: 'Creator',
    root: 'Root',
    lineage: 'Ancestors',
    lineageOrder: 'Ancestors, oldest first',
    noAncestors: 'None: created directly',
    depth: 'Depth',
    source: 'Request source',
    created: 'Created',
    updated: 'Updated',
    expires: 'Expires',
    expired: 'Expired',
    retired: 'Retired',
    lastReviewed: 'Last reviewed',
    never: 'Never',
    runsSinceReview: 'Runs since then',
    deleted: 'Deleted',
    restoreUntil: 'Restorable until',
    by: 'by',
    capabilities: 'Capabilities',
    noCapabilities: 'It can only run: it declares nothing more.',
    createsAgents: 'Creates agents',
    modifiesGrants: 'Changes grants',
    definition: 'Definition',
    schedule: 'Schedule',
    noSchedule: 'None',
    agents: 'Agents',
    noAgents: 'None',
    flow: 'Flow',
    noFlow: 'No steps',
    after: 'after',
    whole: 'The whole definition',
    moreSteps: (count: number, of: number) =>
      `Show ${formatNumber(count)} ${count === of ? '' : `of ${formatNumber(of)} `}more ${of === 1 ? 'step' : 'steps'}`,
    moreFields: (count: number) => `and ${countOf(count, 'more field', 'more fields')}, in the whole definition`,
    showWhole: 'Show the whole definition',
    hideWhole: 'Hide the whole definition',
    cannotRun: 'No run can begin now.',
  },

  reviewKind: {
    creation_quota: 'Its creator has created many automations',
    run_drift: 'It has run often since you last looked',
    health_drift: 'Its runs do not go well',
    expiration_soon: 'It expires soon',
    expired: 'It has expired',
    dependency_revoked: 'Something it depends on was taken away',
    retired: 'It is retired',
  } satisfies Record<ReviewKind, string>,
  runsSince: (count: number) => `${countOf(count, 'run has', 'runs have')} ended since the last review.`,
  asked: 'Asked',
  observed: 'Found',
  evidence: 'Evidence',
  showRun: 'Show the run',

  grants: {
    title: 'Grants',
    none: 'Nobody but its creator may change it.',
    detail: 'Agents that may change it besides its creator.',
    give: 'Give a grant',
    giveTitle: 'Let an agent change this automation',
    giveWords: 'The agent may change and run it until you revoke the grant. It cannot delete it.',
    agentId: 'Agent id',
    reason: 'Why (optional)',
    to: 'to change it',
    capability: (key: string) => `capability ${key}`,
    given: 'Given',
    revoked: 'Revoked',
    revoke: 'Revoke',
    revokeTitle: 'Revoke this grant',
    revokeNamed: (agentId: string) => `Revoke the grant of ${agentId}`,
    revokeWords: (running: number) =>
      `The agent can no longer change this automation. The automation itself is paused${
        running === 0 ? '' : `, with ${countOf(running, 'run', 'runs')} under way,`
      } and a review is opened. It stays paused until you resume it.`,
    showRevoked: (count: number) => `Show revoked (${count})`,
    hideRevoked: 'Hide revoked',
  },
} as const;

/** What an action with automations is called, asks and says, for one and for several. */
type ActionText = {
  readonly label: string;
  readonly title: (count: number) => string;
  /** What will happen; `running` runs are under way. */
  readonly words: (count: number, running: number) => string;
  /** What is reported of those for which it was carried out: `3 extended`. */
  readonly done: string;
};

const those = (count: number) => (count === 1 ? 'this automation' : countOf(count, 'automation', 'automations'));
const it = (count: number, one: string, other: string) => (count === 1 ? one : other);
const pausing = (running: number) =>
  running === 0 ? '' : ` ${countOf(running, 'run that is under way is', 'runs that are under way are')} paused.`;

/** What each action with automations is called, asks and says. */
export const actionTexts: Readonly<Record<AutomationAction, ActionText>> = {
  acknowledge: {
    label: 'Acknowledge',
    title: (count) => `Acknowledge ${those(count)}`,
    words: (count) =>
      `You have looked at ${it(count, 'it', 'them')}: the review and its findings are cleared, and counting begins again. What is paused stays paused.`,
    done: 'acknowledged',
  },
  run: {
    label: 'Run now',
    title: (count) => `Run ${those(count)} now`,
    words: (count) => `Queues a run${it(count, '', ' of each')}. An engine begins it as soon as it can.`,
    done: 'queued',
  },
  pause: {
    label: 'Pause',
    title: (count) => `Pause ${those(count)}`,
    words: (count, running) => `${it(count, 'It starts', 'They start')} no more runs until resumed.${pausing(running)}`,
    done: 'paused',
  },
  resume: {
    label: 'Resume',
    title: (count) => `Resume ${those(count)}`,
    words: (count) =>
      `${it(count, 'It becomes', 'They become')} active, and a lifecycle pause ends. Runs that were paused stay paused until you resume them.`,
    done: 'resumed',
  },
  extend: {
    label: 'Extend',
    title: (count) => `Extend ${those(count)}`,
    words: (count) =>
      `${it(count, 'It gets', 'They get')} a new expiry and ${it(count, 'becomes', 'become')} active. Reviews, findings and a retirement are cleared.`,
    done: 'extended',
  },
  retire: {
    label: 'Retire',
    title: (count) => `Retire ${those(count)}`,
    words: (count, running) =>
      `${it(count, 'It runs', 'They run')} no more and ${it(count, 'stays', 'stay')} in the list as retired. Extending brings ${it(count, 'it', 'them')} back.${pausing(running)}`,
    done: 'retired',
  },
  delete: {
    label: 'Delete',
    title: (count) => `Delete ${those(count)}`,
    words: (count, running) =>
      `${it(count, 'It leaves', 'They leave')} the list. You can restore ${it(count, 'it', 'them')} for 7 days, under Lifecycle; after that the definition and the runs are removed for good.${pausing(running)}`,
    done: 'deleted',
  },
  restore: {
    label: 'Restore',
    title: (count) => `Restore ${those(count)}`,
    words: (count) =>
      `${it(count, 'It comes', 'They come')} back as ${it(count, 'it was', 'they were')}; what was active comes back paused, so that nothing starts unasked.`,
    done: 'restored',
  },
};

/** The form and the report of an action with automations. */
export const actionStrings = {
  reason: 'Why (optional)',
  concerned: 'Concerned',
  more: (count: number) => `and ${countOf(count, 'more', 'more')}`,
  until: 'Extend until',
  byDefault: (span: string) => `${span} from now (the default)`,
  days: (count: number) => `${countOf(count, 'day', 'days')} from now`,
  date: 'A date',
  dateLabel: 'Last day',
  close: 'Close',
  result: (done: number, doneWord: string, refused: number) =>
    [done > 0 ? `${done} ${doneWord}` : '', refused > 0 ? `${refused} refused` : ''].filter(Boolean).join(', '),
  refused: 'Refused',
} as const;

const numberAt = (evidence: JsonObject, key: string): number | undefined =>
  typeof evidence[key] === 'number' ? evidence[key] : undefined;

function dependencyWords({ reason, pausedRunIDs }: JsonObject): string {
  const paused = Array.isArray(pausedRunIDs) ? pausedRunIDs.length : 0;
  return `Reason: ${String(reason)}. ${paused === 0 ? 'No run was under way.' : `${countOf(paused, 'run was', 'runs were')} paused.`}`;
}

/** The evidence of a finding in words; undefined where it is of a kind that has none, and has to be shown as it is. */
export function evidenceWords(evidence: unknown): string | undefined {
  if (typeof evidence !== 'object' || evidence === null) return undefined;
  const facts = evidence as JsonObject;
  if (facts['trigger'] === 'dependency_revoked') return dependencyWords(facts);
  // What versions before 0.2 found; since then the detail says it, and these are its figures.
  const runs = numberAt(facts, 'terminal_runs');
  if (runs === undefined) return undefined;
  const of = `of the last ${runs === 1 ? 'finished run' : `${runs} finished runs`}`;
  const failed = numberAt(facts, 'failed_runs');
  const blocked = numberAt(facts, 'blocked_runs');
  if (failed !== undefined && blocked !== undefined)
    return `${failed} failed and ${countOf(blocked, 'was', 'were')} blocked, ${of}.`;
  const empty = numberAt(facts, 'empty_output_runs');
  if (empty !== undefined) return `${empty} completed without any output, ${of}.`;
  const stops = numberAt(facts, 'guardrail_stops');
  return stops === undefined ? undefined : `A guardrail stopped ${stops}, ${of}.`;
}

/** What the window says of runs. */
export const runStrings = {
  title: 'Runs',
  label: 'Runs, the newest first',
  none: 'It has not run yet.',
  more: 'Show more runs',
  columns: {
    status: 'Outcome',
    stop: 'Why it stopped',
    started: 'Begun',
    duration: 'Took',
    tokens: 'Tokens',
    cost: 'Cost',
  },
  notBegun: 'Not begun',
  unknownCost: 'unknown',
  unknownCostDetail: 'Nobody has reported a cost',
  status: {
    queued: 'Queued',
    running: 'Running',
    pausing: 'Pausing',
    paused: 'Paused',
    awaiting_approval: 'Awaiting approval',
    completed: 'Completed',
    blocked: 'Blocked',
    failed: 'Failed',
    cancelled: 'Cancelled',
  } satisfies Record<RunStatus, string>,
  stopKind: {
    cancelled: 'Cancelled',
    operator_stopped: 'Stopped by the operator',
    guardrail_stopped: 'Stopped by a guardrail',
    panic: 'The engine crashed',
    shutdown: 'The engine shut down',
    server_restart: 'The engine restarted',
    stale_reaped: 'Nothing was heard of it',
  } satisfies Record<StopKind, string>,

  open: (runId: string) => `: open run ${runId}`,
  run: 'Run',
  trigger: 'Trigger',
  created: 'Queued',
  started: 'Begun',
  finished: 'Ended',
  duration: 'Took',
  tokens: 'Tokens',
  tokenParts: (prompt: string, completion: string) => `${prompt} prompt, ${completion} completion`,
  cost: 'Cost',
  sessions: 'Sessions',
  instances: 'Instances',
  stopped: 'Stopped',
  detail: 'Detail',
  history: 'History, oldest first',
  outputs: 'Outputs by node',
  noOutputs: 'No outputs.',
  close: 'Close',
  reason: 'Why (optional)',

  actions: {
    pause: {
      label: 'Pause',
      title: 'Pause this run',
      words: 'Its sessions and instances are told to stop. You can resume it later.',
    },
    resume: {
      label: 'Resume',
      title: 'Resume this run',
      words: 'It is queued again, and an engine goes on with it.',
    },
    cancel: {
      label: 'Cancel run',
      title: 'Cancel this run',
      words: 'Its sessions and instances are told to stop. It cannot be resumed.',
    },
  } satisfies Record<RunAction, { readonly label: string; readonly title: string; readonly words: string }>,
} as const;

/** What an entry of a run's history is called: `run_paused_governance` is “Paused by governance”. */
export function historyEvent(event: string): string {
  const known: Readonly<Record<string, string>> = {
    run_paused_governance: 'Paused by governance',
    run_paused_spend_cap_exceeded: 'Paused: spend cap exceeded',
    run_charged_estimate: 'Charged at its estimate',
  };
  const words = event.replace(/^run_/, '').replaceAll('_', ' ');
  return known[event] ?? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** How long something took, short: `1 min 5 s`. */
export function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'under 1 s';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : countOf(Math.floor(hours / 24), 'day', 'days');
}
