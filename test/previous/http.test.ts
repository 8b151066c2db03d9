import { expect, test } from 'vitest';
import { type Payload, withLogNames } from '../../shared/events';
import type { JsonObject } from '../../shared/kernel/fields';
import { operator } from '../support/world';
import { differencesOf } from './differences';
import { readEverything } from './http-reads';
import { answersOf, previousWorld, withForeignBeside } from './left';

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
  // A cursor only says where to go on, in words of its list alone; those that were answered before are taken all the same.
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
});

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
