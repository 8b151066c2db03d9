import fc from 'fast-check';
import type { CommandName, GivenInputOf } from '../../shared/contract/contract';
import { engines } from '../../shared/contract/engine';
import { reviewKinds } from '../../shared/contract/governance';
import { defaultLimits } from '../../shared/contract/limits';
import { requestTypes } from '../../shared/contract/request-kinds';
import { runStatuses, stopKinds } from '../../shared/contract/run';
import type { GivenPattern } from '../../shared/contract/tool-rule';
import { riskLevels } from '../../shared/judgement';
import { nanosOfUsd } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import type { World } from './world';

/** The agents, automations and usage_ids that random commands are about: few, so that they meet. */
export const agentIds = ['x', 'y', 'z', 'p', 'q'] as const;
export const automationIds = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'] as const;
const usageIds = ['u0', 'u1', 'u2', 'u3'] as const;

/**
 * An import is left out: its row has the hash of the file, not what is in it, so the log is to be replayed from it on. So is what
 * is no change of the state: when a token was last used, and a signature under the log itself.
 */
export const leftOutCommands = [
  'state.import',
  'tokens.noteUses',
  'audit.checkpoint',
  'approvals.index',
  'audit.index',
  'audit.noteKey',
  'audit.noteRotation',
] as const satisfies readonly CommandName[];

/** A command that random ones are made of. */
export type Generated = Exclude<CommandName, (typeof leftOutCommands)[number]>;

/** An input that may need to know what there is: ids that Gatehouse made. */
export type Built<Input> = (world: World) => Input;

const agentId = fc.constantFrom(...agentIds);
const automationId = fc.constantFrom(...automationIds);
const usageId = fc.constantFrom(...usageIds);
const which = fc.nat(1_000);
const reason = fc.option(fc.constant('because'), { nil: undefined });
const cents = fc.integer({ min: 0, max: 400 }).map((count) => nanosOfUsd(count / 100));
const tokens = fc.constantFrom(0, 1, 1_000, Number.MAX_SAFE_INTEGER);
const capability = fc.constantFrom('creates_agents', 'modifies_grants');

const nothing = fc.constant<Built<never>>(() => ({}) as never);

/** One of a list; of an empty one, an id that does not exist. */
function pick(ids: readonly string[], index: number): string {
  return ids.length === 0 ? 'none' : (ids[index % ids.length] ?? 'none');
}

function runIdsOf({ store }: World): readonly string[] {
  return automationIds.flatMap((id) => store.read.runs.newest(id, 1_000).map(({ runId }) => runId));
}

function approvalIdsOf({ store }: World): readonly string[] {
  return store.read.approvals.inOrder(0, 10_000).approvals.map(({ approvalId }) => approvalId);
}

/** Those that were asked for an act and are approved; any, where there is none. */
function usableIdsOf(world: World): readonly string[] {
  const usable = world.store.read.approvals
    .inOrder(0, 10_000)
    .approvals.filter(({ status, actionHash }) => status === 'approved' && actionHash !== undefined);
  return usable.length > 0 ? usable.map(({ approvalId }) => approvalId) : approvalIdsOf(world);
}

function pendingIdsOf({ store }: World): readonly string[] {
  return store.read.approvals.waiting(10_000).map(({ approvalId }) => approvalId);
}

/** Without the fields that are undefined: the contract's optional ones are absent, never undefined. */
function exact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as never;
}

