import type { GatehouseBridge } from '../../renderer/bridge';
import type { Approval } from '../../shared/contract/approval';
import {
  type DeskPush,
  type DeskStatus,
  defaultPreferences,
  type Preferences,
} from '../../shared/contract/desk-contract';
import type { Token } from '../../shared/contract/token';
import { type Result, refused, succeeded } from '../../shared/kernel/errors';

const MINUTE_MS = 60_000;

/** The time that the tests begin at. */
export const START_MS = Date.UTC(2026, 10, 22, 12, 0, 0);

/** A pending request of the agent Scout; `number` orders it by deadline. */
export function approvalOf(number: number, more: Partial<Approval> = {}): Approval {
  return {
    approvalId: `apr_${number}`,
    requestType: 'external_post',
    requestedBy: { kind: 'agent', actorId: `scout-${number}` },
    targetResource: { type: 'slack', id: '#ops' },
    rationale: `Reason ${number}`,
    context: { draft: number },
    action: { text: `Hello ${number}` },
    actionHash: 'abc',
    status: 'pending',
    revision: 1,
    expiresAtMs: START_MS + (30 + number) * MINUTE_MS,
    ancestorIds: [],
    createdAtMs: START_MS - MINUTE_MS,
    updatedAtMs: START_MS - MINUTE_MS,
    guidance: { canAskAgain: true, sentence: '' },
    ...more,
  };
}

/** The same request, decided by someone at the desk. */
export function decided(approval: Approval, status: 'approved' | 'denied', more: Partial<Approval> = {}): Approval {
  return {
    ...approval,
    status,
    revision: approval.revision + 1,
    reviewedBy: { kind: 'human', actorId: 'kim' },
    reviewedAtMs: START_MS,
    updatedAtMs: START_MS,
    ...more,
  };
}

/** How the app is when all is well. */
export const goodStatus: DeskStatus = {
  version: '0.1.0',
  dataFolder: '/data/gatehouse',
  api: { state: 'listening', url: 'http://127.0.0.1:4780' },
  store: { state: 'open' },
  checkpoints: { key: 'keychain' },
  unreadable: { count: 0, first: [] },
  canLauncherDecide: false,
  hasTray: true,
  areNotificationsPossible: true,
  engines: [],
  pairings: [],
};

type Handler = (input: never) => Result<unknown> | Promise<Result<unknown>>;

type SearchInput = {
  readonly scope: 'waiting' | 'past';
  readonly text?: string;
  readonly status?: string;
  readonly cursor?: string;
};

/** The main process as the window sees it: the bridge's two functions over a queue in memory, with seqs as the real one. */
export class FakeGatehouse implements GatehouseBridge {
  seq = 1;
  approvals = new Map<string, Approval>();
  /** The number that wait, where it is more than there are here. */
  waitingCount: number | undefined;
  status: DeskStatus = goodStatus;
  preferences: Preferences = { ...defaultPreferences, theme: 'light' };
  tokens: Token[] = [];
  readonly asked: { readonly name: string; readonly input: unknown }[] = [];
  /** Answers that differ from the usual ones, by name. */
  readonly answers = new Map<string, Handler>();
  readonly #listeners = new Set<(push: unknown) => void>();

  constructor(...approvals: readonly Approval[]) {
    for (const approval of approvals) this.approvals.set(approval.approvalId, approval);
  }

