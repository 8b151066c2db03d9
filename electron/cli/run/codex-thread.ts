import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { jsonIn } from '../../../shared/kernel/fields';
import type { Environment, SaidUse } from '../../engines/engine';
import { codexTranscripts } from '../../engines/transcripts/codex';
import type { LineState } from '../../engines/transcripts/transcript';

/** The largest transcript that is read, in bytes. */
const LARGEST = 256 * 1024 * 1024;

/**
 * What a thread of Codex wrote of itself and its sub-agents: by model and turn, as `codex exec --json` does not have it. Nothing where
 * it wrote nothing (`--ephemeral`), or elsewhere.
 */
export function codexThread(
  threadId: string,
  { environment, now }: { readonly environment: Environment; readonly now: () => number },
): readonly SaidUse[] {
  if (!/^[\w-]+$/.test(threadId)) return [];
  const path = filesBelow(codexTranscripts.folder(environment)).find((each) => each.endsWith(`-${threadId}.jsonl`));
  return path === undefined ? [] : [path, ...subAgentsOf(path, threadId, now())].flatMap(usesIn);
}

function subAgentsOf(path: string, threadId: string, now: number): readonly string[] {
  const ids = new Set<unknown>([threadId]);
  const found: string[] = [];
  for (const { folder, threadOf, from = '' } of codexTranscripts.besides(path, threadId, now)) {
    for (const each of filesBelow(folder)) {
      if (each === path || basename(each) < from || threadOf === undefined) continue;
      const thread = threadOf(jsonIn(linesOf(each)[0] ?? ''));
      if (!ids.has(thread.parentId)) continue;
      ids.add(thread.id);
      found.push(each);
    }
  }
  return found;
}

function usesIn(path: string): readonly SaidUse[] {
  let state: LineState = {};
  return linesOf(path).flatMap((line) => {
    if (!codexTranscripts.marks.some((mark) => line.includes(mark))) return [];
    const reading = codexTranscripts.read(jsonIn(line), state);
    state = reading.state;
    if (reading.use === undefined) return [];
    const { mark, model, atMs, inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = reading.use;
    return {
      ...{ mark, model, part: 'conversation' as const, at_ms: atMs },
      ...{ input_tokens: inputTokens, cache_read_tokens: cacheReadTokens },
      ...{ cache_write_tokens: cacheWriteTokens, output_tokens: outputTokens },
    };
  });
}

/** The transcripts below a folder, by name: a folder for each day. */
function filesBelow(folder: string): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function linesOf(path: string): readonly string[] {
  try {
    return statSync(path).size > LARGEST ? [] : readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
