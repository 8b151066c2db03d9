import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine } from '../../shared/contract/engine';
import { jsonIn } from '../../shared/kernel/fields';
import { type HookInput, textOf, valueAt } from './engine';
import { namesIn } from './on-disk';

/** A sub-agent as its engine names it: its id, and what kind of agent it is. */
export type SubAgent = { readonly id: string; readonly kind: string };

/** No engine nests deeper in earnest. */
const MOST_ABOVE = 7;

/** Transcripts that are searched for the call that made a sub-agent, in bytes. */
const LONGEST_TRANSCRIPT = 32 * 1024 * 1024;

/** The longest first line that is looked at, in bytes: Codex has its instructions in it. */
const LONGEST_FIRST_LINE = 1024 * 1024;

/**
 * The sub-agents between the agent of a session and the sub-agent that an event is of, the outermost first: each was made by the one
 * before it (spec/sessions.md section 1). Undefined where the engine's files do not say it, or not yet.
 */
export function subAgentsAbove(engine: Engine, input: HookInput): readonly SubAgent[] | undefined {
  return aboveTable[engine](input);
}

const aboveTable: Readonly<Record<Engine, (input: HookInput) => readonly SubAgent[] | undefined>> = {
  claude(input) {
    const folder = join(dirname(textOf(input, 'transcript_path')), textOf(input, 'session_id'), 'subagents');
    return chainFrom(textOf(input, 'agent_id'), (id) => parentInFolder(folder, id));
  },
  codex(input) {
    const folder = dirname(textOf(input, 'transcript_path'));
    return chainFrom(textOf(input, 'agent_id'), (id) => parentOfThread(folder, id, textOf(input, 'session_id')));
  },
  // Its plugin asks opencode for them.
  opencode(input) {
    const above = input['agents_above'];
    return (Array.isArray(above) ? above.slice(0, MOST_ABOVE) : []).map((each: unknown) => ({
      id: String(valueAt(each, 'agent_id')),
      kind: String(valueAt(each, 'agent_type')),
    }));
  },
  // It tells nobody of its sub-agents.
  gemini: () => [],
};

/** From one sub-agent up; `parentOf` answers null for one that the session's own agent made. */
function chainFrom(id: string, parentOf: (id: string) => SubAgent | null | undefined): readonly SubAgent[] | undefined {
  const above: SubAgent[] = [];
  for (let at = id; above.length < MOST_ABOVE; ) {
    const parent = isFileName(at) ? parentOf(at) : undefined;
    if (parent === undefined) return undefined;
    if (parent === null) return above;
    above.unshift(parent);
    at = parent.id;
  }
  return undefined;
}

/**
 * Claude Code has a file about each sub-agent, with the id of the call that made it, which is in the transcript of whoever called. It
 * writes the file just after the sub-agent has started: until then only the first one of a session is known to have no other above it.
 */
function parentInFolder(folder: string, id: string): SubAgent | null | undefined {
  const about = jsonIn(readText(join(folder, `agent-${id}.meta.json`)));
  const [depth, callId] = [valueAt(about, 'spawnDepth'), valueAt(about, 'toolUseId')];
  if (about === undefined) return namesIn(folder).length === 0 ? null : undefined;
  if (typeof depth !== 'number' || depth < 2) return null;
  if (typeof callId !== 'string') return undefined;
  const called = `"id":${JSON.stringify(callId)}`;
  const parentId = namesIn(folder)
    .flatMap((name) => /^agent-(.+)\.jsonl$/.exec(name)?.[1] ?? [])
    .find((other) => other !== id && readText(join(folder, `agent-${other}.jsonl`)).includes(called));
  if (parentId === undefined) return undefined;
  const kind = valueAt(jsonIn(readText(join(folder, `agent-${parentId}.meta.json`))), 'agentType');
  return { id: parentId, kind: typeof kind === 'string' ? kind : '' };
}

/** Codex begins the file of each thread with the thread that started it. */
function parentOfThread(folder: string, id: string, sessionId: string): SubAgent | null | undefined {
  const parentId = valueAt(firstOf(folder, id), 'payload', 'parent_thread_id');
  if (parentId === sessionId) return null;
  if (typeof parentId !== 'string') return undefined;
  const role = valueAt(firstOf(folder, parentId), 'payload', 'source', 'subagent', 'thread_spawn', 'agent_role');
  return { id: parentId, kind: typeof role === 'string' ? role : 'default' };
}

function firstOf(folder: string, threadId: string): unknown {
  const name = isFileName(threadId) ? namesIn(folder).find((each) => each.endsWith(`-${threadId}.jsonl`)) : undefined;
  return name === undefined
    ? undefined
    : jsonIn(readText(join(folder, name), LONGEST_FIRST_LINE).split('\n', 1)[0] ?? '');
}

const isFileName = (id: string) => /^[\w-]{1,100}$/.test(id);

/** How a file begins; empty where there is none. */
function readText(path: string, longest?: number): string {
  try {
    if (longest === undefined) {
      const text = readFileSync(path, 'utf8');
      return text.length > LONGEST_TRANSCRIPT ? '' : text;
    }
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(longest);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, longest, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
