import { randomBytes, randomInt } from 'node:crypto';
import type { Engine } from '../../../shared/contract/engine';
import type { Caller } from '../../../shared/kernel/actor';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import type { Send } from '../../kernel/door';
import { createListeners } from '../../kernel/listeners';
import type { Clock, Ids, Logger } from '../../kernel/ports';
import { hashSecret, isSameHash } from './secret';

/** How many programs may wait for the operator's answer at a time. */
export const MOST_PAIRINGS = 3;

/** How long one waits, in milliseconds. */
export const PAIRING_MS = 5 * 60_000;

/** How many of them may be of other users of this machine, so that one place is always left for the operator's own programs. */
const MOST_OF_OTHERS = MOST_PAIRINGS - 1;

/** The shortest time between two new ones of the same user, in milliseconds. */
const NEW_PAIRING_INTERVAL_MS = 2_000;

/** Letters and digits that nobody mistakes for another. */
const CODE_CHARACTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** A program that asks to be connected, as the operator sees it. */
export type Pairing = {
  readonly connectionId: string;
  readonly engine: Engine;
  readonly agentId: string;
  /** The same on the program's terminal, so that the operator answers the one they started. */
  readonly code: string;
  readonly expiresAtMs: number;
};

/** What the program is told: the token exactly once. */
export type PairingAnswer = Pairing & {
  readonly status: 'pending' | 'accepted' | 'refused' | 'expired';
  readonly token?: string;
};

/** Programs that ask to be connected. They are kept in memory only: nothing is stored before the operator agrees. */
export interface Pairings {
  /** Takes a new one; its secret is in the answer and nowhere else. Other users never keep the operator's own programs waiting. */
  ask(
    wanted: Pick<Pairing, 'engine' | 'agentId'>,
    isOfOtherUser?: boolean,
  ): Result<Pairing & { readonly secret: string }>;
  /** How one stands for the program that holds its secret; waits while it is pending. A newer wait ends an older one. */
  wait(connectionId: string, secret: string, waitMs: number, signal: AbortSignal): Promise<Result<PairingAnswer>>;
  /** Those that wait for the operator, the oldest first. */
  waiting(): readonly Pairing[];
  /** The operator's answer; with the agent that the new one works for, where the operator names one. */
  answer(connectionId: string, isAccepted: boolean, parentAgentId?: string): Promise<Result<object>>;
  /** Calls the listener whenever `waiting` has changed. */
  onChange(listener: () => void): void;
  close(): void;
}

/** What pairings need. */
export type PairingParts = {
  readonly send: Send;
  readonly operator: Caller;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
};

type Open = {
  readonly pairing: Pairing;
  readonly isOfOtherUser: boolean;
  readonly secretHash: Uint8Array;
  status: PairingAnswer['status'];
  token?: { readonly secret: string; readonly tokenId: string };
  isBeingAnswered: boolean;
  endWait: () => void;
  readonly timer: NodeJS.Timeout;
};

/** The pairings that are open, and who is told when they change. */
function createOpenPairings({ send, operator, clock, logger }: PairingParts) {
  const open = new Map<string, Open>();
  const listeners = createListeners();

  /** An accepted one whose program has gone leaves no token behind. */
  function expire(entry: Open): void {
    const { connectionId } = entry.pairing;
    open.delete(connectionId);
    const { token } = entry;
    if (token !== undefined) {
      void send(operator, 'token.revoke', { tokenId: token.tokenId }).then((result) => {
        if (!result.ok) logger.warn({ refusal: result.refusal }, 'a token that nobody fetched was not revoked');
      });
    }
    if (entry.status === 'pending') entry.status = 'expired';
    entry.endWait();
    listeners.tell();
  }

  return {
    open,
    onChange: listeners.add,
    changed: listeners.tell,
    expire,
    expireDue() {
      for (const entry of open.values()) if (entry.pairing.expiresAtMs <= clock.now()) expire(entry);
    },
  };
}

function newlyOpen(entry: Pick<Open, 'pairing' | 'isOfOtherUser' | 'timer' | 'secretHash'>): Open {
  return { ...entry, status: 'pending', isBeingAnswered: false, endWait: () => {} };
}