  async request(name: string, input: unknown): Promise<Result<unknown>> {
    this.asked.push({ name, input });
    const special = this.answers.get(name);
    if (special !== undefined) return special(input as never);
    const fields = input as Readonly<Record<string, string>>;
    switch (name) {
      case 'queue.snapshot':
        return succeeded(this.snapshot());
      case 'desk.status':
      case 'desk.retryStore':
      case 'desk.retryApi':
        return succeeded(this.status);
      case 'desk.preferences':
        return succeeded(this.preferences);
      case 'desk.setPreferences':
        this.preferences = { ...this.preferences, ...(input as Partial<Preferences>) };
        this.push({ kind: 'preferences', preferences: this.preferences });
        return succeeded(this.preferences);
      case 'tokens.list':
        return succeeded({ tokens: [...this.tokens] });
      case 'token.create':
        return this.#createToken(input as Pick<Token, 'kind' | 'name'>);
      case 'token.revoke':
        this.tokens = this.tokens.map((token) =>
          token.tokenId === fields['tokenId'] ? { ...token, revokedAtMs: START_MS } : token,
        );
        return succeeded({ token: this.tokens[0] });
      case 'approvals.get': {
        const approval = this.approvals.get(fields['approvalId'] ?? '');
        return approval === undefined ? refused('GOVERNANCE_APPROVAL_NOT_FOUND') : succeeded({ approval });
      }
      case 'queue.waitingAfter':
        return succeeded({ seq: this.seq, waiting: this.#waitingAfter(fields['approvalId']) });
      case 'approvals.search':
        return succeeded(this.#search(input as SearchInput));
      case 'toolRules.list':
        return succeeded({ toolRules: [], count: 0 });
      case 'approval.approve':
        return this.#decide(fields, 'approved');
      case 'approval.deny':
        return this.#decide(fields, 'denied');
      default:
        return succeeded({});
    }
  }

  onPush(listener: (push: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  push(push: DeskPush): void {
    for (const listener of this.#listeners) listener(push);
  }

  pulse(): void {
    this.push({ kind: 'pulse', seq: this.seq });
  }

  /** Stores the approvals without telling anyone. */
  store(...approvals: readonly Approval[]): void {
    for (const approval of approvals) this.approvals.set(approval.approvalId, approval);
    this.seq += 1;
  }

  /** Stores the approvals and pushes the patch. */
  commit(...approvals: readonly Approval[]): void {
    const previousSeq = this.seq;
    this.store(...approvals);
    this.push({
      kind: 'approvals',
      previousSeq,
      seq: this.seq,
      waitingCount: this.#count(),
      approvals: [...approvals],
    });
  }

  snapshot() {
    const all = [...this.approvals.values()];
    const waiting = all.filter((approval) => approval.status === 'pending');
    return {
      seq: this.seq,
      waitingCount: this.#count(),
      waiting: waiting.sort((one, other) => one.expiresAtMs - other.expiresAtMs).slice(0, 200),
      recent: all.filter((approval) => approval.status !== 'pending').slice(0, 50),
    };
  }

  /** The inputs that were sent with a name. */
  inputsOf(name: string): unknown[] {
    return this.asked.filter((request) => request.name === name).map((request) => request.input);
  }

  #waiting(): Approval[] {
    const waiting = [...this.approvals.values()].filter((approval) => approval.status === 'pending');
    return waiting.sort((one, other) => one.expiresAtMs - other.expiresAtMs);
  }

  #waitingAfter(approvalId: string | undefined): Approval[] {
    const waiting = this.#waiting();
    const index = waiting.findIndex((approval) => approval.approvalId === approvalId);
    return waiting.slice(index + 1, index + 201);
  }

  /** Only the first word is looked for, anywhere in the reason; pages are of two. */
  #search({ scope, text = '', status, cursor }: SearchInput) {
    const all = scope === 'waiting' ? this.#waiting() : [...this.approvals.values()];
    const found = all.filter(
      (approval) =>
        (approval.status === 'pending') === (scope === 'waiting') &&
        (status === undefined || approval.status === status) &&
        approval.rationale.includes(text),
    );
    const start = Number(cursor ?? 0);
    const next = start + 2;
    return {
      approvals: found.slice(start, next),
      ...(next < found.length && { nextCursor: String(next) }),
    };
  }

  #count(): number {
    return this.waitingCount ?? [...this.approvals.values()].filter((each) => each.status === 'pending').length;
  }

  #decide(fields: Readonly<Record<string, string>>, status: 'approved' | 'denied'): Result<unknown> {
    const approval = this.approvals.get(fields['approvalId'] ?? '');
    if (approval === undefined) return refused('GOVERNANCE_APPROVAL_NOT_FOUND');
    if (approval.status !== 'pending') return succeeded({ approval });
    const notes = fields['notes'];
    const stored = decided(approval, status, notes === undefined ? {} : { reviewNotes: notes });
    this.commit(stored);
    return succeeded({ approval: stored });
  }

  #createToken(input: Pick<Token, 'kind' | 'name'>): Result<unknown> {
    const token: Token = { tokenId: `token-${this.tokens.length}`, createdAtMs: START_MS, ...input };
    this.tokens = [token, ...this.tokens];
    return succeeded({ token, secret: `secret-of-${token.name}` });
  }
}
