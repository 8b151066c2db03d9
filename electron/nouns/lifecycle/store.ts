import { type LifecycleSection, lifecycleSections, MOST_COUNTED } from '../../../shared/contract/automation';
import { numberOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';

/** A place in a section of Lifecycle, and what it is ordered by. */
export type LifecyclePlace = { readonly sinceMs: number; readonly automationId: string };

/** Which part of a section to list. */
export type LifecyclePage = { readonly after?: LifecyclePlace; readonly limit: number; readonly bounds: Bounds };

/** The instants that two sections depend on. */
type Bounds = {
  /** What expires until then is about to. */
  readonly expiringUntilMs: number;
  readonly now: number;
};

/** Reads of what the Lifecycle view is divided into. */
export interface LifecycleReader {
  /** The most urgent first; of what is over, the latest first. */
  list(section: LifecycleSection, page: LifecyclePage): readonly LifecyclePlace[];
  /** Counts no further than `MOST_COUNTED`. */
  count(section: LifecycleSection, bounds: Bounds): number;
}

type Source = {
  readonly from: string;
  readonly since: string;
  /** With one parameter where `bound` is given. */
  readonly where: string;
  readonly bound?: (bounds: Bounds) => number;
  readonly isLatestFirst?: true;
};

const isThere = 'deleted_at_ms IS NULL';
const sources: Readonly<Record<LifecycleSection, Source>> = {
  review: {
    from: 'governance_records INDEXED BY records_in_review',
    since: 'review_since_ms',
    where: `review_since_ms IS NOT NULL AND ${isThere}`,
  },
  failing: { from: 'failing_automations INDEXED BY failing_by_time', since: 'since_ms', where: 'since_ms >= 0' },
  expiring: {
    from: 'governance_records INDEXED BY records_by_expiry',
    since: 'expires_at_ms',
    where: `expires_at_ms IS NOT NULL AND expired_at_ms IS NULL AND retired_at_ms IS NULL AND ${isThere} AND expires_at_ms <= ?`,
    bound: ({ expiringUntilMs }) => expiringUntilMs,
  },
  expired: {
    from: 'governance_records INDEXED BY records_expired',
    since: 'expired_at_ms',
    where: `expired_at_ms IS NOT NULL AND retired_at_ms IS NULL AND ${isThere}`,
    isLatestFirst: true,
  },
  retired: {
    from: 'governance_records INDEXED BY records_retired',
    since: 'retired_at_ms',
    where: `retired_at_ms IS NOT NULL AND ${isThere}`,
    isLatestFirst: true,
  },
  deleted: {
    from: 'automations INDEXED BY automations_to_purge',
    since: 'restore_until_ms',
    where: 'deleted_at_ms IS NOT NULL AND restore_until_ms >= ?',
    bound: ({ now }) => now,
  },
};

function readOf(database: DatabaseSync, { from, since, where, bound, isLatestFirst }: Source) {
  const [compare, order] = isLatestFirst ? ['<', 'DESC'] : ['>', 'ASC'];
  const list = database.prepare(
    `SELECT automation_id, ${since} AS since_ms FROM ${from} WHERE ${where} AND (${since}, automation_id) ${compare} (?, ?)
     ORDER BY ${since} ${order}, automation_id ${order} LIMIT ?`,
  );
  const count = numberOf(
    database,
    `SELECT count(*) AS value FROM (SELECT 1 FROM ${from} WHERE ${where} LIMIT ${MOST_COUNTED})`,
  );
  const bounded = (bounds: Bounds) => (bound === undefined ? [] : [bound(bounds)]);
  return {
    list({ after, limit, bounds }: LifecyclePage): readonly LifecyclePlace[] {
      const start = isLatestFirst ? Number.MAX_SAFE_INTEGER : -1;
      const rows = list.all(...bounded(bounds), after?.sinceMs ?? start, after?.automationId ?? '', limit) as SqlRow[];
      return rows.map((row) => ({ sinceMs: Number(row['since_ms']), automationId: String(row['automation_id']) }));
    },
    count: (bounds: Bounds) => count(...bounded(bounds)),
  };
}

/** The sections of Lifecycle in this database. */
export function createLifecycle(database: DatabaseSync): LifecycleReader {
  const reads = Object.fromEntries(
    lifecycleSections.map((section) => [section, readOf(database, sources[section])]),
  ) as Readonly<Record<LifecycleSection, ReturnType<typeof readOf>>>;
  return {
    list: (section, page) => reads[section].list(page),
    count: (section, bounds) => reads[section].count(bounds),
  };
}
