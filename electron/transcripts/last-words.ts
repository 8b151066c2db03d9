import { engineFactsOf } from '../../shared/act/engine-facts';
import type { Approval } from '../../shared/contract/approval';
import type { LastWords, Words } from '../../shared/contract/desk-contract';
import { SESSIONS_ENDING } from '../../shared/contract/session';
import { jsonIn } from '../../shared/kernel/fields';
import type { Environment } from '../engines/engine';
import { transcriptTable } from '../engines/transcripts/table';
import type { Said, TranscriptRow } from '../engines/transcripts/transcript';
import { startSlices } from '../kernel/slices';
import type { StoreHolder } from '../kernel/store-holder';
import { type OpenTranscript, openBelow } from './file';

/** What is read of the end of a transcript, in bytes: more where what the operator said lies further back. */
const TAILS = [256 * 1024, 4 * 1024 * 1024] as const;

/** A longer line is passed over: it is what a tool has read. */
const LONGEST_LINE = 256 * 1024;

/** What is shown of a message, in characters. */
const LONGEST_WORDS = 8_000;

/** What is needed to find what was said. */
export type LastWordsParts = { readonly holder: StoreHolder; readonly environment: Environment };

/**
 * What the operator and the agent said last in the session that a request comes from, by the transcript that its hook named
 * (.github/spec/sessions.md section 7). Never rejects; what cannot be found is absent.
 */
export async function lastWordsBefore({ holder, environment }: LastWordsParts, approval: Approval): Promise<LastWords> {
  const session = sessionOf(holder, approval);
  if (session === undefined) return {};
  const { runId, engine, path } = session;
  const row = transcriptTable[engine];
  const open = row && path !== undefined ? await openBelow(row.folder(environment), path) : undefined;
  if (row === undefined || open === undefined) return { runId };
  try {
    return { runId, ...(await wordsIn(open, row)) };
  } catch {
    // It went while it was read.
    return { runId };
  } finally {
    await open.handle.close();
  }
}

/** The session of a request, if it is one of whoever asks: another's would show the operator a talk that has nothing to do with it. */
function sessionOf(holder: StoreHolder, { context, requestedBy }: Approval) {
  const state = holder.state();
  const facts = engineFactsOf(context);
  if (!state.isOpen || facts?.sessionId === undefined || requestedBy.kind !== 'agent') return undefined;
  const runId = `${facts.engine}-${facts.sessionId}`;
  const run = state.store.read.runs.find(runId);
  if (run?.session === undefined) return undefined;
  const agentId = run.automationId.slice(0, -SESSIONS_ENDING.length);
  const isIts = requestedBy.actorId === agentId || requestedBy.actorId?.startsWith(`${agentId}/`) === true;
  return isIts ? { runId, engine: run.session.engine, path: run.session.transcriptPath } : undefined;
}

async function wordsIn(open: OpenTranscript, row: TranscriptRow): Promise<Pick<LastWords, 'operator' | 'agent'>> {
  let found: Pick<LastWords, 'operator' | 'agent'> = {};
  for (const bytes of TAILS) {
    found = await wordsInTail(open, row, bytes);
    if (found.operator !== undefined || bytes >= open.size) break;
  }
  return found;
}

async function wordsInTail({ handle, size }: OpenTranscript, { said }: TranscriptRow, bytes: number) {
  const from = Math.max(0, size - bytes);
  const buffer = Buffer.alloc(size - from);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
  const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
  // The first may be the end of one, and the last is one that is not written to its end, or nothing.
  const whole = lines.slice(from === 0 ? 0 : 1, -1);
  const pause = startSlices();
  const found: { operator?: Words; agent?: Words } = {};
  for (const line of whole.toReversed()) {
    await pause();
    const words = line.length > LONGEST_LINE ? undefined : said(jsonIn(line));
    // What the agent said before the operator did answers something else.
    if (words !== undefined && found[words.who] === undefined) found[words.who] = shown(words);
    if (found.operator !== undefined) break;
  }
  return found;
}

function shown({ text, atMs }: Said): Words {
  const characters = [...text.slice(0, 2 * LONGEST_WORDS)];
  return {
    text: characters.slice(0, LONGEST_WORDS).join(''),
    isCut: characters.length > LONGEST_WORDS,
    ...(atMs !== undefined && { atMs }),
  };
}
