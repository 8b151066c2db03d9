import { basename, dirname, join } from 'node:path';
import { type PlanQuota, planQuotaSchema } from '../../../shared/contract/session-quota';
import { type TokenCounts, tokenKinds } from '../../../shared/prices';
import { codex } from '../codex';
import { valueAt } from '../engine';
import {
  countIn,
  instantIn,
  type LineReading,
  type LineState,
  nameIn,
  saidBy,
  type Thread,
  type TranscriptRow,
  textIn,
} from './transcript';

/**
 * Codex: after each answer what it used, under its id; older versions say the total and the last answer's part instead, and say it
 * again without a change. A fork goes on with its parent's totals, and may begin with its parent's lines, whose answers and turns keep
 * their ids. A sub-agent is a thread of its own, whose first line names the parent.
 */
export const codexTranscripts: TranscriptRow = {
  folder: (environment) => join(codex.folder(environment), 'sessions'),
  besides(path, _sessionId, now) {
    // A folder for each day on which threads began.
    const today = join(dirname(path), '..', '..', '..', ...dayOf(now));
    const first = { folder: dirname(path), threadOf, from: basename(path) };
    return today === dirname(path) ? [first] : [first, { folder: today, threadOf }];
  },
  marks: ['"token_usage_record"', '"token_count"', '"turn_context"', '"task_started"', '"forked_from_id"'],
  read(value, state) {
    const payload = valueAt(value, 'payload');
    const [kind, type] = [valueAt(value, 'type'), valueAt(payload, 'type')];
    if (kind === 'session_meta') {
      const forkedFrom = nameIn(valueAt(payload, 'forked_from_id'));
      return forkedFrom === undefined ? { state } : { state, forkedFrom };
    }
    if (kind === 'turn_context' || type === 'task_started') return { state: stateOfTurn(payload, state) };
    const atMs = instantIn(valueAt(value, 'timestamp'));
    const quotas = atMs === undefined || type !== 'token_count' ? [] : quotasIn(payload, atMs);
    return { ...readUse(value, state, atMs), ...(quotas.length > 0 && { quotas }) };
  },
  said(value) {
    const [kind, payload] = [valueAt(value, 'type'), valueAt(value, 'payload')];
    if (kind !== 'response_item' || valueAt(payload, 'type') !== 'message') return undefined;
    const role = valueAt(payload, 'role');
    if (role !== 'user' && role !== 'assistant') return undefined;
    const text = textIn(valueAt(payload, 'content'), ['input_text', 'output_text']);
    return saidBy(role === 'user' ? 'operator' : 'agent', text, valueAt(value, 'timestamp'));
  },
};

/** What a line says that was used. */
function readUse(value: unknown, state: LineState, atMs: number | undefined): LineReading {
  const payload = valueAt(value, 'payload');
  const [kind, type] = [valueAt(value, 'type'), valueAt(payload, 'type')];
  const { model } = state;
  if (atMs === undefined || typeof model !== 'string') return { state };
  if (kind === 'token_usage_record') {
    const [id, used] = [nameIn(valueAt(payload, 'response_id')), tokensIn(valueAt(payload, 'usage'))];
    const next = { ...state, hasRecords: 1 };
    return used === undefined || id === undefined
      ? { state }
      : { use: { mark: `response ${id}`, model, atMs, ...used }, state: next };
  }
  if (type !== 'token_count' || state['hasRecords'] === 1) return { state };
  return readCount(payload, { ...state, model }, atMs);
}

function stateOfTurn(payload: unknown, state: LineState): LineState {
  const [model, turn] = [nameIn(valueAt(payload, 'model')), nameIn(valueAt(payload, 'turn_id'))];
  const isNew = turn !== undefined && turn !== state['turn'];
  return { ...state, ...(model !== undefined && { model }), ...(isNew && { turn, steps: 0 }) };
}

function readCount(payload: unknown, state: LineState & { readonly model: string }, atMs: number): LineReading {
  const [total, last] = ['total_token_usage', 'last_token_usage'].map((name) =>
    tokensIn(valueAt(payload, 'info', name)),
  );
  if (total === undefined || last === undefined) return { state };
  const said = tokenKinds.map((kind) => total[kind]).join(' ');
  const { model, turn } = state;
  if (said === state['total'] || typeof turn !== 'string') return { state };
  const steps = Number(state['steps'] ?? 0) + 1;
  return { use: { mark: `turn ${turn} ${steps}`, model, atMs, ...last }, state: { ...state, total: said, steps } };
}

function tokensIn(usage: unknown): TokenCounts | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const input = countIn(valueAt(usage, 'input_tokens'));
  const cacheReadTokens = Math.min(input, countIn(valueAt(usage, 'cached_input_tokens')));
  const cacheWriteTokens = Math.min(input - cacheReadTokens, countIn(valueAt(usage, 'cache_write_input_tokens')));
  return {
    inputTokens: input - cacheReadTokens - cacheWriteTokens,
    cacheReadTokens,
    cacheWriteTokens,
    // Its thoughts are in it.
    outputTokens: countIn(valueAt(usage, 'output_tokens')),
  };
}

/** The windows of the plan of whoever has subscribed; others have none. */
function quotasIn(payload: unknown, atMs: number): readonly PlanQuota[] {
  return ['primary', 'secondary'].flatMap((name): readonly PlanQuota[] => {
    const at = (field: string) => valueAt(payload, 'rate_limits', name, field);
    const [usedPercent, windowMinutes, resetsAt] = [at('used_percent'), at('window_minutes'), at('resets_at')];
    const found = planQuotaSchema.safeParse({
      usedPercent,
      windowMinutes,
      resetsAtMs: typeof resetsAt === 'number' ? resetsAt * 1_000 : undefined,
      atMs,
    });
    return found.success ? [found.data] : [];
  });
}

/** Of a sub-agent, the thread that started it. */
function threadOf(first: unknown): Thread {
  const meta = valueAt(first, 'payload');
  return { id: valueAt(meta, 'id'), parentId: valueAt(meta, 'source', 'subagent', 'thread_spawn', 'parent_thread_id') };
}

/** The folder of a day, by the clock of the machine. */
function dayOf(atMs: number): readonly string[] {
  const day = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return [String(day.getFullYear()), two(day.getMonth() + 1), two(day.getDate())];
}
