import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { trayFacts } from '../../electron/nouns/tray-facts';
import type { QueryName } from '../../shared/contract/contract';
import type { UnreadableRow } from '../../shared/kernel/unreadable';
import { codeOf } from '../support/answers';
import { eventsAfter } from '../support/audit';
import { changeBytes, changeColumn, type Row, rowsIn, valueOf } from '../support/damage';
import { type Full, fillWorld } from '../support/full-world';
import { putMigratedDatabase } from '../support/migrated-database';
import { removeFolder } from '../support/remove-folder';
import { gatehouse } from '../support/runs';
import { agent, createWorld, engine, inMemory, operator, START, temporaryHome, type World } from '../support/world';

const HOUR = 3_600_000;

/** A full database of an app that has ended, to be copied and damaged, and what is in it. */
type Original = { readonly home: string; readonly full: Full; readonly ids: World['ids'] };

async function makeOriginal(): Promise<Original> {
  const home = mkdtempSync(join(inMemory() ?? tmpdir(), 'gatehouse-full-'));
  putMigratedDatabase(home, START);
  const world = createWorld({ home });
  const full = await fillWorld(world);
  await world.closeDoor();
  world.holder.close();
  return { home, full, ids: world.ids };
}

let made: Promise<Original> | undefined;

/** The same for every test, which copies it. */
const original = () => (made ??= makeOriginal());

afterAll(async () => {
  if (made !== undefined) removeFolder((await made).home);
});

/** What is done to a row; the column that then differs. */
type Damage = { readonly name: string; readonly column: string; readonly damage: (home: string, row: Row) => void };

const bytes = (name: string, change: (text: string) => string): Damage => ({
  name,
  column: 'doc',
  damage: (home, row) => changeBytes(home, row, change),
});

const column = (name: string, value: string | number | bigint | null): Damage => ({
  name: `${name} is ${String(value).slice(0, 20)}`,
  column: name,
  damage: (home, row) => changeColumn(home, row, name, value),
});

/** A field of the document whose list is longer than its schema takes. */
const tooLong = (field: string, item: unknown, count: number): Damage => ({
  name: `${field} is too long`,
  column: 'doc',
  damage(home, row) {
    const doc = JSON.parse(String(valueOf(home, row, 'doc'))) as object;
    changeColumn(home, row, 'doc', JSON.stringify({ ...doc, [field]: Array.from({ length: count }, () => item) }));
  },
});

const ofDocuments = (...required: readonly string[]): readonly Damage[] => [
  bytes('is no JSON', (text) => `x${text.slice(1)}`),
  bytes('is cut off', (text) => text.slice(0, text.length / 2)),
  bytes('is a number', () => '1'),
  bytes('is a list', () => '[]'),
  bytes('is null', () => 'null'),
  bytes('has a negative time', (text) => text.replace(/:\d{10,}/, (time) => `:-${'1'.repeat(time.length - 2)}`)),
  ...required.map((name) => bytes(`has no ${name}`, (text) => text.replace(`"${name}":`, `"${name.slice(0, -1)}_":`))),
];

/** Says that it is another row: the last character of its id differs. */
const another = (field: string) =>
  bytes('is of another id', (text) => text.replace(new RegExp(`("${field}":"[^"]*)[^"]"`), '$1_"'));

const beyond = 2n ** 60n;

/** How the rows of each table are damaged. */
const tables: readonly (readonly [table: string, key: readonly string[], damages: readonly Damage[]])[] = [
  ['agents', ['agent_id'], [...ofDocuments('agentId', 'overrides', 'lastSeenAtMs'), another('agentId')]],
  [
    'automations',
    ['automation_id'],
    [...ofDocuments('name', 'status'), another('automationId'), tooLong('agents', { agentId: 'a' }, 501)],
  ],
  [
    'governance_records',
    ['automation_id'],
    [...ofDocuments('provenance', 'pausedForLifecycle'), another('automationId')],
  ],
  ['grants', ['grant_id'], [...ofDocuments('grantedTo', 'grantKind'), another('grantId')]],
  [
    'runs',
    ['run_id'],
    [...ofDocuments('status', 'checkpoint'), another('runId'), tooLong('activeSessionIds', 's', 1_001)],
  ],
  ['spend_windows', ['agent_id', 'kind'], ofDocuments('costNanos', 'windowStartMs')],
  ['tool_classes', ['agent_id', 'tool_name'], [...ofDocuments('level', 'setAtMs'), another('toolName')]],
  ['untrusted_workspaces', ['root'], [...ofDocuments('untrustedAtMs'), another('root')]],
  ['tool_rules', ['rule_id'], [...ofDocuments('pattern', 'createdAtMs'), another('ruleId')]],
  [
    'approvals',
    ['approval_id'],
    [
      column('context', '{x'),
      column('ancestor_ids', '5'),
      column('requested_by_kind', 'alien'),
      column('expires_at_ms', beyond),
      column('expires_at_ms', -1),
      column('reviewed_by', 'x{'),
      column('action', '{"a":'),
      column('created_at_ms', beyond),
    ],
  ],
  ['tokens', ['token_id'], [column('kind', 'king'), column('created_at_ms', -1), column('last_used_at_ms', beyond)]],
  ['usage_reports', ['run_id', 'usage_id'], [column('answer', 'x{')]],
  ['reservations', ['run_id', 'usage_id'], [column('cost_nanos', beyond), column('due_at_ms', -1)]],
  ['spend_days', ['agent_id', 'day_start_ms'], [column('cost_nanos', -1), column('total_tokens', beyond)]],
  ['automation_days', ['automation_id', 'day_start_ms'], [column('cost_nanos', -1), column('total_tokens', beyond)]],
  ['kept', ['name'], [column('doc', 'x{')]],
  ['timers', ['name'], [column('last_at_ms', beyond), column('last_at_ms', -1)]],
  [
    'limits',
    ['only_row'],
    [
      column('limits', 'x{'),
      column('limits', '5'),
      column('limits', 'null'),
      column('limits', '{"approvalTtlMs":"x"}'),
    ],
  ],
  ['audit_log', ['seq'], [column('payload', 'x{'), column('payload', '5'), column('actor', '{}')]],
];

