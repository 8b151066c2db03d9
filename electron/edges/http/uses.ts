import type { InputOf } from '../../../shared/contract/contract';
import type { Caller } from '../../../shared/kernel/actor';
import type { Send } from '../../kernel/door';
import { every } from '../../kernel/every';

/** How often uses are written, in milliseconds: what a process that is killed has not written is at most as old. */
const WRITE_INTERVAL_MS = 60_000;

/** Callers that are remembered; an engine can name any number of agents. */
const MOST_KNOWN = 10_000;

const gatehouse: Caller = { role: 'gatehouse', actor: { kind: 'system', source: 'api' }, ancestorIds: [] };

type Use = InputOf<'tokens.noteUses'>['uses'][number];

/** When tokens were last used, and agents last heard with them. */
export interface Uses {
  note(use: Use): void;
  /** Writes what is not written yet, and nothing more. */
  close(): Promise<void>;
}

/** Keeps uses in memory and writes them together, so that no request brings a second one with it; a first use is written at once. */
export function createUses(send: Send): Uses {
  const known = new Set<string>();
  let unwritten = new Map<string, Use>();

  async function write(): Promise<void> {
    if (unwritten.size === 0) return;
    const writing = unwritten;
    unwritten = new Map();
    const written = await send(gatehouse, 'tokens.noteUses', { uses: [...writing.values()] });
    // What the database could not take is tried again with what has come since.
    if (!written.ok) unwritten = new Map([...writing, ...unwritten]);
  }

  const stopWriting = every(WRITE_INTERVAL_MS, () => void write());
  return {
    note(use) {
      const key = `${use.tokenId} ${use.agentId ?? ''}`;
      unwritten.set(key, use);
      if (known.has(key)) return;
      if (known.size >= MOST_KNOWN) known.clear();
      known.add(key);
      void write();
    },
    close() {
      stopWriting();
      return write();
    },
  };
}
