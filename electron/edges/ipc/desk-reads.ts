import type { Approval } from '../../../shared/contract/approval';
import type { Engine } from '../../../shared/contract/engine';
import type { RequestType } from '../../../shared/contract/request-kinds';
import type { Caller } from '../../../shared/kernel/actor';
import type { Query } from '../../kernel/door';
import type { Clock } from '../../kernel/ports';
import type { StoreHolder } from '../../kernel/store-holder';
import { type TrayFacts, trayFacts } from '../../nouns/tray-facts';

/** What the desk reads of the store; a store that cannot be used has nothing waiting. */
export interface DeskReads {
  find(approvalId: string): Approval | undefined;
  /** The ones with the earliest deadlines, at most `limit`. */
  waiting(limit: number): readonly Approval[];
  waitingCount(): number;
  /** Whether a request waits on the card of another one. */
  isOnAnothersCard(approvalId: string): boolean;
  headSeq(): number;
  automationName(automationId: string): string | undefined;
  /** Whether an automation was ended because its time is over. */
  isExpired(automationId: string): boolean;
  /** The id of the request that waits to lift an agent's cap. */
  pendingOverride(agentId: string): string | undefined;
  /** The id of the request that waits on what becomes of an automation. */
  pendingRetirement(automationId: string): string | undefined;
  /** Whether anything is known of an agent of this name. */
  isAgent(agentId: string): boolean;
  /** When an agent was last heard. */
  lastSeenAtMs(agentId: string): number | undefined;
  /** The id of the valid token with this secret. */
  tokenId(secret: string): string | undefined;
  /** Whether a secret is known not to be that of a valid token; nobody knows while the store is in trouble. */
  isNoToken(secret: string): boolean;
  /** The folders in which an engine's newest sessions worked, each once. */
  workspaces(engine: Engine): readonly string[];
  /** What the tray shows besides what waits; undefined while the store is in trouble. */
  tray(mostAgents: number): TrayFacts | undefined;
}

/** So many sessions of an engine are looked at for where it works. */
const NEWEST_SESSIONS = 50;

/** The operator's view of this store. */
export function createDeskReads(holder: StoreHolder, query: Query, operator: Caller, clock: Clock): DeskReads {
  const find = (approvalId: string) => {
    const found = query(operator, 'approvals.get', { approvalId });
    return found.ok ? found.value.approval : undefined;
  };
  /** Reads, or answers `otherwise` while the store is in trouble. */
  const read = <T>(otherwise: T, take: (store: ReturnType<typeof readerOf>) => T): T => {
    if (!holder.state().isOpen) return otherwise;
    try {
      return take(readerOf(holder));
    } catch (error) {
      if (!holder.failed(error)) throw error;
      return otherwise;
    }
  };
  const pendingAbout = (type: 'agent' | 'automation', id: string, requestType: RequestType) =>
    read(undefined, ({ approvals }) =>
      approvals
        .about(type, id, requestType, 'pending')
        .map(({ approvalId }) => approvalId)
        .find((approvalId) => !approvals.isOnAnothersCard(approvalId)),
    );
  return {
    find,
    waiting: (limit) =>
      read([], ({ approvals }) => approvals.waiting(limit)).flatMap(({ approvalId }) => find(approvalId) ?? []),
    waitingCount: () => read(0, ({ approvals }) => approvals.waitingCount()),
    isOnAnothersCard: (approvalId) => read(false, ({ approvals }) => approvals.isOnAnothersCard(approvalId)),
    headSeq: () => read(0, ({ audit }) => audit.headSeq()),
    automationName: (automationId) => read(undefined, ({ automations }) => automations.nameOf(automationId)),
    isExpired: (automationId) => read(false, ({ records }) => records.find(automationId)?.expiredAtMs !== undefined),
    pendingOverride: (agentId) => pendingAbout('agent', agentId, 'quota_override'),
    pendingRetirement: (automationId) => pendingAbout('automation', automationId, 'retirement_action'),
    isAgent: (agentId) => read(false, ({ agents }) => agents.find(agentId) !== undefined),
    lastSeenAtMs: (agentId) => read(undefined, ({ agents }) => agents.find(agentId)?.lastSeenAtMs),
    tokenId: (secret) => read(undefined, ({ tokens }) => tokens.findBySecret(secret)?.tokenId),
    isNoToken: (secret) => read(false, ({ tokens }) => tokens.findBySecret(secret) === undefined),
    workspaces(engine) {
      const found = query(operator, 'sessions.list', { engine, limit: NEWEST_SESSIONS });
      return found.ok ? [...new Set(found.value.sessions.map(({ workspace }) => workspace))] : [];
    },
    tray: (mostAgents) => read(undefined, (store) => trayFacts(store, clock.now(), mostAgents)),
  };
}

function readerOf(holder: StoreHolder) {
  const state = holder.state();
  if (!state.isOpen) throw new Error('the store is not open');
  return state.store.read;
}