const lists: readonly (readonly [QueryName, object])[] = [
  ['agents.list', {}],
  ['agents.overview', {}],
  ['agents.overview', { search: 'o' }],
  ['agent.details', { agentId: 'scout' }],
  ['agent.automations', { agentId: 'scout' }],
  ['agent.runs', { agentId: 'scout' }],
  ['agent.approvals', { agentId: 'lone' }],
  ['agent.grants', { agentId: 'scout' }],
  ['agent.history', { agentId: 'scout' }],
  ['automations.list', {}],
  ['automations.search', {}],
  ['automations.search', { text: 'night' }],
  ['automations.search', { show: 'in_review' }],
  ['lifecycle.counts', {}],
  ...(['review', 'failing', 'expiring', 'expired', 'retired', 'deleted'] as const).map(
    (section) => ['lifecycle.list', { section }] as const,
  ),
  ['lineage.tree', {}],
  ['approvals.list', {}],
  ['approvals.search', { scope: 'waiting' }],
  ['approvals.search', { scope: 'past' }],
  ['approvals.search', { scope: 'past', text: 'npm' }],
  ['queue.snapshot', {}],
  ['reviews.list', {}],
  ['spend.list', {}],
  ['spend.days', {}],
  ['spend.chart', { days: 7 }],
  ['spend.byAgent', {}],
  ['spend.byAutomation', { days: 7 }],
  ['spend.byRun', { days: 7 }],
  ['sessions.overview', {}],
  ['sessions.overview', { agentId: 'scout' }],
  ['sessions.projects', {}],
  ['limits.get', {}],
  ['limits.impact', { candidate: { perAgentDailyCreationLimit: 1 } }],
  ['limits.impact', { candidate: { runReviewThreshold: 1 } }],
  ['limits.impact', { candidate: { weeklySpendCapNanos: 1 } }],
  ['limits.impact', { candidate: { approvalTtlMs: 1_000 } }],
  ['tokens.list', {}],
  ['toolRules.list', {}],
  ['toolClasses.list', {}],
  ['workspaces.list', {}],
  ['audit.list', {}],
  ['audit.list', { actorId: 'olga' }],
  ['audit.search', {}],
  ['state.export', {}],
];

/** The lists that do not answer, with their codes. */
function failingLists(world: World): readonly string[] {
  return lists.flatMap(([name, input]) => {
    const code = codeOf(world.query(operator, name, input));
    return code === 'ok' ? [] : [`${name} ${JSON.stringify(input)}: ${code}`];
  });
}

