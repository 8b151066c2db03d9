import { dirname, join } from 'node:path';
import { claude } from '../claude';
import { valueAt } from '../engine';
import { countIn, instantIn, nameIn, saidBy, type TranscriptRow, textIn } from './transcript';

/**
 * Claude Code: a line for each block of an answer, all with the answer's id and what it used so far. A fork begins with its parent's
 * lines, whose answers keep their ids. What it asks a model beside the conversation is not in there.
 */
export const claudeTranscripts: TranscriptRow = {
  folder: (environment) => join(claude.folder(environment), 'projects'),
  besides: (path, sessionId) => [{ folder: join(dirname(path), sessionId, 'subagents') }],
  marks: ['"usage"'],
  read(value, state) {
    const message = valueAt(value, 'message');
    const usage = valueAt(message, 'usage');
    const [id, model] = [nameIn(valueAt(message, 'id')), nameIn(valueAt(message, 'model'))];
    const atMs = instantIn(valueAt(value, 'timestamp'));
    if (valueAt(value, 'type') !== 'assistant' || id === undefined || atMs === undefined) return { state };
    // What it says itself, without a model.
    if (model === undefined || model === '<synthetic>') return { state };
    const use = {
      mark: `message ${id}`,
      model,
      atMs,
      inputTokens: countIn(valueAt(usage, 'input_tokens')),
      cacheReadTokens: countIn(valueAt(usage, 'cache_read_input_tokens')),
      cacheWriteTokens: countIn(valueAt(usage, 'cache_creation_input_tokens')),
      outputTokens: countIn(valueAt(usage, 'output_tokens')),
    };
    return { use, state };
  },
  said(value) {
    const type = valueAt(value, 'type');
    // What it adds itself, and what is said among sub-agents, nobody has said to the operator.
    if (valueAt(value, 'isMeta') === true || valueAt(value, 'isSidechain') === true) return undefined;
    if (type !== 'user' && type !== 'assistant') return undefined;
    const text = textIn(valueAt(value, 'message', 'content'), ['text']);
    return saidBy(type === 'user' ? 'operator' : 'agent', text, valueAt(value, 'timestamp'));
  },
};