const ofAutomation = fc.record({ automationId, reason }).map(
  (input): Built<GivenInputOf<'automation.pause'>> =>
    () =>
      exact(input),
);
const ofAgent = fc.record({ agentId, reason }).map(
  (input): Built<GivenInputOf<'agent.pause'>> =>
    () =>
      exact(input),
);
const ofAll = fc.record({ reason }).map(
  (input): Built<GivenInputOf<'agents.pauseAll'>> =>
    () =>
      exact(input),
);
const ofRun = fc.record({ which, reason }).map(
  ({ which: index, reason: why }): Built<GivenInputOf<'run.pause'>> =>
    (world) =>
      exact({ runId: pick(runIdsOf(world), index), reason: why }),
);
const definition = fc.record({
  name: fc.constantFrom('N', 'M'),
  status: fc.constantFrom('draft', 'active', 'paused', undefined),
  agents: fc.constantFrom(
    undefined,
    [],
    [{ agentId: 'y' }],
    [{ agentId: 'z', mcpPolicy: { allowedServers: ['mail', 'web'] } }],
    [{ agentId: 'z', mcpPolicy: { allowedServers: ['web'] } }],
  ),
  capabilities: fc.constantFrom(undefined, undefined, { creates_agents: true }, { modifies_grants: true }),
});
/** What an approval is mostly asked for in the rules: the right target and the right context for the type. */
const request = fc
  .record({
    requestType: fc.constantFrom(...requestTypes),
    agentId,
    automationId,
    capability,
    trigger: fc.constantFrom(...reviewKinds),
    isAboutAgent: fc.boolean(),
    hours: fc.constantFrom(undefined, 1, 100),
    action: fc.constantFrom(undefined, { command: 'git push' }),
    isToolCall: fc.boolean(),
    command: fc.constantFrom('npm test', 'npm test unit', 'npm test; rm x', 'git push'),
  })
  .map(
    (given): Built<GivenInputOf<'approval.request'>> =>
      (world) =>
        given.isToolCall
          ? {
              requestType: 'tool_call',
              targetResource: { type: 'tool', id: 'Bash' },
              rationale: 'please',
              action: { command: given.command },
            }
          : exact({
              requestType: given.requestType,
              targetResource: given.isAboutAgent
                ? { type: 'agent', id: given.agentId }
                : { type: 'automation', id: given.automationId },
              rationale: 'please',
              context: { capability_key: given.capability, max_depth: 4, trigger: given.trigger },
              action: given.action,
              expiresAtMs: given.hours === undefined ? undefined : world.clock.at + given.hours * HOUR_MS,
            }),
  );
const pattern = fc.constantFrom<GivenPattern>(
  { kind: 'command_prefix', prefix: 'npm test' },
  { kind: 'exact', action: { command: 'npm test' } },
  { kind: 'any' },
);
const duration = fc.constantFrom('hour' as const, 'today' as const, 'until_revoked' as const);
const decision = fc
  .record({
    which,
    notes: reason,
    rule: fc.option(fc.record({ pattern, duration }), { nil: undefined, freq: 8 }),
    action: fc.constantFrom('extend' as const, 'retire' as const, undefined, undefined, undefined),
  })
  .map(
    ({ which: index, notes, action, rule }): Built<GivenInputOf<'approval.approve'>> =>
      (world) =>
        exact({ approvalId: pick(pendingIdsOf(world), index), notes, action, rule }),
  );

const session = fc
  .record({ sessionId: fc.constantFrom('s1', 's2'), engine: fc.constantFrom('claude' as const, 'codex' as const) })
  .map((given) => ({ ...given, workspace: '/home/me/project' }));

/** What one answer of a session's model used, as of an instant. */
const said = fc
  .record({
    session,
    mark: fc.constantFrom('m0', 'm1', 'm2'),
    model: fc.constantFrom('claude-opus-4-8', 'unheard-of'),
    inputTokens: fc.nat(5_000),
    costNanos: fc.option(cents, { nil: undefined }),
  })
  .map(({ session: { engine, sessionId }, ...use }) => (atMs: number) => ({
    engine,
    uses: [
      exact({
        ...use,
        sessionId,
        part: 'conversation' as const,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        outputTokens: 1,
        atMs: Math.max(0, atMs),
      }),
    ],
  }));
const command = fc.constantFrom('npm test', 'git push', 'ls');
const toolName = fc.constantFrom('mcp__box__turn', 'mcp__box__fill', 'Bash');
const folder = fc.constantFrom('/work/shop', '/work/shop/', '/work/other', 'shop');

