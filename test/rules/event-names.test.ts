import { expect, test } from 'vitest';
import { eventNames } from '../../shared/events';
import { HOUR_MS } from '../../shared/kernel/time';
import { ask as askFor } from '../support/approvals';
import { eventNamesAfter } from '../support/audit';
import { create, definition, setLimits } from '../support/automations';
import { gatehouse } from '../support/runs';
import { referenceState } from '../support/state-file';
import { agent, createWorld, engine, operator, type World } from '../support/world';

const DAY_MS = 24 * HOUR_MS;
const scout = agent('scout');

/** The names as spec/governance.md section 13 lists them. */
const SPECIFIED = `record.updated, created, updated, grant.created, grant.revoked, approval.requested, approval.approved,
  approval.denied, approval.expired, approval.cancelled, approval.consumed, denied, deleted, restored, purged,
  review.agent_acknowledged, review.automation_acknowledged, dependency_revoked, health.finding, expired, retired,
  retirement.extended, spend.warning, spend.paused, spend.resumed, spend.reserved, agent.paused, agent.resumed,
  agent.enrolled, agent.token_revoked, agent.lineage_changed, agent.lineage_corrected, limits.updated, run.started, run.paused, run.resumed, run.finished, imported`;

test('the events are those of the specification [13.event-names]', () => {
  // And more: what was spent (decision 12), what the operator answered to a program that asked to be connected (decision 20), whether it is guarded (decision 33),
  // standing rules (decision 21), and changes that the disk has lost (decision 3).
  const connections = ['connection.accepted', 'connection.refused', 'connection.unguarded', 'connection.guarded'];
  const rules = ['tool_rule.created', 'tool_rule.used', 'tool_rule.revoked'];
  // What the operator says of tools and folders (decision 35).
  const trust = ['tool_class.set', 'tool_class.cleared', 'workspace.untrusted', 'workspace.trusted'];
  // What an import brought, and a key that begins over an old log (decision 12); a key that takes the place of another.
  const vouched = ['imported.facts', 'approval.imported', 'signing_key.began', 'signing_key.rotated'];
  // What was carried out although it had been denied (decision 31).
  // A plan that is used as far as the operator lets it go (spec/sessions.md section 4).
  const more = [
    'spend.charged',
    'plan.stopped',
    ...connections,
    ...rules,
    ...trust,
    ...vouched,
    'loss.accepted',
    'call.carried_out',
  ];
  expect(eventNames.toSorted()).toEqual([...SPECIFIED.split(/,\s+/), ...more].toSorted());
});

async function ask(world: World, rationale: string, different: object = {}): Promise<string> {
  return (await askFor(world, { rationale, action: { command: rationale }, ...different })).approvalId;
}

const approve = (world: World, approvalId: string) => world.execute(operator, 'approval.approve', { approvalId });

/** The pending approval of this type, asked for by this part of Gatehouse. */
function pendingOf(world: World, requestType: string, source: string): string {
  const found = world.store.read.approvals
    .waiting(100)
    .find((approval) => approval.requestType === requestType && approval.requestedBy.source === source);
  if (found === undefined) throw new Error(`nothing asked by ${source}`);
  return found.approvalId;
}

/** A tool that is none of an engine's own. */
const turn = { agentId: 'scout', toolName: 'mcp__box__turn' };

