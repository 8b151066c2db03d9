import type { PlanQuota } from '../../../shared/contract/session-quota';
import type { Use } from '../../../shared/contract/session-usage';
import { fieldsOf } from '../../../shared/kernel/fields';
import type { Environment } from '../engine';

/** What a line says that was used; of whose session is known by the file. */
export type LineUse = Omit<Use, 'sessionId' | 'part'>;

/** What has to be known of the lines before; it is kept as JSON between two readings. */
export type LineState = Readonly<Record<string, string | number>>;

/** What one line says, and what is to be known for the next. */
export type LineReading = {
  readonly use?: LineUse;
  readonly state: LineState;
  /** The id of the session that this one was forked from, where the line says so. */
  readonly forkedFrom?: string;
  /** How much of the windows of a plan is used, where the line says so. */
  readonly quotas?: readonly PlanQuota[];
};

/** Where an engine keeps its transcripts, and what their lines say of tokens (.github/spec/sessions.md section 4). */
export type TranscriptRow = {
  /** The folder below which all of them are; no other file is read, whatever an agent names. */
  readonly folder: (environment: Environment) => string;
  /** Folders with the transcripts of a session's sub-agents, at this time. */
  readonly besides: (path: string, sessionId: string, now: number) => readonly TranscriptBeside[];
  /** A text that every line has which says of tokens, so that the others need not be understood. */
  readonly marks: readonly string[];
  /** What a line says; `value` is what it is as JSON. Pure. */
  readonly read: (value: unknown, state: LineState) => LineReading;
  /** What a line has of what the operator asked or the agent answered in words; undefined for all else, such as what engines add. Pure. */
  readonly said: (value: unknown) => Said | undefined;
};

/** What somebody said in a session. */
export type Said = { readonly who: 'operator' | 'agent'; readonly text: string; readonly atMs?: number };

/** A folder with the transcripts of sub-agents. */
export type TranscriptBeside = {
  readonly folder: string;
  /** Where other sessions' are in it too: which thread a file is of, and which one has started it, by its first line as JSON. */
  readonly threadOf?: (first: unknown) => Thread;
  /** No file whose name comes before this one. */
  readonly from?: string;
};

/** The thread that a transcript is of. */
export type Thread = { readonly id: unknown; readonly parentId: unknown };

/** A count of tokens; 0 for whatever is none. */
export function countIn(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}

/** The instant that an engine wrote as text; undefined where it is none. */
export function instantIn(value: unknown): number | undefined {
  const atMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) || atMs < 0 ? undefined : atMs;
}

/** A name that can be kept: of a model, a message; undefined for whatever is none. */
export function nameIn(value: unknown, longest = 150): string | undefined {
  if (typeof value !== 'string' || value.trim() === '' || value.length > longest) return undefined;
  return /[\0\p{Surrogate}]/u.test(value) ? undefined : value.trim();
}

/** The text of a message: as it is, or in parts of these types. */
export function textIn(content: unknown, types: readonly string[]): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .flatMap((part: unknown) => {
      const { type, text } = fieldsOf(part);
      const isWanted = typeof text === 'string' && types.includes(typeof type === 'string' ? type : '');
      return isWanted ? [text] : [];
    })
    .join('\n\n');
}

/** What was said, if it is words that somebody wrote: engines put what they add between marks of their own. */
export function saidBy(who: Said['who'], text: string, timestamp: unknown): Said | undefined {
  const words = text.trim();
  if (words === '' || (who === 'operator' && /^(?:<[a-z_-]+>|# AGENTS\.md instructions)/.test(words))) return undefined;
  const atMs = instantIn(timestamp);
  return { who, text: words, ...(atMs !== undefined && { atMs }) };
}
