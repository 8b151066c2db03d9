import { dirname, join } from 'node:path';
import { valueAt } from '../engine';
import { gemini } from '../gemini';
import { countIn, instantIn, nameIn, saidBy, type TranscriptRow, textIn } from './transcript';

/**
 * Gemini CLI: an answer is written again whenever something is known more of it, with the same id. What it asks a model beside the
 * conversation is not in there.
 */
export const geminiTranscripts: TranscriptRow = {
  folder: (environment) => join(gemini.folder(environment), 'tmp'),
  besides: (path, sessionId) => [{ folder: join(dirname(path), sessionId.replaceAll(/[^a-zA-Z0-9-_]/g, '_')) }],
  marks: ['"tokens"'],
  read(value, state) {
    const tokens = valueAt(value, 'tokens');
    const [id, model] = [nameIn(valueAt(value, 'id')), nameIn(valueAt(value, 'model'))];
    const atMs = instantIn(valueAt(value, 'timestamp'));
    if (id === undefined || model === undefined || atMs === undefined) return { state };
    const [input, cached] = [countIn(valueAt(tokens, 'input')), countIn(valueAt(tokens, 'cached'))];
    const use = {
      mark: `message ${id}`,
      model,
      atMs,
      inputTokens: Math.max(0, input - cached) + countIn(valueAt(tokens, 'tool')),
      cacheReadTokens: Math.min(input, cached),
      cacheWriteTokens: 0,
      outputTokens: countIn(valueAt(tokens, 'output')) + countIn(valueAt(tokens, 'thoughts')),
    };
    return { use, state };
  },
  said(value) {
    const type = valueAt(value, 'type');
    if (type !== 'user' && type !== 'gemini') return undefined;
    const text = textIn(valueAt(value, 'content'), ['', 'text']);
    return saidBy(type === 'user' ? 'operator' : 'agent', text, valueAt(value, 'timestamp'));
  },
};
