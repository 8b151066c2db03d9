import type { ReadStore } from '../../kernel/store/database';

/** The commands that Gatehouse sends itself when their time has come; none takes an input. */
export type DeadlineCommand =
  | 'approvals.expireDue'
  | 'reservations.chargeDue'
  | 'automations.checkExpiry'
  | 'spend.liftEndedPauses'
  | 'health.check'
  | 'automations.purgeDue';

/** One kind of deadline: the command that is sent when it comes, in whose name, and when the next one is. */
export type Deadline = {
  readonly command: DeadlineCommand;
  /** The source of the system actor that acts. */
  readonly source: string;
  /** When the next one is, in the past where it is over already; undefined when there is none. */
  readonly next: (store: ReadStore, now: number) => number | undefined;
};

/**
 * Every kind of deadline (issue 3; spec/governance.md sections 7 to 11). Each is read from what is stored, so that a jump of the
 * clock fires nothing twice: what is done is no longer there to be read.
 */
export const deadlines: readonly Deadline[] = [
  {
    command: 'approvals.expireDue',
    source: 'approval_expiry',
    next: ({ approvals }) => approvals.nextDeadline(),
  },
  {
    command: 'reservations.chargeDue',
    source: 'automation_spend_cap',
    next: ({ spend }) => spend.nextDue(),
  },
  {
    command: 'automations.checkExpiry',
    source: 'automation_expiration',
    next({ records, limits, timers }) {
      const expiry = records.nextExpiry();
      const nextToWarn = records.nextExpiryAfter(timers.last('expiry_warned_until') ?? 0);
      return earliest([
        expiry,
        nextToWarn === undefined ? undefined : nextToWarn - limits.current().expirationWarningWindowMs,
      ]);
    },
  },
  {
    command: 'spend.liftEndedPauses',
    source: 'automation_spend_cap',
    next: ({ agents, spend }) =>
      earliest(
        agents
          .spendPaused()
          .map(({ agentId }) => spend.windows(agentId).find(({ kind }) => kind === 'weekly')?.windowEndMs),
      ),
  },
  {
    command: 'health.check',
    source: 'automation_health_check',
    next({ limits, timers }, now) {
      const interval = limits.current().healthCheckIntervalMs;
      const last = timers.last('health_check');
      // One that lies far ahead was made under a clock that was wrong.
      return last === undefined || last > now + interval ? now : last + interval;
    },
  },
  {
    command: 'automations.purgeDue',
    source: 'automation_retention',
    next({ automations }) {
      const restoreUntilMs = automations.nextPurge();
      return restoreUntilMs === undefined ? undefined : restoreUntilMs + 1;
    },
  },
];

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
