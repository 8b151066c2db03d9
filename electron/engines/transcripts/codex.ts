import { basename, dirname, join } from 'node:path';
import { tokenKinds } from '../../../shared/prices';
import { codex } from '../codex';
import { valueAt } from '../engine';
import { countIn, instantIn, type LineState, nameIn, type Thread, type TranscriptRow } from './transcript';

/**
 * Codex: after each answer the total of the thread so far, which is said again without a change too. A fork begins with its parent's
 * lines, written anew; their turns keep their ids. A sub-agent is a thread of its own, whose first line names the parent.
 */
export const codexTranscripts: TranscriptRow = {
  folder: (environment) => join(codex.folder(environment), 'sessions'),
  besides(path, _sessionId, now) {
    // A folder for each day on which threads began.
    const today = join(dirname(path), '..', '..', '..', ...dayOf(now));
    const first = { folder: dirname(path), threadOf, from: basename(path) };
    return today === dirname(path) ? [first] : [first, { folder: today, threadOf }];
  },
  marks: ['"token_count"', '"turn_context"', '"task_started"'],
  read(value, state) {
    const payload = valueAt(value, 'payload');
    const type = valueAt(payload, 'type');
    const turn = nameIn(valueAt(payload, 'turn_id'));
    if (valueAt(value, 'type') === 'turn_context' || type === 'task_started') {
      const model = nameIn(valueAt(payload, 'model'));
      const isNew = turn !== undefined && turn !== state['turn'];
      return { state: { ...state, ...(model !== undefined && { model }), ...(isNew && { turn, steps: 0 }) } };
    }
    const total = totalIn(valueAt(payload, 'info', 'total_token_usage'));
    const atMs = instantIn(valueAt(value, 'timestamp'));
    if (type !== 'token_count' || total === undefined || atMs === undefined) return { state };
    const known = tokenKinds.map((kind) => Number(state[kind] ?? 0));
    const isSame = tokenKinds.every((kind, index) => total[kind] === known[index]);
    if (isSame) return { state };
    const steps = Number(state['steps'] ?? 0) + 1;
    const next: LineState = { ...state, ...total, steps };
    const { model, turn: current } = state;
    if (typeof model !== 'string' || typeof current !== 'string') return { state: next };
    // A total that began anew counts from nothing.
    const isLess = tokenKinds.some((kind, index) => total[kind] < (known[index] ?? 0));
    const more = (kind: (typeof tokenKinds)[number], index: number) => total[kind] - (isLess ? 0 : (known[index] ?? 0));
    const [inputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0, outputTokens = 0] = tokenKinds.map(more);
    const counted = { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens };
    return { use: { mark: `turn ${current} ${steps}`, model, atMs, ...counted }, state: next };
  },
};

function totalIn(usage: unknown) {
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
