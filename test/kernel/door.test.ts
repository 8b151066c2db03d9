import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDoor } from '../../electron/kernel/door';
import { isLargeInput } from '../../electron/kernel/large-input';
import { openStore, type Store } from '../../electron/kernel/store/database';
import { createStoreHolder } from '../../electron/kernel/store-holder';
import { HOUR_MS } from '../../shared/kernel/time';
import { ask, request } from '../support/approvals';
import {
  agent,
  countingIds,
  createWorld,
  engine,
  operator,
  recordingLogger,
  START,
  temporaryHome,
} from '../support/world';

const scout = agent('scout');

test('commands of one tick share one commit, each with its own verdict', async () => {
  const world = createWorld();
  const commits: number[] = [];
  world.feed.subscribe((commit) => commits.push(commit.length));
  const results = await Promise.all([
    world.execute(scout, 'approval.request', request({ rationale: 'one' })),
    world.execute(scout, 'approval.request', request({ rationale: 'late', expiresAtMs: START })),
    world.execute(scout, 'approval.request', request({ rationale: 'two' })),
    world.execute(operator, 'approval.deny', { approvalId: 'apr_nothing' }),
  ]);
  expect(results.map((result) => (result.ok ? 'ok' : result.refusal.code))).toEqual([
    'ok',
    'VALIDATION_FAILED',
    'ok',
    'GOVERNANCE_APPROVAL_NOT_FOUND',
  ]);
  expect(commits).toEqual([2]);
  expect(world.store.read.audit.verify()).toMatchObject({ isOk: true, rows: 2 });
});

test('a storm of commands takes several commits, and the operator is in the first', async () => {
  const world = createWorld();
  const { approvalId } = await ask(world);
  const commits: string[][] = [];
  world.feed.subscribe((commit) => commits.push(commit.map(({ name }) => name)));
  const results = await Promise.all([
    ...Array.from({ length: 100 }, (_, index) =>
      world.execute(agent(`scout-${index}`), 'approval.request', request({ rationale: `number ${index}` })),
    ),
    world.execute(operator, 'approval.approve', { approvalId }),
  ]);
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  expect(commits.map(({ length }) => length)).toEqual([64, 37]);
  expect(commits[0]?.[0]).toBe('approval.approved');
});

test('a commit ends after a large command, and all of one tick are answered', async () => {
  const world = createWorld();
  const commits: number[] = [];
  world.feed.subscribe((commit) => commits.push(commit.length));
  const sizes = [1, 1, 100_000, 1, 100_000, 100_000, 1];
  const results = await Promise.all(
    sizes.map((size, index) =>
      world.execute(scout, 'approval.request', request({ rationale: `${index}`, action: 'x'.repeat(size) })),
    ),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(sizes.length);
  expect(commits).toEqual([3, 2, 1, 1]);
});

test.each<[string, boolean, unknown]>([
  ['a long text', true, { action: ['x'.repeat(70_000)] }],
  ['many keys', true, Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [index, 1]))],
  ['many empty lists', true, Array.from({ length: 5_000 }, () => [])],
  ['some of each', false, { a: 'x'.repeat(5_000), b: Array.from({ length: 500 }, () => 0), c: null }],
])('of an input that has %s it is known whether it is large: %s', (_name, isLarge, input) => {
  expect(isLargeInput(input)).toBe(isLarge);
});

test('what waits at the end is committed to the last, however much it is', async () => {
  const world = createWorld();
  const asked = Promise.all(
    Array.from({ length: 150 }, (_, index) => world.execute(agent(`scout-${index}`), 'approval.request', request())),
  );
  await world.closeDoor();
  expect((await asked).filter(({ ok }) => !ok)).toEqual([]);
});

test('approve and deny at once give one decision [7.decide-decided]', async () => {
  const world = createWorld();
  const { approvalId } = await ask(world);
  const [approved, denied] = await Promise.all([
    world.execute(operator, 'approval.approve', { approvalId }),
    world.execute(operator, 'approval.deny', { approvalId }),
  ]);
  expect(approved).toMatchObject({ value: { approval: { status: 'approved', revision: 2 } } });
  expect(denied).toMatchObject({ value: { approval: { status: 'approved', revision: 2 } } });
  expect(world.store.read.audit.headSeq()).toBe(2);
});

test('sixty requests at once open fifty', async () => {
  const world = createWorld();
  const results = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      world.execute(scout, 'approval.request', request({ rationale: `number ${index}` })),
    ),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(50);
  expect(world.store.read.approvals.pendingCountOfAgent('scout')).toBe(50);
  expect((await world.execute(agent('other'), 'approval.request', request())).ok).toBe(true);
  expect((await world.execute(engine, 'approval.request', request())).ok).toBe(true);
});

