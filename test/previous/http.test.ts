import { expect, test } from 'vitest';
import { type Payload, withLogNames } from '../../shared/events';
import type { JsonObject } from '../../shared/kernel/fields';
import { operator } from '../support/world';
import { differencesOf, type NewAnswer, unintended } from './differences';
import { readEverything, streamedAfter } from './http-reads';
import { writeEverything } from './http-writes';
import { answersOf, previousWorld, withForeignBeside, withIdsInOrder } from './left';

const answers = answersOf('http');

/** What the operator read before at a path. */
const readBefore = (path: string) => (answers[`operator ${path}`] as { readonly body: never }).body;

/** What was answered in the form that it has now where that is another on purpose. */
function inFormOfNow(read: string, answer: unknown): unknown {
  const { body } = answer as { readonly body: Readonly<Record<string, unknown>> };
  // Rows of the log have the names of their fields that the reference gives them, whichever version wrote them (governance-13.payload-keys).
  if (read.includes(' /governance/audit?')) {
    const events = body['events'] as readonly { readonly payload: Payload }[] | undefined;
    return { ...body, events: events?.map((event) => ({ ...event, payload: withLogNames(event.payload) })) };
  }
  if (read === 'operator /governance/state') return withForeignBeside(JSON.parse(String(body['text'])) as JsonObject);
  // The newest asked come first now (governance-7.list). A cursor of before is taken all the same, and what follows it is the same.
  if (read.includes(' /governance/approvals?')) return { ...body, next_cursor: body['next_cursor'] !== undefined };
  return answer;
}

const inFormsOfNow = (read: typeof answers) =>
  Object.fromEntries(Object.entries(read).map(([name, answer]) => [name, inFormOfNow(name, answer)]));

test('every read of a data folder that the version before left answers what that version answered', async () => {
  const world = previousWorld();
  const { url } = await world.startApi();
  const paths = Object.keys(answers).flatMap((read) =>
    read.startsWith('scout ') ? [read.slice('scout '.length)] : [],
  );
  const now = await readEverything(url, paths);
  expect(differencesOf(inFormsOfNow(answers), inFormsOfNow(now))).toEqual([]);
}, 60_000);

test('the stream of events says of every row what that version said', async () => {
  const { url } = await previousWorld().startApi();
  const inNamesOfNow = (events: readonly unknown[]) =>
    (events as readonly { readonly data: { readonly payload: Payload } }[]).map((event) => ({
      ...event,
      data: { ...event.data, payload: withLogNames(event.data.payload) },
    }));
  const before = inNamesOfNow(Object.values(answersOf('stream')));
  expect(differencesOf(before, inNamesOfNow(await streamedAfter(url, 0, before.length)))).toEqual([]);
});

/** Changes that are answered in another way, by rules that were made or made stricter since. */
const otherChanges: readonly NewAnswer[] = [
  {
    at: /engine (PATCH|POST) \/automations\/v2\/nightly(\/pause|\/resume)?\//,
    because: 'an engine that names no agent changes only what it created itself (governance-5.engine-own)',
  },
  {
    at: /POST \/automations\/v2\/runs\/\{run_id\}\/resume\//,
    because:
      'what the operator paused, only the operator resumes; so it is the operator’s call that does it, not the engine’s',
  },
  {
    at: /(\/pause\/body\/run|\/runs\/body\/runs\/\d+)\/detail$/,
    because: 'a paused run keeps the detail that it had (governance-10.detail-kept)',
  },
  { at: /\/tool_rules\/0\/use_count$/, because: 'a new rule settles what waits' },
  { at: /\/run_now\/body\/error$/, because: 'what stops an agent stops those below it' },
  { at: /tool_rules\/body\/issues\/0\/message$/, because: 'there are more kinds of patterns' },
];

test('every change is answered as that version answered it, and leaves what it left', async () => {
  const { url } = await previousWorld().startApi();
  const [before, now] = [answersOf('http-writes'), await writeEverything(url)].map(withIdsInOrder);
  expect(unintended(differencesOf(before, now), otherChanges)).toEqual([]);
}, 60_000);

test('whatever the version before published can still be called', async () => {
  const { url } = await previousWorld().startApi();
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as Readonly<Record<'paths', JsonObject>>;
  const operations = Object.entries(paths).flatMap(([path, calls]) =>
    Object.keys(calls as object).map((method) => `${method} ${path}`),
  );
  expect(operations).toEqual(expect.arrayContaining(Object.values(answersOf('operations'))));
});

test('its audit log is whole, and so is the state beside it', async () => {
  const world = previousWorld();
  world.checkpoints.open();
  const verdict = await world.send(
    operator,
    'audit.verify',
    { from: 'start' },
    { signal: new AbortController().signal },
  );
  expect(verdict).toMatchObject({ ok: true, value: { isOk: true, rows: 389 } });
});

test('what was approved before the update can be used after it, once', async () => {
  const world = previousWorld();
  const { approvals } = readBefore('/governance/approvals?limit=500') as {
    readonly approvals: readonly Readonly<Record<string, string>>[];
  };
  const approved = approvals.find((one) => one['status'] === 'approved' && one['rationale'] === 'r2');
  const probe = { role: 'agent', actor: { kind: 'agent', actorId: 'probe' }, ancestorIds: [] } as const;
  const use = () =>
    world.execute(probe, 'approval.consume', {
      approvalId: approved?.['approval_id'] ?? '',
      action: { command: 'git push' },
    });
  expect(await use()).toMatchObject({ ok: true });
  expect(await use()).toMatchObject({ ok: false, refusal: { code: 'GOVERNANCE_APPROVAL_CONSUMED' } });
});
