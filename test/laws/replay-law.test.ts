import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge } from '../../electron/judgement/here';
import { isTerminal } from '../../shared/contract/run';
import { without } from '../../shared/kernel/fields';
import { HOUR_MS } from '../../shared/kernel/time';
import { anyCommand, busyWorld, contractCommands, generatedCommands, send } from '../support/any-command';
import { agentIds, automationIds, leftOutCommands } from '../support/any-input';
import { replay } from '../support/replay';
import { nothingReplayed, type Replayed, replayedAgent } from '../support/replay-state';
import { gatehouse } from '../support/runs';
import { auditTables, dumpOf } from '../support/tables';
import type { World } from '../support/world';

const everyAgentId = [...agentIds, 'r'];

const rounds = fc.array(
  fc.record({
    // Forwards mostly, and backwards by less and by more than a day, as a clock that is set does.
    hours: fc.constantFrom(0, 0, 0, 0, 0.1, 1, 5, 30, -1, -30, 24 * 8),
    commands: fc.array(anyCommand, { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 10, maxLength: 60 },
);

/** What the store says of everything that the log is to reproduce, in the form of the replay. */
function countersOf({ store: { read } }: World) {
  const ofSessions = everyAgentId.map((agentId) => `${agentId} sessions`);
  const runs = [...automationIds, ...ofSessions].flatMap((id) => read.runs.newest(id, 1_000));
  return {
    agents: everyAgentId.map((agentId) => {
      const agent = read.agents.find(agentId);
      return {
        createdSinceReview: agent?.review?.createdSinceReview ?? 0,
        reviewRequired: agent?.review?.reviewRequired ?? false,
        reviewRequestId: agent?.review?.reviewRequestId,
        isPaused: agent?.pausedAtMs !== undefined,
        isSpendPaused: agent?.spendPausedAtMs !== undefined,
        reservedNanos: read.spend.reservedFor(agentId),
        created: read.records.createdSince(agentId, 0),
        days: Object.fromEntries(
          read.spend
            .days(agentId, 0)
            .map(({ dayStartMs, totalTokens, costNanos }) => [dayStartMs, { totalTokens, costNanos }]),
        ),
        windows: Object.fromEntries(
          read.spend
            .windows(agentId)
            .map((window) => [window.kind, without(window, 'kind', 'updatedAtMs', 'lastAutomationId')]),
        ),
      };
    }),
    automations: automationIds.flatMap((id) => {
      const record = read.records.find(id);
      const found = read.automations.find(id);
      if (record === undefined) return [];
      return {
        ...(found !== undefined && { status: found.automation.status }),
        runsSinceReview: record.runsSinceReview,
        reviewRequired: record.reviewRequired,
        reviewKind: record.reviewKind,
        reviewRequestId: record.reviewRequestId,
        isPausedForLifecycle: record.pausedForLifecycle,
        isRetired: record.retiredAtMs !== undefined,
        isExpired: record.expiredAtMs !== undefined,
        expiresAtMs: record.expiresAtMs,
        place: found === undefined ? 'purged' : found.deletion === undefined ? 'there' : 'deleted',
      };
    }),
    runs: Object.fromEntries(
      runs.map(({ runId, automationId, status, costNanos, totalTokens }) => {
        const shown = status === 'paused' || isTerminal(status) ? status : 'under way';
        return [runId, { automationId, status: shown, costNanos, totalTokens }];
      }),
    ),
    reservations: Object.fromEntries(
      runs.flatMap(({ runId }) =>
        read.spend.reservationsOf(runId).map(({ usageId, costNanos, dueAtMs }) => {
          const payers = read.spend.payersOf(runId, usageId);
          return [`${runId} ${usageId}`, { costNanos, dueAtMs, agentIds: payers }];
        }),
      ),
    ),
    approvals: Object.fromEntries(
      read.approvals.inOrder(0, 10_000).approvals.map(({ approvalId, status }) => [approvalId, status]),
    ),
    toolRules: Object.fromEntries(
      read.toolRules.list({ state: 'all', now: 0, limit: 10_000 }).map((rule) => {
        const { ruleId, agentId, expiresAtMs, revokedAtMs, useCount, lastUsedAtMs } = rule;
        return [ruleId, { agentId, expiresAtMs, isRevoked: revokedAtMs !== undefined, useCount, lastUsedAtMs }];
      }),
    ),
  };
}

/** The same as the log has it. */
function replayedCounters(state: Replayed) {
  return {
    agents: everyAgentId.map((agentId) => {
      const { windows, days, createdAtMs, ...agent } = replayedAgent(state, agentId);
      const reserved = [...state.reservations.values()].filter(({ agentIds: payers }) => payers.includes(agentId));
      return {
        ...agent,
        created: createdAtMs.length,
        reservedNanos: reserved.reduce((sum, { costNanos }) => sum + costNanos, 0),
        windows: Object.fromEntries(windows),
        days: Object.fromEntries(days),
      };
    }),
    automations: automationIds.flatMap((id) => {
      const automation = state.automations.get(id);
      if (automation === undefined) return [];
      // With its definition, what status it had is gone.
      return automation.place === 'purged' ? without(automation, 'status') : automation;
    }),
    runs: Object.fromEntries(state.runs),
    reservations: Object.fromEntries(state.reservations),
    approvals: Object.fromEntries(state.approvals),
    toolRules: Object.fromEntries(state.toolRules),
  };
}

test('whatever is done, the audit log alone says where everything stands, and no rule of custody is broken', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(rounds, async (given) => {
      const world = await busyWorld();
      const { read } = world.store;
      const replayed = nothingReplayed();
      const lineages = new Map<string, number>();
      let replayedSeq = 0;
      for (const { hours, commands } of given) {
        world.clock.at += hours * HOUR_MS;
        // What is over by now is done first, so that what is left is what the commands do.
        await world.execute(gatehouse, 'approvals.expireDue', {});
        const seq = read.audit.headSeq();
        const before = dumpOf(world, auditTables);
        const limits = read.limits.current();
        const results = await Promise.all(commands.map((command) => send(world, command)));

        if (results.every(({ ok }) => !ok)) {
          const after = dumpOf(world, auditTables);
          // The one thing that a refusal may leave behind: the request to lift the cap that refused a reservation.
          const isAsking = commands.some(({ name }) => name === 'run.reserve');
          const asked = read.approvals.inOrder(0, 10_000).approvals.slice(before.get('approvals')?.length);
          if (isAsking) {
            for (const approval of asked)
              expect(approval).toMatchObject({ requestType: 'quota_override', status: 'pending' });
          } else expect(asked).toEqual([]);
          const kept = after.get('approvals')?.slice(0, before.get('approvals')?.length) ?? [];
          expect(new Map([...after, ['approvals', kept]])).toEqual(before);
        }

        const rows = read.audit.after(seq, 10_000);
        for (const row of read.audit.after(replayedSeq, 10_000)) {
          replay(replayed, row);
          seen.add(row.eventType.replace('automation.governance.', ''));
          replayedSeq = row.seq;
        }
        expect(replayedCounters(replayed)).toEqual(countersOf(world));
        expect(read.audit.verify()).toMatchObject({ isOk: true });

        for (const approval of read.approvals.inOrder(0, 10_000).approvals) {
          const isDecided = approval.status === 'approved' || approval.status === 'denied';
          expect(approval.reviewedBy?.kind).toBe(isDecided ? 'human' : undefined);
        }
        for (const agentId of everyAgentId) {
          const length = read.agents.find(agentId)?.ancestorIds.length ?? 0;
          const isCorrected = rows.some(
            ({ eventType, payload }) => eventType.endsWith('.lineage_corrected') && payload['agentID'] === agentId,
          );
          if (!isCorrected) expect(length).toBeGreaterThanOrEqual(lineages.get(agentId) ?? 0);
          lineages.set(agentId, length);
        }
        for (const approval of read.approvals.inOrder(0, 10_000).approvals) {
          if (approval.toolRuleId === undefined) continue;
          expect(judge.request(approval).level).not.toBe('high');
          expect(read.toolRules.find(approval.toolRuleId)?.createdBy).toEqual(approval.reviewedBy);
        }
        const creators = rows
          .filter(({ eventType, actor }) => eventType.endsWith('.created') && actor.kind === 'agent')
          .map(({ actor }) => actor.actorId ?? '');
        const isLimitChanged = rows.some(({ eventType }) => eventType.endsWith('.limits.updated'));
        if (isLimitChanged) continue;
        for (const agentId of creators) {
          const created = read.records.createdSince(agentId, world.clock.at - 24 * HOUR_MS);
          expect(created).toBeLessThanOrEqual(limits.perAgentDailyCreationLimit);
        }
        const isBroughtBack = rows.some(({ eventType }) => /\.(restored|extended)$/.test(eventType));
        if (creators.length > 0 && !isBroughtBack) {
          expect(read.records.activeByAgents(1_000)).toBeLessThanOrEqual(limits.activeAgentAutomationCap);
        }
      }
      expect(world.logger.errors).toEqual([]);
      world.holder.close();
    }),
    { numRuns: 25, endOnFailure: true },
  );
  // The law would say nothing if nothing ever happened.
  const names = ['created', 'denied', 'run.finished', 'spend.charged', 'spend.reserved', 'spend.paused'];
  for (const name of [...names, 'tool_rule.created', 'tool_rule.used', 'tool_rule.revoked']) {
    expect(seen).toContain(name);
  }
});

test('every command of the contract is among the random ones, or left out for a reason', () => {
  expect(new Set<string>([...generatedCommands, ...leftOutCommands])).toEqual(new Set(contractCommands));
});
