import type { IpcMainInvokeEvent } from 'electron';
import { vi } from 'vitest';
import { createPreferences, type DeskPreferences } from '../../electron/desktop/preferences';
import { createAuditWalks } from '../../electron/edges/ipc/audit-walks';
import { createDeskHandlers, type DeskHandlerParts } from '../../electron/edges/ipc/desk-handlers';
import { createIpcHandler } from '../../electron/edges/ipc/ipc';
import { startWindowFeed } from '../../electron/edges/ipc/window-feed';
import type { GatehouseBridge } from '../../renderer/bridge';
import type { Approval } from '../../shared/contract/approval';
import type { CommandName, InputOf, OutputOf } from '../../shared/contract/contract';
import type { DeskPush, DeskStatus } from '../../shared/contract/desk-contract';
import type { CommittedEvent } from '../../shared/events';
import type { Result } from '../../shared/kernel/errors';
import { without } from '../../shared/kernel/fields';
import { answered } from '../support/answers';
import { createWorld, operator, START, type World } from '../support/world';

const MINUTE_MS = 60_000;

/** What a patch takes at most until it is sent, in milliseconds. */
const PATCH_MS = 20;

/** The time that the tests begin at. */
export const START_MS = START;

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

/** A request to run a command of its own, each by another agent. */
export const toolCallOf = (number: number, more: Partial<Approval> = {}): Approval =>
  approvalOf(number, {
    requestType: 'tool_call',
    requestedBy: { kind: 'agent', actorId: `agent-${number}` },
    targetResource: { type: 'tool', id: 'Bash' },
    action: { command: `npm run step-${number}` },
    ...more,
  });

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
  decideShortcut: { state: 'on', command: '/opt/gatehouse --decide' },
  engines: [],
  pairings: [],
};

type Handler = (input: never) => Result<unknown> | Promise<Result<unknown>>;

/** What Electron says of a message of our own page. */
const fromOurPage = (() => {
  const frame = { url: 'app://gatehouse/index.html' };
  return { sender: { id: 1, mainFrame: frame }, senderFrame: frame } as unknown as IpcMainInvokeEvent;
})();

/**
 * Gatehouse as the window sees it: the real store, door, entrance, handlers and feed of commits, without Electron and engines. What
 * tests have happen to approvals is written into the store, and into the log with it.
 */
export class Gatehouse implements GatehouseBridge {
  readonly world: World;
  readonly preferences: DeskPreferences;
  status: DeskStatus = goodStatus;
  /** Whether it says every two seconds that it is there; one that hangs does not. */
  isPulsing = true;
  readonly asked: { readonly name: string; readonly input: unknown }[] = [];
  /** Other answers than the real ones, by what is asked: of a Gatehouse in trouble, on another machine, or later. */
  readonly answers = new Map<string, Handler>();
  readonly #listeners = new Set<(push: unknown) => void>();
  readonly #answer: ReturnType<typeof createIpcHandler>;

  constructor(...approvals: readonly Approval[]) {
    this.world = createWorld({ clock: { at: START, now: () => Date.now() } });
    const kept: Record<string, unknown> = { theme: 'light' };
    this.preferences = createPreferences({ store: kept, set: (key, value) => void (kept[key] = value) });
    this.preferences.onChange((preferences) => this.push({ kind: 'preferences', preferences }));
    this.#answer = this.#entrance();
    this.store(...approvals);
    const { query, feed } = this.world;
    const windowFeed = startWindowFeed({
      push: (push) => {
        if (push.kind !== 'pulse' || this.isPulsing) this.push(push);
      },
      approvals: (approvalIds) => query(operator, 'queue.approvals', { approvalIds: [...approvalIds] }),
      headSeq: () => this.seq,
    });
    feed.subscribe(windowFeed.hear);
    feed.onUnlogged(windowFeed.hearUnlogged);
  }

  get seq(): number {
    return this.world.store.read.audit.headSeq();
  }

  async request(name: string, input: unknown): Promise<Result<unknown>> {
    this.asked.push({ name, input });
    const other = this.answers.get(name);
    return other === undefined ? structuredClone(await this.#answer(fromOurPage, name, input)) : other(input as never);
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

  /** Stores approvals, new ones and what became of known ones, without telling anyone. */
  store(...approvals: readonly Approval[]): readonly CommittedEvent[] {
    return this.world.store.transaction((store) => {
      const events = approvals.map((approval) => {
        const record = without(approval, 'guidance');
        store.approvals.remove(record.approvalId);
        store.approvals.insert(record, `${record.approvalId} of a test`);
        const payload = { approvalId: record.approvalId, request: record };
        return store.audit.append({ name: 'approval.requested', payload }, record.requestedBy, Date.now());
      });
      // As a moment later, when they can be searched.
      while (store.approvalWords.index() > 0);
      return events;
    });
  }

  /** Stores approvals, and lets the window hear of it. */
  commit(...approvals: readonly Approval[]): void {
    this.world.feed.publish(this.store(...approvals));
    vi.advanceTimersByTime(PATCH_MS);
  }

  /** Does something as the operator, elsewhere than in this window. */
  async send<N extends CommandName>(name: N, input: InputOf<N>): Promise<OutputOf<N>> {
    const answer = this.world.send(operator, name, input);
    await vi.advanceTimersByTimeAsync(PATCH_MS);
    return answered(await answer);
  }

  /** What the queue is now. */
  snapshot(): OutputOf<'queue.snapshot'> {
    return this.world.told(operator, 'queue.snapshot', {});
  }

  /** The inputs that were sent with a name. */
  inputsOf(name: string): unknown[] {
    return this.asked.filter((request) => request.name === name).map((request) => request.input);
  }

  #entrance() {
    const { send, ids, logger, holder, exportAudit, pairings, home } = this.world;
    const nothing = () => {};
    const desktop = {
      app: { quit: nothing, getPath: () => home, getAppPath: () => home, isPackaged: false },
      clipboard: { writeText: nothing },
      dialog: { showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }) },
      shell: { openPath: () => Promise.resolve('') },
    };
    const parts = {
      ...{ electron: desktop, appFolder: home, dataFolder: home, preferences: this.preferences },
      ...{ holder, operator, exportAudit, pairings, clock: this.world.clock },
      status: () => this.status,
      restartApi: () => Promise.resolve(),
      noteShowing: nothing,
      openWindow: nothing,
      hidePopover: nothing,
      auditWalks: createAuditWalks((push) => this.push(push)),
      exportState: () => send(operator, 'state.export', {}),
      engines: { look: nothing },
      push: { test: () => Promise.resolve({}), outcome: () => ({}) },
    } as unknown as DeskHandlerParts;
    return createIpcHandler({
      ...{ operator, send, ids, logger },
      isOurs: () => true,
      newWalk: () => parts.auditWalks.start('verify'),
      deskHandlers: createDeskHandlers(parts),
    });
  }
}