/** No pairings yet. */
export function createPairings(parts: PairingParts): Pairings {
  const { send, operator, clock, ids } = parts;
  const { open, onChange, changed, expire, expireDue } = createOpenPairings(parts);
  const newestAtMs = { own: Number.NEGATIVE_INFINITY, others: Number.NEGATIVE_INFINITY };
  return {
    ask({ engine, agentId }, isOfOtherUser = false) {
      expireDue();
      const now = clock.now();
      const who = isOfOtherUser ? 'others' : 'own';
      const isTooSoon = Math.abs(now - newestAtMs[who]) < NEW_PAIRING_INTERVAL_MS;
      const ofOthers = [...open.values()].filter((one) => one.isOfOtherUser).length;
      const isFull = open.size >= MOST_PAIRINGS || (isOfOtherUser && ofOthers >= MOST_OF_OTHERS);
      if (isTooSoon || isFull) return refused('CONNECTION_BACKLOG');
      newestAtMs[who] = now;
      const secret = `gtc_${randomBytes(32).toString('base64url')}`;
      const connectionId = `con_${ids.uuid().replaceAll('-', '')}`;
      const pairing: Pairing = { connectionId, engine, agentId, code: newCode(), expiresAtMs: now + PAIRING_MS };
      const timer = setTimeout(() => expire(entry), PAIRING_MS);
      timer.unref();
      const entry = newlyOpen({ pairing, isOfOtherUser, timer, secretHash: hashSecret(secret) });
      open.set(connectionId, entry);
      changed();
      return succeeded({ ...pairing, secret });
    },

    async wait(connectionId, secret, waitMs, signal) {
      expireDue();
      const entry = open.get(connectionId);
      // An unknown id takes as long as a wrong secret, and is answered the same.
      const isRight = isSameHash(entry?.secretHash ?? hashSecret(''), hashSecret(secret));
      if (entry === undefined || !isRight) return refused('CONNECTION_NOT_FOUND');
      entry.endWait();
      if (entry.status === 'pending' && waitMs > 0 && !signal.aborted) await untilAnswered(entry, waitMs, signal);
      const { token, status, pairing } = entry;
      if (signal.aborted || status === 'pending') return succeeded({ ...pairing, status });
      // Whoever asks once more is told that there is nothing: no token is handed out twice.
      clearTimeout(entry.timer);
      open.delete(connectionId);
      delete entry.token;
      return succeeded({ ...pairing, status, ...(token !== undefined && { token: token.secret }) });
    },

    waiting() {
      expireDue();
      return [...open.values()].filter(({ status }) => status === 'pending').map(({ pairing }) => pairing);
    },

    async answer(connectionId, isAccepted, parentAgentId) {
      expireDue();
      const entry = open.get(connectionId);
      if (entry?.status !== 'pending' || entry.isBeingAnswered) return refused('CONNECTION_NOT_FOUND');
      const { engine, agentId } = entry.pairing;
      entry.isBeingAnswered = true;
      const result = isAccepted
        ? await send(operator, 'connection.accept', { engine, agentId, ...defined({ parentAgentId }) })
        : await send(operator, 'connection.refuse', { engine, agentId });
      entry.isBeingAnswered = false;
      if (!result.ok) return result;
      entry.status = isAccepted ? 'accepted' : 'refused';
      if ('secret' in result.value) {
        entry.token = { secret: result.value.secret, tokenId: result.value.token.tokenId };
        // Its time ran out while the answer was being written down.
        if (!open.has(connectionId)) expire(entry);
      }
      entry.endWait();
      changed();
      return succeeded({});
    },

    onChange,
    close() {
      for (const entry of open.values()) {
        clearTimeout(entry.timer);
        entry.endWait();
      }
      open.clear();
    },
  };
}

function untilAnswered(entry: Open, waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, waitMs);
    signal.addEventListener('abort', end, { once: true });
    entry.endWait = end;
  });
}

/** Eight characters in two groups, as they are read out. */
function newCode(): string {
  const four = () => Array.from({ length: 4 }, () => CODE_CHARACTERS[randomInt(CODE_CHARACTERS.length)]).join('');
  return `${four()}-${four()}`;
}
