/** A spend window as the audit log has it. */
export type ReplayedWindow = {
  readonly windowStartMs: number;
  readonly windowEndMs: number | undefined;
  promptTokens: number;
  completionTokens: number;
  totalTokens: number;
  costNanos: number;
  lastRunId: string | undefined;
  softWarningAtMs: number | undefined;
  hardStopAtMs: number | undefined;
};

/** What the audit log says that an agent spent. */
export type SpendCounters = {
  isSpendPaused: boolean;
  readonly windows: Map<string, ReplayedWindow>;
  /** By the beginning of the day. */
  readonly days: Map<number, { totalTokens: number; costNanos: number }>;
};

/** An agent that spent nothing. */
export function newSpend(): SpendCounters {
  return { isSpendPaused: false, windows: new Map(), days: new Map() };
}

/** What the audit log says of an agent. */
export type ReplayedAgent = SpendCounters & {
  createdSinceReview: number;
  reviewRequired: boolean;
  reviewRequestId: string | undefined;
  isPaused: boolean;
  readonly createdAtMs: number[];
};

/** What the audit log says of an automation. */
export type ReplayedAutomation = {
  status: string;
  runsSinceReview: number;
  reviewRequired: boolean;
  reviewKind: string | undefined;
  reviewRequestId: string | undefined;
  isPausedForLifecycle: boolean;
  isRetired: boolean;
  isExpired: boolean;
  expiresAtMs: number | undefined;
  place: 'there' | 'deleted' | 'purged';
};

/** What the audit log says of a run; where it is under way, an engine's reports of it have no rows. */
export type ReplayedRun = { readonly automationId: string; status: string; costNanos: number; totalTokens: number };

/** What the audit log says in all. */
export type Replayed = {
  readonly agents: Map<string, ReplayedAgent>;
  readonly automations: Map<string, ReplayedAutomation>;
  readonly runs: Map<string, ReplayedRun>;
  /** By run and usage_id. */
  readonly reservations: Map<string, { costNanos: number; dueAtMs: number; agentIds: readonly string[] }>;
  readonly approvals: Map<string, string>;
  readonly toolRules: Map<string, ReplayedRule>;
};

/** What the audit log says of a standing rule. */
export type ReplayedRule = {
  readonly agentId: string;
  readonly expiresAtMs: number | undefined;
  isRevoked: boolean;
  useCount: number;
  lastUsedAtMs: number | undefined;
};

/** The state before anything happened. */
export function nothingReplayed(): Replayed {
  return {
    agents: new Map(),
    automations: new Map(),
    runs: new Map(),
    reservations: new Map(),
    approvals: new Map(),
    toolRules: new Map(),
  };
}

/** The agent as the log has it so far; one that it never named has counted nothing. */
export function replayedAgent({ agents }: Replayed, agentId: string): ReplayedAgent {
  const agent = agents.get(agentId) ?? {
    ...newSpend(),
    createdSinceReview: 0,
    reviewRequired: false,
    reviewRequestId: undefined,
    isPaused: false,
    createdAtMs: [],
  };
  agents.set(agentId, agent);
  return agent;
}
