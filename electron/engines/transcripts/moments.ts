import { basename } from 'node:path';
import type { Engine } from '../../../shared/contract/engine';
import type { JsonObject } from '../../../shared/kernel/fields';
import { type Environment, valueAt } from '../engine';
import { claudeTranscripts } from './claude';
import { codexTranscripts } from './codex';
import { geminiTranscripts } from './gemini';

/** What is known of a session by the transcript that its engine writes. */
export type TranscriptSession = {
  readonly sessionId: string;
  /** The folder that it works in, where the transcript says it. */
  readonly workspace?: string;
};

/** A line of a transcript: one JSON object. */
export type TranscriptLine = JsonObject;

/** Where an engine writes what its sessions said and did, and what of it shows that its hooks must have been called. */
export type TranscriptMoments = {
  /** The folder that they are below. */
  readonly root: (environment: Environment) => string;
  /** How many folders deep below it. */
  readonly depth: number;
  /** Whether a file of this name is a transcript. */
  readonly isOne: (name: string) => boolean;
  /** Whose it is, by its path and its first lines; undefined for that of a sub-agent, whose calls are told as its session's. */
  readonly sessionOf: (path: string, first: readonly TranscriptLine[]) => TranscriptSession | undefined;
  /**
   * Whether a line is one that a hook is called about before it is written, or as it is: a prompt, a tool call. By the line's
   * `timestamp` the hook must have been heard.
   */
  readonly isAnnounced: (line: TranscriptLine) => boolean;
  /** Whether those lines are calls alone, each of which is asked about. */
  readonly areCalls: boolean;
};

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Where each engine's transcripts are (formats of November 2026, tried); opencode writes none, but into a database. */
export const momentTable: Readonly<Partial<Record<Engine, TranscriptMoments>>> = {
  claude: {
    root: claudeTranscripts.folder,
    depth: 1,
    isOne: (name) => new RegExp(`^${UUID.source}\\.jsonl$`).test(name),
    sessionOf(path, first) {
      const said = first.find(({ cwd }) => typeof cwd === 'string');
      return { sessionId: basename(path, '.jsonl'), ...workspaceOf(said?.['cwd']) };
    },
    isAnnounced(line) {
      if (line['isSidechain'] === true || line['isMeta'] === true) return false;
      const content = valueAt(line, 'message', 'content');
      if (line['type'] === 'assistant') return hasBlock(content, 'tool_use');
      // A command of the terminal (/clear) and what it put out are no prompts.
      return line['type'] === 'user' && typeof content === 'string' && !content.startsWith('<');
    },
    areCalls: false,
  },
  codex: {
    root: codexTranscripts.folder,
    depth: 3,
    isOne: (name) => /^rollout-.*\.jsonl$/.test(name),
    sessionOf(path, [first]) {
      const sessionId = UUID.exec(basename(path).slice('rollout-2026-11-29T10-00-00-'.length))?.[0];
      const isOwn = typeof valueAt(first, 'payload', 'source') !== 'object';
      return sessionId === undefined || !isOwn
        ? undefined
        : { sessionId, ...workspaceOf(valueAt(first, 'payload', 'cwd')) };
    },
    isAnnounced(line) {
      const [type, name] = [valueAt(line, 'payload', 'type'), valueAt(line, 'payload', 'name')];
      if (type !== 'function_call' && type !== 'custom_tool_call' && type !== 'local_shell_call') return false;
      // What it types into a shell that is open already, and what it only looks at, calls no hook.
      return (
        type === 'local_shell_call' || /^(exec_command|shell|shell_command|apply_patch|mcp__.*)$/.test(String(name))
      );
    },
    areCalls: true,
  },
  gemini: {
    root: geminiTranscripts.folder,
    depth: 2,
    isOne: (name) => /^session-.*\.jsonl?$/.test(name),
    sessionOf(_path, [first = {}]) {
      const { sessionId, kind } = first;
      return typeof sessionId !== 'string' || kind === 'subagent' ? undefined : { sessionId };
    },
    isAnnounced: (line) => line['type'] === 'gemini' && hasBlock(line['toolCalls'], undefined),
    areCalls: false,
  },
};

function workspaceOf(value: unknown): { readonly workspace?: string } {
  return typeof value === 'string' && value !== '' ? { workspace: value } : {};
}

/** Whether there is a block of this type, or any at all, in a list. */
function hasBlock(blocks: unknown, type: string | undefined): boolean {
  return Array.isArray(blocks) && blocks.some((block) => type === undefined || valueAt(block, 'type') === type);
}
