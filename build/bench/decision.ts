import { join } from 'node:path';
import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { AgentMeshClient } from '@microsoft/agent-governance-sdk';
import { countStatementsIn, openDatabase } from '../../electron/kernel/store/sqlite';
import { agentCaller, openApp, valueOf } from './app';
import { interleaved, percentile, tellAtLeast, tellAtMost, tellFloor, timed } from './measure';
import { agentIdOf, approvalOf, fullSize, seededHome } from './seed';

const CALLS = 2_000;
const SCANS = 20;
const RECORDS = 100_000;

const small = openApp(seededHome({ approvals: 1_000, automations: 1_000, auditRows: 1_000 }));
const largeHome = seededHome(fullSize);
const large = openApp(largeHome);

/** Microseconds of each decision with its reasons. */
function decisions(app: typeof small): number[] {
  return Array.from({ length: CALLS }, (_, number) => {
    const agentId = agentIdOf(number);
    const startedAt = performance.now();
    valueOf(app.query(agentCaller(agentId), 'agent.allowance', { agentId }));
    return (performance.now() - startedAt) * 1_000;
  });
}

const approvals = Array.from({ length: RECORDS }, (_, number) => approvalOf(number, Date.now()));
const records = Array.from({ length: RECORDS }, (_, number) => ({
  creatorAgentId: agentIdOf(number),
  createdAtMs: Date.now() - number,
  retiredAtMs: undefined,
}));

/** The same facts by looking at every record, as a program does that keeps its state in lists. */
function scan(agentId: string): number {
  const now = Date.now();
  const holding = (requestType: string) =>
    approvals.filter(
      (approval) =>
        approval.requestType === requestType &&
        approval.targetResource.id === agentId &&
        approval.status === 'approved' &&
        approval.expiresAtMs > now,
    ).length;
  return (
    holding('quota_override') +
    holding('depth_override') +
    holding('capability_request') +
    records.filter(({ creatorAgentId, createdAtMs }) => creatorAgentId === agentId && createdAtMs > now - 86_400_000)
      .length +
    records.filter(({ retiredAtMs }) => retiredAtMs === undefined).length
  );
}

/** Microseconds of as many reads by a key as such a decision makes, on the same database, with nothing of ours around them. */
function bareReads(): () => number {
  const counted = { statements: 0, rows: 0 };
  countStatementsIn(counted);
  const agentId = agentIdOf(1);
  valueOf(large.query(agentCaller(agentId), 'agent.allowance', { agentId }));
  countStatementsIn(undefined);
  const database = openDatabase(join(largeHome, 'gatehouse.db'), 0);
  process.on('exit', () => database.close());
  const read = database.prepare('SELECT agent_id FROM agents WHERE agent_id = ?');
  return () => {
    const startedAt = performance.now();
    for (let number = 0; number < CALLS * counted.statements; number++) read.get(agentIdOf(number));
    return ((performance.now() - startedAt) / CALLS) * 1_000;
  };
}

/** Entries that the log of Microsoft's SDK has before it is timed. */
const PEER_ENTRIES = 10_000;

/**
 * Microseconds of one governed action of Microsoft's SDK: its rules, trust and log are in memory, the rule is one, and nothing of it
 * is durable.
 */
async function governedActions(): Promise<() => Promise<number>> {
  const client = AgentMeshClient.create('agent', {
    capabilities: ['automation.create'],
    policyRules: [
      { action: 'automation.create', effect: 'allow', conditions: { created_today: 3 } },
      { action: '*', effect: 'deny' },
    ],
  });
  const act = () => client.executeWithGovernance('automation.create', { created_today: 3 });
  for (let number = 0; number < PEER_ENTRIES; number++) await act();
  return async () => {
    const figures: number[] = [];
    for (let number = 0; number < CALLS; number++) figures.push((await timed(act)) * 1_000);
    return percentile(figures, 0.5);
  };
}

const cedarPolicy = `permit(principal, action == Action::"create", resource) when {
  context.is_enabled && !context.is_paused && context.created_today < context.daily && context.active < context.most &&
  context.depth <= context.deepest && context.spent < context.cap };`;

/** Microseconds of the same rules in Cedar, which is handed all the facts; its answer says which policies decided, not which rules. */
function cedarDecisions(): () => number {
  const context = { is_enabled: true, is_paused: false, created_today: 3, daily: 10, active: 5, most: 100 };
  const decide = (number: number) =>
    isAuthorized({
      principal: { type: 'Agent', id: agentIdOf(number) },
      action: { type: 'Action', id: 'create' },
      resource: { type: 'Desk', id: 'desk' },
      context: { ...context, depth: 1, deepest: 3, spent: 10, cap: 100 },
      policies: { staticPolicies: cedarPolicy },
      entities: [],
    });
  return () => {
    const figures = Array.from({ length: CALLS }, (_, number) => {
      const startedAt = performance.now();
      const answer = decide(number);
      if (answer.type !== 'success' || answer.response.decision !== 'allow') throw new Error('Cedar does not allow it');
      return (performance.now() - startedAt) * 1_000;
    });
    return percentile(figures, 0.5);
  };
}

const p50 = { small: [] as number[], large: [] as number[] };
const p99 = { small: [] as number[], large: [] as number[] };
const take = (side: 'small' | 'large', app: typeof small) => () => {
  const figures = decisions(app);
  p50[side].push(percentile(figures, 0.5));
  p99[side].push(percentile(figures, 0.99));
  return 0;
};
const { scanned, reads, governed, cedar } = await interleaved({
  small: take('small', small),
  large: take('large', large),
  reads: bareReads(),
  governed: await governedActions(),
  cedar: cedarDecisions(),
  scanned() {
    const startedAt = performance.now();
    for (let number = 0; number < SCANS; number++) scan(agentIdOf(number));
    return ((performance.now() - startedAt) / SCANS) * 1_000;
  },
});
const large50 = p50.large.slice(1);
const unit = 'us';
const scans = 'a linear scan takes as many times a creation decision with its reasons, 100,000 records';
tellAtLeast({ goal: 'P1', what: scans, value: scanned, baseline: large50, unit }, 1_000);
const microsoft = "Microsoft's governed action, in memory, takes as many times a creation decision";
tellAtLeast({ goal: 'P1', what: microsoft, value: governed, baseline: large50, unit }, 1);
const cedars = 'cedar-wasm, handed the facts, takes as many times a creation decision';
tellAtLeast({ goal: 'P1', what: cedars, value: cedar, baseline: large50, unit }, 15);
const alone = 'a linear scan takes as many times the reads alone of such a decision, each by a key';
tellFloor({ goal: 'P1', what: alone, value: scanned, baseline: reads, unit });
const spread = 'its p99 with 100,000 records against 1,000';
tellAtMost({ goal: 'P1', what: spread, value: p99.large.slice(1), baseline: p99.small.slice(1), unit }, 1.5);
for (const app of [small, large]) await app.close();