/** How to make an input of each command; the types say when one is missing. */
export const anyInput: { readonly [N in Generated]: fc.Arbitrary<Built<GivenInputOf<N>>> } = {
  'automation.create': fc
    .record({ automationId, definition })
    .map((given) => () => exact({ ...given.definition, automationId: given.automationId }) as never),
  'automation.update': fc
    .record({ automationId, definition })
    .map((given) => () => exact({ ...given.definition, automationId: given.automationId }) as never),
  'automation.delete': automationId.map((id) => () => ({ automationId: id })),
  'session.decide': fc
    .record({ session, command, engineAsks: fc.constantFrom('asking' as const, 'unknown' as const, 'never' as const) })
    .map(({ session: of, command: line, engineAsks }) => () => ({
      session: of,
      call: { toolName: 'Bash', action: { command: line }, engineAsks },
    })),
  'session.tell': fc
    .record({ session, command, event: fc.constantFrom('started' as const, 'called' as const, 'ended' as const) })
    .map(({ session: of, command: line, event }) => () => ({
      session: of,
      event,
      call: { toolName: 'Bash', action: { command: line } },
    })),
  'session.tellCalls': fc
    .record({ session, command, id: fc.constantFrom('t1', 't2', 't3'), isOver: fc.boolean() })
    .map(({ session: of, command: line, id, isOver }) => ({ clock }) => ({
      session: of,
      calls: [
        exact({
          toolName: 'Bash',
          action: { command: line },
          toolUseId: id,
          atMs: clock.at,
          endedAtMs: isOver ? clock.at : undefined,
        }),
      ],
    })),
  'quota.tell': fc
    .record({ session, usedPercent: fc.nat(120), hours: fc.constantFrom(-1, 5, 168) })
    .map(({ session: of, usedPercent, hours }) => ({ clock }) => ({
      engine: of.engine,
      quotas: [
        { windowMinutes: 300, usedPercent, resetsAtMs: Math.max(0, clock.at + hours * HOUR_MS), atMs: clock.at },
      ],
    })),
  'session.use': fc
    .record({
      said,
      source: fc.constantFrom('otlp' as const, 'transcript' as const, 'final' as const),
      fork: fc.option(fc.record({ sessionId: fc.constantFrom('s1', 's2'), ofSessionId: fc.constantFrom('s1', 's2') }), {
        nil: undefined,
      }),
    })
    .map(
      ({ said: use, source, fork }) =>
        ({ clock }) =>
          exact({ ...use(clock.at), source, fork }),
    ),
  'session.tellUse': said.map(
    (use) =>
      ({ clock }) =>
        use(clock.at),
  ),
  'session.gone': session.map(({ engine, sessionId }) => () => ({ runId: `${engine}-${sessionId}` })),
  'automation.pause': ofAutomation,
  'automation.resume': ofAutomation,
  'automation.retire': ofAutomation,
  'automation.extend': fc.record({ automationId, hours: fc.constantFrom(undefined, -1, 30, 24 * 20) }).map(
    ({ automationId: id, hours }) =>
      (world) =>
        exact({ automationId: id, expiresAtMs: hours === undefined ? undefined : world.clock.at + hours * HOUR_MS }),
  ),
  'automation.acknowledge': fc
    .record({ automationId, isAllSeen: fc.boolean() })
    .map(({ automationId: id, isAllSeen }) => ({ store }) => ({
      automationId: id,
      findingIds: isAllSeen
        ? (store.read.records.find(id)?.healthFindings ?? []).map(({ findingId }) => findingId)
        : [],
    })),
  'automation.restore': automationId.map((id) => () => ({ automationId: id })),
  'automations.purgeDue': nothing,
  'records.bootstrap': nothing,
  'automations.checkExpiry': nothing,
  'grant.create': fc.record({ automationId, grantedToAgentId: agentId }).map((input) => () => input),
  'grant.revoke': fc.record({ automationId, which }).map(({ automationId: id, which: index }) => (world) => ({
    automationId: id,
    grantId: pick(
      world.store.read.grants.of(id).map(({ grantId }) => grantId),
      index,
    ),
  })),
  'approval.request': request,
  'approval.approve': decision,
  'approval.deny': fc.record({ which, notes: reason }).map(
    ({ which: index, notes }) =>
      (world) =>
        exact({ approvalId: pick(pendingIdsOf(world), index), notes }),
  ),
  'approval.cancel': which.map((index) => (world) => ({ approvalId: pick(approvalIdsOf(world), index) })),
  'approval.consume': which.map((index) => (world) => ({
    approvalId: pick(usableIdsOf(world), index),
    action: { command: 'git push' },
  })),
  'approvals.expireDue': nothing,
  'toolRule.create': fc.record({ agentId, pattern, duration }).map((given) => () => ({ ...given, toolName: 'Bash' })),
  'toolRules.load': fc
    .array(fc.record({ agentId, pattern, duration }), { minLength: 1, maxLength: 3 })
    .map((rules) => () => ({ rules: rules.map((given) => ({ ...given, toolName: 'Bash' })) })),
  'toolRule.revoke': fc.record({ which, reason }).map(
    ({ which: index, reason: why }) =>
      ({ store, clock }) =>
        exact({
          ruleId: pick(
            store.read.toolRules.list({ state: 'live', now: clock.at, limit: 1_000 }).map(({ ruleId }) => ruleId),
            index,
          ),
          reason: why,
        }),
  ),
  'toolClass.set': fc.record({ agentId, toolName, level: fc.constantFrom(...riskLevels) }).map((given) => () => given),
  'toolClass.clear': fc.record({ agentId, toolName }).map((given) => () => given),
  'workspace.untrust': fc.record({ folder, reason }).map((given) => () => exact(given)),
  'workspace.trust': fc.record({ folder }).map((given) => () => given),
  'agent.pause': ofAgent,
  'agent.resume': ofAgent,
  'agent.disconnect': fc.record({ agentId }).map((input) => () => exact(input)),
  'connection.accept': fc
    .record({ engine: fc.constantFrom(...engines), agentId, parentAgentId: fc.option(agentId, { nil: undefined }) })
    .map((input) => () => exact(input)),
  'connection.note': fc
    .record({ engine: fc.constantFrom(...engines), agentId, reason })
    .map((input) => () => exact(input)),
  'connection.refuse': fc.record({ engine: fc.constantFrom(...engines), agentId }).map((input) => () => exact(input)),
  'agent.noteLineage': fc
    .record({
      agentId,
      ancestorIds: fc.array(agentId, { maxLength: 3 }),
      statedBy: fc.constantFrom(
        { kind: 'system', source: 'tandem' } as const,
        { kind: 'agent', actorId: 'x' } as const,
      ),
    })
    .map((input) => () => input),
  'agent.setLineage': fc
    .record({ agentId, ancestorIds: fc.uniqueArray(agentId, { maxLength: 3 }) })
    .map((input) => () => input),
  'agents.pauseSubtree': fc.record({ agentId, reason }).map((input) => () => exact(input)),
  'agents.pauseAll': ofAll,
  'agents.resumeAll': ofAll,
  'limits.update': fc
    .record(
      {
        weeklySpendCapNanos: fc.constantFrom(null, nanosOfUsd(3), nanosOfUsd(5)),
        perAgentDailyCreationLimit: fc.constantFrom(2, 3, 10),
        activeAgentAutomationCap: fc.constantFrom(3, 5),
        runReviewThreshold: fc.constantFrom(0, 1, 2),
        perAgentCreationReviewThreshold: fc.constantFrom(0, 2, 3),
        defaultExpiresAfterMs: fc.constantFrom(0, 24 * HOUR_MS, defaultLimits.defaultExpiresAfterMs),
        creationEnabled: fc.boolean(),
        planStopRatio: fc.constantFrom(0, 0.5, 1),
      },
      { requiredKeys: [] },
    )
    .map((input) => () => input),
  'agent.setLimits': fc
    .record({
      agentId,
      weeklySpendCapNanos: fc.constantFrom(null, nanosOfUsd(1)),
      perAgentCreationReviewThreshold: fc.constantFrom(null, 1),
    })
    .map((input) => () => input),
  'health.check': nothing,
  'token.create': fc
    .record({ agentId, parentAgentId: fc.option(agentId, { nil: undefined }) })
    .map((input) => () => exact({ kind: 'agent' as const, name: input.agentId, ...input })),
  'token.revoke': which.map((index) => (world) => ({
    tokenId: pick(
      world.store.read.tokens.list().map(({ tokenId }) => tokenId),
      index,
    ),
  })),
  'automation.run': fc
    .record({ automationId, dryRun: fc.constantFrom(true, false, false) })
    .map((input) => () => input),
  'run.report': fc
    .record({
      which,
      status: fc.constantFrom(...runStatuses),
      stopKind: fc.constantFrom(undefined, ...stopKinds),
      nodeOutputs: fc.constantFrom(undefined, { node: 1 }),
    })
    .map(
      ({ which: index, ...report }) =>
        (world) =>
          exact({ runId: pick(runIdsOf(world), index), ...report }),
    ),
  'run.pause': ofRun,
  'run.resume': ofRun,
  'run.cancel': ofRun,
  'run.reserve': fc.record({ which, usageId, costNanos: cents }).map(({ which: index, ...input }) => (world) => ({
    runId: pick(runIdsOf(world), index),
    ...input,
  })),
  'run.spend': fc
    .record({
      which,
      usageId: fc.option(usageId, { nil: undefined }),
      promptTokens: tokens,
      completionTokens: tokens,
      costNanos: cents,
    })
    .map(
      ({ which: index, ...input }) =>
        (world) =>
          exact({ runId: pick(runIdsOf(world), index), ...input }),
    ),
  'reservations.chargeDue': nothing,
  'spend.liftEndedPauses': nothing,
};