test('the same request is one approval, one event [7.duplicates]', async () => {
  const world = createWorld();
  const first = await ask(world, { context: { a: 1, b: 2 } });
  const again = await ask(world, { context: { b: 2, a: 1 } });
  expect(again.approvalId).toBe(first.approvalId);
  expect((await ask(world, { context: { a: 1 } })).approvalId).not.toBe(first.approvalId);
  expect((await ask(world, { context: { a: 1, b: 2 }, action: { command: 'other' } })).approvalId).not.toBe(
    first.approvalId,
  );
  expect((await ask(world, { context: { a: 1, b: 2 } }, agent('other'))).approvalId).not.toBe(first.approvalId);
  await world.execute(operator, 'approval.deny', { approvalId: first.approvalId });
  expect((await ask(world, { context: { a: 1, b: 2 } })).approvalId).not.toBe(first.approvalId);
  expect(world.store.read.audit.headSeq()).toBe(6);
});

test('what is over is expired before any command sees it [7.expiry]', async () => {
  const world = createWorld();
  const { approvalId } = await ask(world, { expiresAtMs: START + 10 });
  world.clock.at = START + 10;
  const late = await world.execute(operator, 'approval.approve', { approvalId });
  expect(late).toMatchObject({ ok: false, refusal: { code: 'GOVERNANCE_APPROVAL_EXPIRED' } });
  expect(world.store.read.approvals.find(approvalId)).toMatchObject({ status: 'expired', revision: 2 });
  expect(world.store.read.audit.after(1, 10)).toMatchObject([
    { eventType: 'automation.governance.approval.expired', actor: { kind: 'system', source: 'approval_expiry' } },
  ]);
});

test('an agent keeps its longest lineage [3.lineage-kept]', async () => {
  const world = createWorld();
  expect((await ask(world, { rationale: '1' }, agent('scout', ['root', 'planner']))).ancestorIds).toEqual([
    'root',
    'planner',
  ]);
  expect((await ask(world, { rationale: '2' })).ancestorIds).toEqual(['root', 'planner']);
  expect((await ask(world, { rationale: '3' }, agent('scout', ['a', 'b', 'c']))).ancestorIds).toEqual(['a', 'b', 'c']);
});