/** What must hold whichever row is damaged. */
async function survives(world: World, { full }: Original, row: Row): Promise<void> {
  const isRow = (table: string, id: string) => row.table === table && row.id.join(' ') === id;
  const { store, clock } = world;
  const before = store.read.audit.headSeq();
  expect(failingLists(world)).toEqual([]);
  expect(trayFacts(store.read, clock.now(), 10).agents).toHaveLength(4);

  // What was damaged is named, and nothing else.
  for (const _page of store.read.rowSurvey.walk(3, { isLogIncluded: true }));
  const named: UnreadableRow = { table: row.table, id: row.id.join(' '), problem: expect.any(String) as string };
  expect(store.read.unreadable.all()).toEqual([named]);

  expect(codeOf(await world.execute(gatehouse, 'health.check', {}))).toBe('ok');
  const paused = await world.execute(operator, 'agent.pause', { agentId: 'scout', reason: 'stop' });
  expect(paused).toMatchObject({ ok: true, value: { agent: { agentId: 'scout', isPaused: true } } });
  expect(codeOf(await world.execute(agent('scout', ['boss']), 'automation.create', { name: 'more' }))).not.toBe('ok');
  expect(codeOf(await world.execute(operator, 'agents.pauseSubtree', { agentId: 'boss' }))).toBe('ok');

  const approved = await world.execute(operator, 'approval.approve', { approvalId: full.toApprove });
  expect(codeOf(approved)).toBe(isRow('approvals', full.toApprove) ? 'ROW_UNREADABLE' : 'ok');
  const denied = await world.execute(operator, 'approval.deny', { approvalId: full.toDeny });
  expect(codeOf(denied)).toBe(isRow('approvals', full.toDeny) ? 'ROW_UNREADABLE' : 'ok');
  const reviewed = await world.execute(operator, 'approval.deny', { approvalId: full.review });
  expect(codeOf(reviewed)).toBe(isRow('approvals', full.review) ? 'ROW_UNREADABLE' : 'ok');

  expect(codeOf(await world.execute(operator, 'agents.pauseAll', {}))).toBe('ok');
  // Every run of an agent was told to stop, the one in the damaged row as well.
  const stopped = eventsAfter(world, before).flatMap(({ name, payload }) =>
    name === 'run.paused' ? [payload['runID']] : [],
  );
  expect(stopped).toEqual(expect.arrayContaining(Object.values(full.running)));
  for (const caller of [agent('scout', ['boss']), agent('lone'), agent('boss')]) {
    expect(codeOf(await world.execute(caller, 'automation.create', { name: 'more' }))).not.toBe('ok');
  }
  for (const automationId of ['nightly', 'watched', 'shared']) {
    expect(codeOf(await world.execute(engine, 'automation.run', { automationId }))).not.toBe('ok');
  }

  clock.at = START + 2 * HOUR;
  await world.done(gatehouse, 'approvals.expireDue', {});
  const late = world.query(operator, 'approvals.get', { approvalId: full.due });
  if (isRow('approvals', full.due)) expect(codeOf(late)).toBe('ROW_UNREADABLE');
  else expect(late).toMatchObject({ ok: true, value: { approval: { status: 'expired' } } });
  for (const command of ['reservations.chargeDue', 'automations.checkExpiry', 'spend.liftEndedPauses'] as const) {
    expect(codeOf(await world.execute(gatehouse, command, {}))).toBe('ok');
  }
  clock.at = START + 8 * 24 * HOUR;
  expect(codeOf(await world.execute(gatehouse, 'automations.purgeDue', {}))).toBe('ok');

  expect(codeOf(await world.execute(operator, 'agents.resumeAll', {}))).toBe('ok');
  const resumed = await world.execute(operator, 'agent.resume', { agentId: 'lone' });
  expect(codeOf(resumed)).toBe(isRow('agents', 'lone') ? 'ROW_UNREADABLE' : 'ok');
  expect(failingLists(world)).toEqual([]);
  expect(world.logger.errors).toEqual([]);
}

// Timers are written anew by what they time, and a day by the next charge of that day; all else stays for whoever restores it.
const writtenAnew = ['timers', 'spend_days', 'automation_days', 'reservations'];

it.each(tables)(
  'with any one row of %s damaged, everything is listed, agents are paused and refused, and the operator decides [16.damaged-pause, 16.damaged-lists, 16.damaged-closed]',
  async (table, key, damages) => {
    const made = await original();
    const rows = rowsIn(made.home, table, key);
    expect(rows.length).toBeGreaterThan(0);
    const chosen = table === 'audit_log' ? [rows[0], rows[9], rows.at(-1)].flatMap((row) => row ?? []) : rows;
    // Each row in at least two ways, and each way on at least one row; all of them where the environment wants that.
    const isExhaustive = process.env['GATEHOUSE_EVERY_DAMAGE'] === '1';
    const stride = isExhaustive ? 1 : Math.min(Math.ceil(damages.length / 2), chosen.length);
    for (const [index, row] of chosen.entries()) {
      for (const { name, column: damaged, damage } of damages.filter((_, way) => way % stride === index % stride)) {
        const home = temporaryHome(inMemory());
        cpSync(made.home, home, { recursive: true });
        damage(home, row);
        const asDamaged = valueOf(home, row, damaged);
        const world = createWorld({ home, ids: made.ids });
        try {
          await survives(world, made, row);
        } catch (error) {
          throw new Error(`${table} ${row.id.join(' ')}: ${name}`, { cause: error });
        }
        await world.closeDoor();
        world.holder.close();
        if (!writtenAnew.includes(table)) expect(valueOf(home, row, damaged)).toEqual(asDamaged);
      }
    }
  },
);