/** A way to each event, in an order in which all of them work; what a step needs, an earlier one has left. */
const steps: readonly (readonly [event: string, step: (world: World) => Promise<unknown>])[] = [
  ['agent.enrolled', (world) => world.execute(operator, 'token.create', { kind: 'engine', name: 'Tandem' })],
  [
    'agent.token_revoked',
    (world) =>
      world.execute(operator, 'token.revoke', { tokenId: world.store.read.tokens.list()[0]?.tokenId ?? 'none' }),
  ],
  [
    'connection.accepted',
    (world) => world.execute(operator, 'connection.accept', { engine: 'claude', agentId: 'claude-code' }),
  ],
  [
    'connection.refused',
    (world) => world.execute(operator, 'connection.refuse', { engine: 'codex', agentId: 'codex' }),
  ],
  [
    'connection.unguarded',
    (world) =>
      world.execute(operator, 'connection.note', {
        engine: 'claude',
        agentId: 'claude-code',
        reason: 'Hooks are off.',
      }),
  ],
  [
    'connection.guarded',
    (world) => world.execute(operator, 'connection.note', { engine: 'claude', agentId: 'claude-code' }),
  ],
  [
    'limits.updated',
    (world) =>
      world.execute(operator, 'limits.update', {
        perAgentCreationReviewThreshold: 2,
        runReviewThreshold: 1,
        weeklySpendCapNanos: 1_000_000_000,
      }),
  ],
  ['agent.paused', (world) => world.execute(operator, 'agent.pause', { agentId: 'scout' })],
  ['denied', (world) => world.execute(scout, 'automation.create', definition())],
  ['agent.resumed', (world) => world.execute(operator, 'agent.resume', { agentId: 'scout' })],
  ['created', (world) => create(world, scout, { automationId: 'nightly', status: 'active' })],
  ['updated', (world) => world.execute(scout, 'automation.update', { automationId: 'nightly', description: 'new' })],
  [
    'record.updated',
    (world) =>
      world.execute(operator, 'automation.update', { automationId: 'nightly', capabilities: { createsAgents: true } }),
  ],
  ['approval.requested', (world) => ask(world, 'push')],
  [
    'approval.cancelled',
    async (world) => world.execute(scout, 'approval.cancel', { approvalId: await ask(world, 'push') }),
  ],
  [
    'approval.denied',
    async (world) => world.execute(operator, 'approval.deny', { approvalId: await ask(world, 'tag') }),
  ],
  [
    'call.carried_out',
    async (world) => {
      const session = { engine: 'claude', sessionId: 's1', workspace: '/home/me/project' } as const;
      const call = { toolName: 'Bash', action: { command: 'tag -d' } };
      await world.execute(scout, 'session.decide', { session, call: { ...call, engineAsks: 'asking' } });
      const context = { engine: 'claude', session_id: 's1' };
      await world.execute(operator, 'approval.deny', { approvalId: await ask(world, 'tag -d', { context }) });
      return world.execute(scout, 'session.tell', { session, event: 'called', call });
    },
  ],
  ['approval.approved', async (world) => approve(world, await ask(world, 'build'))],
  [
    'approval.consumed',
    async (world) => {
      const approvalId = await ask(world, 'test');
      await approve(world, approvalId);
      return world.execute(scout, 'approval.consume', { approvalId, action: { command: 'test' } });
    },
  ],
  [
    'tool_rule.created',
    async (world) =>
      world.execute(operator, 'approval.approve', {
        approvalId: await ask(world, 'lint'),
        rule: { pattern: { kind: 'exact' }, duration: 'hour' },
      }),
  ],
  ['tool_rule.used', (world) => ask(world, 'lint')],
  ['tool_rule.revoked', (world) => world.execute(operator, 'toolRule.revoke', { ruleId: liveRule(world) })],
  ['tool_class.set', (world) => world.execute(operator, 'toolClass.set', { ...turn, level: 'low' })],
  ['tool_class.cleared', (world) => world.execute(operator, 'toolClass.clear', turn)],
  ['workspace.untrusted', (world) => world.execute(operator, 'workspace.untrust', { folder: '/work/shop' })],
  ['workspace.trusted', (world) => world.execute(operator, 'workspace.trust', { folder: '/work/shop' })],
  [
    'approval.expired',
    async (world) => {
      await ask(world, 'wait', { expiresAtMs: world.clock.at + 1 });
      world.clock.at += 1;
      return world.execute(gatehouse, 'approvals.expireDue', {});
    },
  ],
  [
    'review.agent_acknowledged',
    async (world) => {
      await create(world, scout, { automationId: 'second' });
      return approve(world, pendingOf(world, 'lifecycle_review', 'automation_creation_review'));
    },
  ],
  [
    'agent.lineage_changed',
    (world) =>
      world.execute(gatehouse, 'agent.noteLineage', {
        agentId: 'scout',
        ancestorIds: ['planner'],
        statedBy: engine.actor,
      }),
  ],
  [
    'agent.lineage_corrected',
    (world) => world.execute(operator, 'agent.setLineage', { agentId: 'scout', ancestorIds: [] }),
  ],
  ['run.started', (world) => world.execute(engine, 'automation.run', { automationId: 'nightly' })],
  ['run.paused', (world) => world.execute(engine, 'run.pause', { runId: newestRun(world) })],
  ['run.resumed', (world) => world.execute(engine, 'run.resume', { runId: newestRun(world) })],
  [
    'spend.reserved',
    (world) => world.execute(engine, 'run.reserve', { runId: newestRun(world), usageId: 'u', costNanos: 900_000_000 }),
  ],
  ['spend.charged', (world) => spend(world, 1_000_000)],
  ['spend.warning', (world) => spend(world, 900_000_000, 'u')],
  [
    'plan.stopped',
    async (world) => {
      await world.execute(operator, 'agent.setLimits', { agentId: 'scout', planStopRatio: 0.5 });
      const window = { windowMinutes: 300, usedPercent: 60, resetsAtMs: world.clock.at + 60_000, atMs: world.clock.at };
      return world.execute(scout, 'quota.tell', { engine: 'claude', quotas: [window] });
    },
  ],
  ['spend.paused', (world) => spend(world, 200_000_000)],
  ['spend.resumed', (world) => approve(world, pendingOf(world, 'quota_override', 'automation_spend_cap'))],
  ['run.finished', (world) => world.execute(engine, 'run.report', { runId: newestRun(world), status: 'completed' })],
  [
    'review.automation_acknowledged',
    (world) => approve(world, pendingOf(world, 'lifecycle_review', 'automation_lifecycle_review')),
  ],
  [
    'health.finding',
    async (world) => {
      world.clock.at += 1;
      const started = await world.done(engine, 'automation.run', { automationId: 'nightly' });
      await world.execute(engine, 'run.report', { runId: started.run.runId, status: 'completed' });
      return world.execute(operator, 'health.check', {});
    },
  ],
  [
    'grant.created',
    (world) => world.execute(operator, 'grant.create', { automationId: 'nightly', grantedToAgentId: 'helper' }),
  ],
  ['grant.revoked', (world) => revokeGrant(world)],
  [
    'dependency_revoked',
    async (world) => {
      const withServers = (allowedServers: string[]) => ({
        automationId: 'second',
        agents: [{ agentId: 'scout', mcpPolicy: { allowedServers } }],
      });
      await world.execute(operator, 'automation.update', withServers(['github']));
      return world.execute(operator, 'automation.update', withServers([]));
    },
  ],
  ['retired', (world) => world.execute(operator, 'automation.retire', { automationId: 'nightly' })],
  ['retirement.extended', (world) => world.execute(operator, 'automation.extend', { automationId: 'nightly' })],
  [
    'expired',
    (world) => {
      world.clock.at += 90 * DAY_MS;
      return world.execute(gatehouse, 'automations.checkExpiry', {});
    },
  ],
  ['deleted', (world) => world.execute(operator, 'automation.delete', { automationId: 'nightly' })],
  ['restored', (world) => world.execute(operator, 'automation.restore', { automationId: 'nightly' })],
  [
    'purged',
    async (world) => {
      await world.execute(operator, 'automation.delete', { automationId: 'nightly' });
      world.clock.at += 7 * DAY_MS + 1;
      return world.execute(gatehouse, 'automations.purgeDue', {});
    },
  ],
  [
    'imported',
    (world) => world.execute(operator, 'state.import', { text: JSON.stringify(referenceState()), onConflict: 'skip' }),
  ],
  ['imported.facts', (world) => importReplacing(world)],
  ['approval.imported', (world) => importReplacing(world)],
  [
    'signing_key.rotated',
    (world) => {
      world.checkpoints.open();
      return world.checkpoints.rotate(operator.actor);
    },
  ],
  ['signing_key.began', (world) => world.execute(gatehouse, 'audit.noteKey', { publicKey: 'ab', rowsBefore: 1 })],
];

