import type { ModelUsage, TranscriptPlace, UsagePart, UsageSource, Use } from '../../../shared/contract/session-usage';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { type CountedTokens, riseOf, type SaidUsage, sumOf } from './rules-usage';

/** A mark of a source, and whose it is: what one agent's engine says counts for its own sessions alone. */
export type MarkKey = { readonly owner: string; readonly source: UsageSource; readonly mark: string };

/** What a session was charged for a model. */
export type ModelCharge = {
  readonly chargedNanos: number;
  readonly basis: ModelUsage['basis'];
  readonly unpricedTokens: number;
};

/** What a mark counts for: the session that named it first, its model, and what part of it. */
export type MarkPlace = { readonly sessionKey: string; readonly model: string; readonly part: UsagePart };

/** Reads of what sessions used. */
export interface SessionUsageReader {
  /** What a mark counts for; undefined for one that nobody has named yet. */
  markPlace(key: MarkKey): MarkPlace | undefined;
  /** What each source has said of a session's use of a model. */
  said(sessionKey: string, model: string): readonly SaidUsage[];
  /** The models that a session used, by name. */
  models(sessionKey: string): readonly string[];
  /** What was charged for a model; undefined while nothing was. */
  charge(sessionKey: string, model: string): ModelCharge | undefined;
  /** How far a transcript has been read; undefined for one that was not. */
  place(file: string): TranscriptPlace | undefined;
}

/** Reads and writes of what sessions used. */
export interface SessionUsage extends SessionUsageReader {
  /** Takes what is said under a mark; less than before is nothing. */
  raise(key: MarkKey, place: MarkPlace, said: CountedTokens & Pick<Use, 'atMs'>): void;
  setCharge(sessionKey: string, model: string, charge: ModelCharge): void;
  setPlace(place: TranscriptPlace, now: number): void;
  /** Forgets marks of what was used before, and how far transcripts were read that nobody has read since. What they add up to stays. */
  forgetBefore(atMs: number): void;
}

const COUNTS = 'input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, cost_nanos';

/** What sessions used, in this database. */
export function createSessionUsage(database: DatabaseSync): SessionUsage {
  const findMark = database.prepare(
    `SELECT session_key, model, part, at_ms, ${COUNTS} FROM session_marks WHERE owner = ? AND source = ? AND mark = ?`,
  );
  const saveMark = database.prepare(
    `INSERT INTO session_marks (owner, source, mark, session_key, model, part, at_ms, ${COUNTS})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (owner, source, mark) DO UPDATE SET at_ms = excluded.at_ms, input_tokens = excluded.input_tokens,
       cache_read_tokens = excluded.cache_read_tokens, cache_write_tokens = excluded.cache_write_tokens,
       output_tokens = excluded.output_tokens, cost_nanos = excluded.cost_nanos`,
  );
  const findSource = database.prepare(
    `SELECT ${COUNTS} FROM session_sources WHERE session_key = ? AND model = ? AND source = ? AND part = ?`,
  );
  const saveSource = database.prepare(
    `INSERT OR REPLACE INTO session_sources (session_key, model, source, part, ${COUNTS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const said = database.prepare(
    `SELECT source, part, ${COUNTS} FROM session_sources WHERE session_key = ? AND model = ? ORDER BY source, part`,
  );
  const models = database.prepare(
    'SELECT DISTINCT model FROM session_sources WHERE session_key = ? ORDER BY model LIMIT 200',
  );
  const findCharge = database.prepare(
    'SELECT charged_nanos, basis, unpriced_tokens FROM session_charges WHERE session_key = ? AND model = ?',
  );
  const saveCharge = database.prepare('INSERT OR REPLACE INTO session_charges VALUES (?, ?, ?, ?, ?)');
  const findPlace = database.prepare('SELECT file, read_bytes, state FROM session_transcripts WHERE file = ?');
  const savePlace = database.prepare('INSERT OR REPLACE INTO session_transcripts VALUES (?, ?, ?, ?)');
  const forgetMarks = database.prepare('DELETE FROM session_marks WHERE at_ms < ?');
  const forgetPlaces = database.prepare('DELETE FROM session_transcripts WHERE at_ms < ?');
  return {
    markPlace({ owner, source, mark }) {
      const row = findMark.get(owner, source, mark) as SqlRow | undefined;
      if (row === undefined) return undefined;
      return { sessionKey: String(row['session_key']), model: String(row['model']), part: row['part'] as UsagePart };
    },
    said: (sessionKey, model) =>
      (said.all(sessionKey, model) as SqlRow[]).map((row) => ({
        ...countedOf(row),
        source: row['source'] as UsageSource,
        part: row['part'] as UsagePart,
      })),
    models: (sessionKey) => (models.all(sessionKey) as SqlRow[]).map((row) => String(row['model'])),
    charge(sessionKey, model) {
      const row = findCharge.get(sessionKey, model) as SqlRow | undefined;
      if (row === undefined) return undefined;
      const { charged_nanos: chargedNanos, basis, unpriced_tokens: unpricedTokens } = row;
      return {
        chargedNanos: Number(chargedNanos),
        basis: basis as ModelCharge['basis'],
        unpricedTokens: Number(unpricedTokens),
      };
    },
    place(file) {
      const row = findPlace.get(file) as SqlRow | undefined;
      return row && { file, offset: Number(row['read_bytes']), state: String(row['state']) };
    },
    raise({ owner, source, mark }, { sessionKey, model, part }, use) {
      const row = findMark.get(owner, source, mark) as SqlRow | undefined;
      const known = row === undefined ? undefined : countedOf(row);
      const rise = riseOf(known, use);
      const atMs = Math.max(use.atMs, Number(row?.['at_ms'] ?? 0));
      saveMark.run(owner, source, mark, sessionKey, model, part, atMs, ...valuesOf(known ? sumOf(known, rise) : rise));
      const sum = findSource.get(sessionKey, model, source, part) as SqlRow | undefined;
      const total = sum === undefined ? rise : sumOf(countedOf(sum), rise);
      saveSource.run(sessionKey, model, source, part, ...valuesOf(total));
    },
    setCharge(sessionKey, model, { chargedNanos, basis, unpricedTokens }) {
      saveCharge.run(sessionKey, model, chargedNanos, basis, unpricedTokens);
    },
    setPlace({ file, offset, state }, now) {
      savePlace.run(file, offset, state, now);
    },
    forgetBefore(atMs) {
      forgetMarks.run(atMs);
      forgetPlaces.run(atMs);
    },
  };
}

function countedOf(row: SqlRow): CountedTokens {
  const { cost_nanos: costNanos } = row;
  return {
    inputTokens: Number(row['input_tokens']),
    cacheReadTokens: Number(row['cache_read_tokens']),
    cacheWriteTokens: Number(row['cache_write_tokens']),
    outputTokens: Number(row['output_tokens']),
    ...(costNanos !== null && { costNanos: Number(costNanos) }),
  };
}

const valuesOf = ({ inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, costNanos }: CountedTokens) =>
  [inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, costNanos ?? null] as const;