test.each([
  ['agent', scout],
  ['engine', engine],
] as const)('an %s cannot decide, and nothing is written [7.decide-humans]', async (_name, caller) => {
  const world = createWorld();
  const { approvalId } = await ask(world);
  for (const name of ['approval.approve', 'approval.deny'] as const) {
    const result = await world.execute(caller, name, { approvalId });
    expect(result).toMatchObject({ ok: false, refusal: { code: 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN' } });
  }
  expect(world.store.read.audit.headSeq()).toBe(1);
  expect(world.query(caller, 'tokens.list', {})).toMatchObject({ ok: false, refusal: { code: 'FORBIDDEN' } });
});

test('another agent can neither see nor withdraw nor use a request', async () => {
  const world = createWorld();
  const { approvalId } = await ask(world);
  const other = agent('other');
  const answers = [
    world.query(other, 'approvals.get', { approvalId }),
    await world.execute(other, 'approval.cancel', { approvalId }),
    await world.execute(other, 'approval.consume', { approvalId, action: { command: 'git push' } }),
  ];
  for (const result of answers) expect(result).toMatchObject({ refusal: { code: 'GOVERNANCE_APPROVAL_NOT_FOUND' } });
  expect(world.query(other, 'approvals.list', {})).toMatchObject({ value: { approvals: [], count: 0 } });
});

test('an agent that a request is about sees it, but cannot withdraw it', async () => {
  const world = createWorld();
  const { approvalId } = await ask(world, { targetResource: { type: 'agent', id: 'other' } });
  expect(world.query(agent('other'), 'approvals.get', { approvalId })).toMatchObject({ ok: true });
  const result = await world.execute(agent('other'), 'approval.cancel', { approvalId });
  expect(result).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
});

test('an approval is used once, for the act that was approved, whatever the order of its keys [2.approval-action-hash]', async () => {
  const world = createWorld();
  const { approvalId } = await ask(world, { action: { command: 'git push', cwd: '/src' } });
  await world.execute(operator, 'approval.approve', { approvalId });
  const use = (action: unknown) => world.execute(scout, 'approval.consume', { approvalId, action });
  expect(await use({ command: 'git push --force', cwd: '/src' })).toMatchObject({
    refusal: { code: 'GOVERNANCE_ACTION_MISMATCH' },
  });
  expect(await use({ cwd: '/src', command: 'git push' })).toMatchObject({
    value: { approval: { consumedAtMs: START } },
  });
  expect(await use({ cwd: '/src', command: 'git push' })).toMatchObject({
    refusal: { code: 'GOVERNANCE_APPROVAL_CONSUMED' },
  });
});

test('a list goes on where its cursor says, without a gap or a double [7.list]', async () => {
  const world = createWorld();
  for (let index = 0; index < 25; index++) {
    world.clock.at = START + Math.floor(index / 3);
    await ask(world, { rationale: `number ${index}` }, agent(index % 2 === 0 ? 'scout' : 'other'));
  }
  for (const [caller, total] of [
    [operator, 25],
    [scout, 13],
  ] as const) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = world.told(caller, 'approvals.list', { limit: 4, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.approvals.map(({ rationale }) => rationale));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(total);
    expect(seen).toHaveLength(total);
    expect(seen[0]).toBe('number 24');
  }
  expect(world.query(operator, 'approvals.list', { cursor: 'nonsense' })).toMatchObject({
    refusal: { code: 'VALIDATION_FAILED' },
  });
  expect(world.query(operator, 'approvals.list', { status: 'denied' })).toMatchObject({ value: { count: 0 } });
});

test('a store that fails answers 503 to the whole batch, keeps nothing, and recovers', async () => {
  const home = temporaryHome();
  const clock = { now: () => START };
  let isFull = false;
  const holder = createStoreHolder(home, clock, (path, now): Store => {
    const store = openStore(path, now);
    return {
      ...store,
      transaction(run) {
        return store.transaction((write) => {
          const value = run(write);
          if (isFull) throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
          return value;
        });
      },
    };
  });
  holder.open();
  const logger = recordingLogger();
  const heard: unknown[] = [];
  const feed = {
    subscribe: () => () => {},
    publish: (commit: unknown) => void heard.push(commit),
    onUnlogged: () => () => {},
    publishUnlogged: (changed: unknown) => void heard.push(changed),
  };
  const noThread = { run: () => Promise.reject(new Error('no thread')), close: () => Promise.resolve() };
  const waits = { untilChanged: () => Promise.resolve(), isWaitedFor: () => false, endAll() {} };
  const door = createDoor({ holder, feed, clock, ids: countingIds(), logger, beside: noThread, waits });
  isFull = true;
  expect(await door.send(scout, 'approval.request', request())).toMatchObject({
    refusal: { code: 'STORE_UNAVAILABLE' },
  });
  expect(holder.trouble()).toMatchObject({ kind: 'disk_full' });
  expect(heard).toEqual([]);
  isFull = false;
  expect((await door.send(scout, 'approval.request', request())).ok).toBe(true);
  expect(holder.trouble()).toBeUndefined();
  expect(logger.errors).toEqual([]);
  await door.close();
  expect(await door.send(scout, 'approval.request', request())).toMatchObject({
    refusal: { code: 'SHUTTING_DOWN' },
  });
  holder.close();
});

test('under any sequence of commands a denied one changes nothing, and the log tells every change', async () => {
  const command = fc.record({
    kind: fc.constantFrom('request', 'approve', 'deny', 'cancel', 'consume', 'wait'),
    who: fc.constantFrom('scout', 'other', 'operator', 'engine'),
    which: fc.nat(5),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
      const world = createWorld();
      const callers = { scout, other: agent('other'), operator, engine };
      for (const { kind, who, which } of commands) {
        const before = JSON.stringify(world.query(operator, 'queue.snapshot', {}));
        const snapshot = world.query(operator, 'approvals.list', {});
        const approvals = snapshot.ok ? snapshot.value.approvals : [];
        const approvalId = approvals[which % Math.max(1, approvals.length)]?.approvalId ?? 'apr_none';
        const caller = callers[who];
        if (kind === 'wait') {
          world.clock.at += HOUR_MS * which * 10;
          continue;
        }
        const seqBefore = world.store.read.audit.headSeq();
        const result =
          kind === 'request'
            ? await world.execute(caller, 'approval.request', request({ rationale: `why ${which}` }))
            : kind === 'approve'
              ? await world.execute(caller, 'approval.approve', { approvalId })
              : kind === 'deny'
                ? await world.execute(caller, 'approval.deny', { approvalId })
                : kind === 'cancel'
                  ? await world.execute(caller, 'approval.cancel', { approvalId })
                  : await world.execute(caller, 'approval.consume', { approvalId, action: { command: 'git push' } });
        const events = world.store.read.audit.after(seqBefore, 100);
        const expired = events.filter(({ eventType }) => eventType.endsWith('.expired'));
        if (!result.ok) expect(events).toHaveLength(expired.length);
        if (events.length === 0) expect(JSON.stringify(world.query(operator, 'queue.snapshot', {}))).toBe(before);
      }
      for (const approval of world.store.read.approvals.list({ limit: 500 }).approvals) {
        const isDecided = approval.status === 'approved' || approval.status === 'denied';
        expect(approval.reviewedBy?.kind === 'human').toBe(isDecided);
      }
      expect(world.store.read.audit.verify().isOk).toBe(true);
    }),
    { numRuns: 40 },
  );
});