const importReplacing = (world: World) =>
  world.execute(operator, 'state.import', { text: JSON.stringify(referenceState()), onConflict: 'replace' });

function liveRule({ store, clock }: World): string {
  const [rule] = store.read.toolRules.list({ state: 'live', now: clock.at, limit: 1 });
  if (rule === undefined) throw new Error('no rule');
  return rule.ruleId;
}

function newestRun(world: World): string {
  const [run] = world.store.read.runs.newest('nightly', 1);
  if (run === undefined) throw new Error('no run');
  return run.runId;
}

const spend = (world: World, costNanos: number, usageId?: string) =>
  world.execute(engine, 'run.spend', {
    runId: newestRun(world),
    ...(usageId !== undefined && { usageId }),
    promptTokens: 1,
    completionTokens: 1,
    costNanos,
  });

function revokeGrant(world: World) {
  const [grant] = world.store.read.grants.of('nightly');
  if (grant === undefined) throw new Error('no grant');
  return world.execute(operator, 'grant.revoke', { automationId: 'nightly', grantId: grant.grantId });
}

/** Every row of the log in words. */
async function sentences(world: World): Promise<readonly (readonly [type: string, sentence: string])[]> {
  const found: [string, string][] = [];
  let cursor: string | undefined;
  do {
    const page = world.told(operator, 'audit.search', { limit: 100, ...(cursor !== undefined && { cursor }) });
    found.push(...page.events.map(({ eventType, sentence }) => [eventType, sentence] as [string, string]));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

test('each event has its row in the audit log as soon as it happens, and no event is without a way to it [7.expiry, 7.cancel-audit, 11.restore-audit, 13.every-event, 13.row, sessions-7.audit-words]', async () => {
  const world = createWorld();
  setLimits(world, { healthGuardrailStopThreshold: 0 });
  for (const [event, step] of steps) {
    const seq = world.store.read.audit.headSeq();
    const result = await step(world);
    expect({ event, result, told: eventNamesAfter(world, seq) }).toMatchObject({
      told: expect.arrayContaining([event]) as string[],
    });
  }
  // Written while the database is opened, by no command: test/kernel/lost-changes.test.ts.
  const byCommand = eventNames.filter((name) => name !== 'loss.accepted');
  expect(steps.map(([event]) => event).toSorted()).toEqual(byCommand.toSorted());
  const rows = world.store.read.audit.after(0, 1_000);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_row, index) => index + 1));
  expect(rows.every(({ eventType }) => eventType.startsWith('automation.governance.'))).toBe(true);
  expect(world.store.read.audit.verify()).toMatchObject({ isOk: true, rows: rows.length });
  for (const [type, sentence] of await sentences(world)) {
    expect({ type, sentence }).toEqual({
      type,
      sentence: expect.stringMatching(/^[A-Z][\p{L} ’']+(: .*[^ ,:–]|)$/u) as string,
    });
    expect({ type, sentence }).not.toMatchObject({
      sentence: expect.stringMatching(/undefined|NaN|null|\[object|\{"|GOVERNANCE_|AUTOMATION_V2_|apr_/) as string,
    });
  }
});
