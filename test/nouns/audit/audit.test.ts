import { expect, test } from 'vitest';
import { databasePath } from '../../../electron/kernel/store/home-files';
import { type DatabaseSync, openDatabase } from '../../../electron/kernel/store/sqlite';
import { createAuditLog } from '../../../electron/nouns/audit/store';
import type { Actor } from '../../../shared/kernel/actor';
import { call } from '../../support/api-client';
import { createWorld, ENGINE_TOKEN, OPERATOR_TOKEN, operator, START, type World } from '../../support/world';

const scout: Actor = { kind: 'agent', actorId: 'scout' };
const guardrail: Actor = { kind: 'system', source: 'automation_expiration' };

type Name = 'denied' | 'expired' | 'health.finding';

function record(world: World, rows: readonly (readonly [Name, Actor, string])[]) {
  world.store.transaction(({ audit }) => {
    for (const [name, actor, automationId] of rows) {
      const finding = {
        findingId: 'f',
        kind: 'expired',
        severity: 'info',
        summary: 'over',
        observedAtMs: START,
      } as const;
      const payload = { automationId, code: 'X', finding, expiredAtMs: START, pausedRunIds: [] };
      audit.append({ name, payload }, actor, START);
    }
  });
}

test('the operator reads the log by type, actor and automation, page by page [api-2.audit]', async () => {
  const world = createWorld();
  record(world, [
    ['denied', scout, 'a'],
    ['health.finding', scout, 'a'],
    ['denied', operator.actor, 'b'],
    ['expired', guardrail, 'a'],
    ['health.finding', operator.actor, 'a'],
  ]);
  const api = await world.startApi();
  const seqs = async (query: string) => {
    const { body } = await call(api, 'GET', `/governance/audit${query}`, { token: OPERATOR_TOKEN });
    return [body.events.map(({ seq }: { seq: number }) => seq), body.next_seq];
  };
  expect(await seqs('')).toEqual([[1, 2, 3, 4, 5], 5]);
  expect(await seqs('?limit=2')).toEqual([[1, 2], 2]);
  expect(await seqs('?limit=2&after_seq=2')).toEqual([[3, 4], 4]);
  expect(await seqs('?after_seq=5')).toEqual([[], 5]);
  expect(await seqs('?event_type=denied')).toEqual([[1, 3], 3]);
  expect(await seqs('?event_type=automation.governance.health.finding')).toEqual([[2, 5], 5]);
  expect(await seqs('?actor_id=scout')).toEqual([[1, 2], 2]);
  expect(await seqs('?actor_id=automation_expiration')).toEqual([[4], 4]);
  expect(await seqs('?automation_id=a')).toEqual([[1, 2, 4, 5], 5]);
  expect(await seqs('?automation_id=a&actor_id=olga&event_type=health.finding')).toEqual([[5], 5]);
  expect(await seqs('?automation_id=none')).toEqual([[], 0]);
  const { body } = await call(api, 'GET', '/governance/audit?limit=1', { token: OPERATOR_TOKEN });
  expect(body.events).toEqual([
    {
      seq: 1,
      at_ms: START,
      event_type: 'automation.governance.denied',
      actor: { kind: 'agent', actor_id: 'scout' },
      payload: { automationID: 'a', code: 'X' },
    },
  ]);
});

test('nobody but the operator reads or verifies it', async () => {
  const api = await createWorld().startApi();
  for (const path of ['/governance/audit', '/governance/audit/verify']) {
    expect((await call(api, 'GET', path, { token: ENGINE_TOKEN })).status).toBe(403);
    expect((await call(api, 'GET', path, { agent: 'scout' })).status).toBe(403);
  }
});

test('a row that was changed behind our back is named [13.verify]', async () => {
  const world = createWorld();
  record(world, [
    ['denied', scout, 'a'],
    ['health.finding', scout, 'a'],
    ['health.finding', scout, 'a'],
  ]);
  const api = await world.startApi();
  const verify = async () => (await call(api, 'GET', '/governance/audit/verify', { token: OPERATOR_TOKEN })).body;
  expect(await verify()).toMatchObject({ ok: true, rows: 3, head_hash: world.store.read.audit.after(2, 1)[0]?.hash });
  const database = openDatabase(databasePath(world.home), 1_000);
  database.exec(
    "DROP TRIGGER audit_log_never_changes; UPDATE audit_log SET payload = json_object('automationID', 'b') WHERE seq = 2",
  );
  database.close();
  expect(await verify()).toMatchObject({ ok: false, rows: 1, first_bad_seq: 2 });
});

test('a search that finds little looks at a bounded number of rows, and is asked on from there', () => {
  const world = createWorld();
  const rows = Array.from({ length: 6_000 }, () => ['health.finding', scout, 'a'] as const);
  record(world, [...rows, ['denied', scout, 'a']]);
  const { audit } = world.store.read;
  const wanted = { limit: 10, automationId: 'a', eventType: 'automation.governance.denied' };
  const first = audit.find({ ...wanted, afterSeq: 0 });
  expect(first).toMatchObject({ rows: [], lookedUntilSeq: 5_000 });
  expect(audit.find({ ...wanted, afterSeq: 5_000 }).rows).toMatchObject([{ seq: 6_001 }]);
});

test('every search walks an index', () => {
  const world = createWorld();
  const database = openDatabase(databasePath(world.home), 1_000);
  const prepared: string[] = [];
  const recording = {
    prepare(sql: string) {
      prepared.push(sql);
      return database.prepare(sql);
    },
  } as DatabaseSync;
  createAuditLog(recording);
  const reads = prepared.filter((sql) => sql.trimStart().startsWith('SELECT') && sql.includes('?'));
  expect(reads.length).toBeGreaterThan(4);
  for (const sql of reads) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const bad = plan.map((row) => String(row['detail'])).filter((detail) => /^(SCAN (?!given)|USE TEMP)/.test(detail));
    expect({ sql, bad }).toEqual({ sql, bad: [] });
  }
  database.close();
});
