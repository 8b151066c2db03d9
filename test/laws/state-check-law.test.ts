import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { databasePath } from '../../electron/kernel/store/home-files';
import { openReading } from '../../electron/kernel/store/integrity';
import { sumAllRows } from '../../electron/kernel/store/row-sums';
import { type DatabaseSync, openDatabase } from '../../electron/kernel/store/sqlite';
import { checkState } from '../../electron/nouns/audit/state-check';
import type { StateVerdict } from '../../shared/contract/checkpoint';
import { HOUR_MS } from '../../shared/kernel/time';
import { anyCommand, busyWorld, send } from '../support/any-command';
import { request } from '../support/approvals';
import { putMigratedDatabase } from '../support/migrated-database';
import { removeFolder } from '../support/remove-folder';
import { gatehouse, indexAll } from '../support/runs';
import { agent, createWorld, engine, inMemory, operator, START, temporaryHome, type World } from '../support/world';

const rounds = fc.array(
  fc.record({
    hours: fc.constantFrom(0, 0, 0, 0.1, 1, 5, 30, -1, -30, 24 * 8),
    commands: fc.array(anyCommand, { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 10, maxLength: 40 },
);

const whole: Partial<StateVerdict> = { isOk: true, differences: [], integrity: [], unvouched: 0 };

function verdictOf({ home }: Pick<World, 'home'>): StateVerdict {
  const reading = openReading(home);
  try {
    return checkState(reading);
  } finally {
    reading.close();
  }
}

test('whatever is done, what is stored is what the log says [13.verify-state]', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (given) => {
      const world = await busyWorld();
      for (const { hours, commands } of given) {
        world.clock.at += hours * HOUR_MS;
        await world.execute(gatehouse, 'approvals.expireDue', {});
        await Promise.all(commands.map((command) => send(world, command)));
        expect(verdictOf(world)).toMatchObject(whole);
      }
      expect(world.logger.errors).toEqual([]);
      world.holder.close();
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

/** An automation whose runs failed, which the health check finds; and one run with something set aside. */
async function failedRuns(world: World): Promise<void> {
  await world.execute(agent('w'), 'automation.create', { automationId: 'f', name: 'F', status: 'active' });
  for (let count = 0; count < 6; count += 1) {
    const run = await world.execute(engine, 'automation.run', { automationId: 'f' });
    const runId = run.ok ? run.value.run.runId : '';
    if (count === 0) {
      await world.execute(engine, 'run.reserve', { runId, usageId: 'open', costNanos: 5 });
      continue;
    }
    await world.execute(engine, 'run.report', { runId, status: 'running' });
    await world.execute(engine, 'run.report', { runId, status: 'failed' });
  }
  await world.execute(operator, 'health.check', {});
}

let worked: Promise<string> | undefined;

afterAll(async () => {
  if (worked !== undefined) removeFolder(await worked);
});

/** A world in which every noun has something, after some random work: the same for every test. */
async function workedWorld(): Promise<World> {
  worked ??= makeWorked();
  const home = temporaryHome(inMemory());
  cpSync(await worked, home, { recursive: true });
  return createWorld({ home });
}

/** Its home, to be copied. */
async function makeWorked(): Promise<string> {
  const home = mkdtempSync(join(inMemory() ?? tmpdir(), 'gatehouse-worked-'));
  putMigratedDatabase(home, START);
  const world = await busyWorld({ home });
  await failedRuns(world);
  await world.execute(operator, 'token.create', { kind: 'operator', name: 'laptop' });
  const made = await world.execute(operator, 'token.create', { kind: 'agent', name: 'x', agentId: 'x' });
  if (made.ok) await world.execute(operator, 'token.revoke', { tokenId: made.value.token.tokenId });
  await world.execute(operator, 'token.create', { kind: 'agent', name: 'y', agentId: 'y' });
  for (const grantedToAgentId of ['y', 'z']) {
    const granted = await world.execute(operator, 'grant.create', { automationId: 'a0', grantedToAgentId });
    const grantId = granted.ok ? granted.value.grant.grantId : '';
    if (grantedToAgentId === 'z') await world.execute(operator, 'grant.revoke', { automationId: 'a0', grantId });
  }
  await world.execute(operator, 'agent.setLimits', { agentId: 'y', perAgentDailyCreationLimit: 7 });
  await world.execute(operator, 'toolClass.set', { agentId: 'v', toolName: 'mcp__box__turn', level: 'high' });
  await world.execute(operator, 'workspace.untrust', { folder: '/work/untrusted' });
  const asked = await world.execute(agent('y'), 'approval.request', request());
  const approvalId = asked.ok ? asked.value.approval.approvalId : '';
  await world.execute(operator, 'approval.approve', { approvalId });
  await world.execute(agent('y'), 'approval.consume', { approvalId, action: request().action });
  for (const command of fc.sample(anyCommand, { numRuns: 320, seed: 11 })) await send(world, command);
  // What follows from here on is not in the indexes yet, and its sums are recent.
  await indexAll(world);
  // Whatever the random work left: an agent that its cap has stopped.
  const [run] = world.store.read.runs.newest('f', 1);
  await world.execute(operator, 'agent.setLimits', { agentId: 'w', weeklySpendCapNanos: 1 });
  await world.execute(engine, 'run.spend', {
    runId: run?.runId ?? '',
    promptTokens: 1,
    completionTokens: 1,
    costNanos: 10,
  });
  const creator = { kind: 'agent', actor_id: 'z' };
  const waiting = {
    automation_id: 'waits',
    provenance: { creator, root_actor: creator, depth: 1 },
    created_at_ms: 1,
    updated_at_ms: 1,
  };
  await world.done(operator, 'state.import', {
    text: JSON.stringify({ records: { waits: waiting } }),
  });
  await world.execute(operator, 'agents.pauseAll', {});
  world.holder.close();
  return home;
}

/** What is found when the database is changed so; nothing of it stays. */
function foundAfter(database: DatabaseSync, sql: string): StateVerdict {
  database.exec('BEGIN');
  try {
    database.exec(sql);
    return checkState({ database, close() {} });
  } finally {
    database.exec('ROLLBACK');
  }
}

// What engines tell of their sessions decides nothing by itself (decision 31).
const unsummed = ['audit_log', 'audit_checkpoints', 'row_sums', 'row_sums_recent'];

test('any one column of any row that something else than the app changes, adds or takes away is named [13.verify-rows]', async () => {
  const world = await workedWorld();
  const database = openDatabase(databasePath(world.home), 1_000);
  database.exec('PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF');
  const tables = database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT GLOB '*_text*'",
    )
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !unsummed.includes(name) && !name.startsWith('session_'));
  const empty: string[] = [];
  for (const table of tables) {
    if (database.prepare(`SELECT 1 FROM ${table}`).get() === undefined) {
      empty.push(table);
      continue;
    }
    const columns = database.prepare(`PRAGMA table_info(${table})`).all();
    const keys = columns.filter(({ pk }) => Number(pk) > 0).map(({ name }) => String(name));
    const last = keys.map((key) => `${key} DESC`).join(', ');
    const where = `WHERE (${keys.join()}) = (SELECT ${keys.join()} FROM ${table} ORDER BY ${last} LIMIT 1)`;
    for (const column of columns) {
      const name = String(column['name']);
      const changed =
        name === 'doc' || name === 'answer' || name === 'limits'
          ? `${name} || ' '`
          : changedSql(name, String(column['type']));
      const found = foundAfter(database, `UPDATE ${table} SET ${name} = ${changed} ${where}`);
      expect(found, `${table}.${name}`).toMatchObject({ isOk: false });
      expect(found.differences.length, `${table}.${name}`).toBeGreaterThan(0);
    }
    expect(foundAfter(database, `DELETE FROM ${table} ${where}`).differenceCount, table).toBeGreaterThan(0);
  }
  expect(empty).toEqual([]);
  database.close();
});

function changedSql(column: string, type: string): string {
  if (type === 'INTEGER') return `coalesce(${column}, 0) + 1`;
  return type === 'BLOB' ? `x'00'` : `coalesce(${column}, '') || 'x'`;
}

// What a stranger would want to change: with the sums made anew, only the log can tell.
const forgeries: readonly (readonly [sql: string, noun: string, field?: string])[] = [
  [
    `UPDATE approvals SET status = 'approved', reviewed_by = '{"kind":"human","actorId":"olga"}' WHERE status = 'denied'`,
    'approval',
    'status',
  ],
  [
    `UPDATE approvals SET reviewed_by = '{"kind":"human","actorId":"eve"}' WHERE reviewed_by IS NOT NULL`,
    'approval',
    'reviewed_by',
  ],
  ['UPDATE approvals SET expires_at_ms = expires_at_ms + 1000000', 'approval', 'expires_at_ms'],
  [`UPDATE approvals SET context = '{"max_depth":99}'`, 'approval', 'asked'],
  [`UPDATE approvals SET action_hash = 'ab' WHERE action_hash IS NOT NULL`, 'approval', 'action_hash'],
  [`UPDATE approvals SET consumed_at_ms = NULL WHERE consumed_at_ms IS NOT NULL`, 'approval', 'consumed_at_ms'],
  [
    "INSERT INTO approvals SELECT NULL, 'apr_eve', request_type, requested_by_kind, requested_by_id, requested_by_source, target_type, target_id, rationale, context, action, action_hash, status, revision, expires_at_ms, waiting_until_ms, ancestor_ids, reviewed_by, reviewed_at_ms, review_notes, cancel_reason, NULL, duplicate_key, created_at_ms, updated_at_ms, tool_rule_id, only_run_id, token_key FROM approvals WHERE status = 'approved' LIMIT 1",
    'approval',
  ],
  [`INSERT INTO tokens VALUES ('tok_eve', 'operator', 'eve', NULL, zeroblob(32), 1, NULL, NULL)`, 'token'],
  [`UPDATE tokens SET secret_hash = zeroblob(32) WHERE name = 'laptop'`, 'token', 'fingerprint'],
  [`UPDATE tokens SET kind = 'operator', agent_id = NULL WHERE name = 'x'`, 'token', 'kind'],
  [`UPDATE tokens SET revoked_at_ms = NULL`, 'token', 'is_revoked'],
  [`UPDATE grants SET doc = json_remove(doc, '$.revokedAtMs')`, 'grant', 'is_revoked'],
  [`INSERT INTO grants SELECT 'grant-eve', json_set(doc, '$.grantId', 'grant-eve') FROM grants LIMIT 1`, 'grant'],
  [`UPDATE grants SET doc = json_set(doc, '$.grantedTo.actorId', 'eve')`, 'grant', 'granted_to'],
  [`UPDATE agents SET doc = json_remove(doc, '$.pausedAtMs')`, 'agent', 'paused_at_ms'],
  [`UPDATE agents SET doc = json_remove(doc, '$.spendPausedAtMs')`, 'agent', 'spend_paused_at_ms'],
  [`UPDATE agents SET doc = json_set(doc, '$.overrides.weeklySpendCapNanos', 9000000000000)`, 'agent', 'overrides'],
  [
    `UPDATE agents SET doc = json_set(doc, '$.review.createdSinceReview', 0, '$.review.reviewRequired', json('false'))`,
    'agent',
    'created_since_review',
  ],
  [
    `UPDATE limits SET limits = json_set(limits, '$.weeklySpendCapNanos', 9000000000000)`,
    'limits',
    'weekly_spend_cap_usd',
  ],
  [
    `UPDATE governance_records SET doc = json_set(doc, '$.pausedForLifecycle', json('false'))`,
    'automation',
    'paused_for_lifecycle',
  ],
  [
    `UPDATE governance_records SET doc = json_remove(doc, '$.retiredAtMs', '$.expiredAtMs')`,
    'automation',
    'is_retired',
  ],
  [
    `UPDATE governance_records SET doc = json_set(doc, '$.provenance.creator', json('{"kind":"human","actorId":"olga"}'))`,
    'automation',
    'provenance',
  ],
  [
    `UPDATE governance_records SET doc = json_set(doc, '$.declaredCapabilities.modifiesGrants', json('true'))`,
    'automation',
    'modifies_grants',
  ],
  [`UPDATE governance_records SET doc = json_set(doc, '$.expiresAtMs', 9000000000000)`, 'automation', 'expires_at_ms'],
  [`UPDATE automations SET doc = json_set(doc, '$.status', 'active')`, 'automation', 'status'],
  [`DELETE FROM governance_records`, 'automation'],
  [`UPDATE spend_windows SET doc = json_set(doc, '$.costNanos', 0)`, 'spend_window', 'cost_nanos'],
  [
    `UPDATE spend_windows SET doc = json_remove(doc, '$.hardStopAtMs') WHERE kind = 'weekly'`,
    'spend_window',
    'hard_stop_at_ms',
  ],
  [`UPDATE runs SET doc = json_set(doc, '$.costNanos', 0)`, 'run', 'cost_nanos'],
  [`UPDATE reservations SET cost_nanos = 0`, 'reservation', 'cost_nanos'],
  [`UPDATE tool_rules SET doc = json_set(doc, '$.pattern', json('{"kind":"any"}'))`, 'tool_rule', 'terms'],
  [`UPDATE tool_rules SET doc = json_remove(doc, '$.revokedAtMs')`, 'tool_rule', 'is_revoked'],
  [`UPDATE tool_classes SET doc = json_set(doc, '$.level', 'low')`, 'tool_class', 'level'],
  [`DELETE FROM tool_classes`, 'tool_class'],
  [`DELETE FROM untrusted_workspaces`, 'untrusted_workspace'],
];

test('what the database finds wrong with itself is named [13.verify-integrity]', async () => {
  const world = await workedWorld();
  const database = openDatabase(databasePath(world.home), 1_000);
  expect(foundAfter(database, 'SELECT 1').integrity).toEqual([]);
  database.exec('PRAGMA foreign_keys = OFF');
  const { isOk, integrity } = foundAfter(database, 'DELETE FROM reservations');
  expect(isOk).toBe(false);
  expect(integrity.join()).toContain('reservation_agents');
  database.close();
});

test('what was decided, granted, paused, charged, limited and enrolled is named against the log, also with every sum made anew', async () => {
  const world = await workedWorld();
  const database = openDatabase(databasePath(world.home), 1_000);
  database.exec('PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF');
  const unnamed: string[] = [];
  for (const [sql, noun, field] of forgeries) {
    database.exec('BEGIN');
    database.exec(sql);
    sumAllRows(database);
    const { isOk, differences } = checkState({ database, close() {} });
    database.exec('ROLLBACK');
    const isNamed = differences.some((one) => one.noun === noun && one.field === field);
    if (isOk || !isNamed) unnamed.push(sql);
  }
  expect(unnamed).toEqual([]);
  database.close();
});

test('what an import brought is vouched for as well, and an older import, which told only how much, is said so', async () => {
  const world = await workedWorld();
  const exported = world.query(operator, 'state.export', {});
  const other = createWorld();
  const text = exported.ok ? exported.value.text : '';
  expect(await other.execute(operator, 'state.import', { text })).toMatchObject({ ok: true });
  expect(verdictOf(other)).toMatchObject(whole);
  expect(verdictOf(other).compared).toBeGreaterThan(50);
  for (const command of fc.sample(anyCommand, { numRuns: 60, seed: 3 })) await send(other, command);
  expect(verdictOf(other)).toMatchObject(whole);
  expect(await other.execute(operator, 'state.import', { text, onConflict: 'replace' })).toMatchObject({ ok: true });
  expect(verdictOf(other)).toMatchObject(whole);

  const database = openDatabase(databasePath(other.home), 1_000);
  const blind = `DROP TRIGGER audit_log_never_changes;
    UPDATE audit_log SET payload = json_remove(payload, '$.hasFacts') WHERE event_type LIKE '%.imported';
    UPDATE audit_log SET payload = '{}' WHERE event_type LIKE '%.imported.facts' OR event_type LIKE '%.approval.imported';
    CREATE TRIGGER audit_log_never_changes BEFORE UPDATE ON audit_log
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`;
  const verdict = foundAfter(database, blind);
  expect(verdict).toMatchObject({ isOk: true });
  expect(verdict.unvouched).toBeGreaterThan(20);
  expect(verdict.unvouchedUntilSeq).toBeGreaterThan(0);
  database.close();
});
