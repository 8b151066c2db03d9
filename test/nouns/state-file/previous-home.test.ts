import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Payload, withLogNames } from '../../../shared/events';
import { createWorld, OPERATOR_TOKEN, operator, temporaryHome, type World } from '../../support/world';

const fixtures = join(import.meta.dirname, 'fixtures', 'home-of-0.1.0');

type Recorded = { readonly atMs: number; readonly answers: Readonly<Record<string, unknown>> };
const recorded = JSON.parse(gunzipSync(readFileSync(join(fixtures, 'answers.json.gz'))).toString()) as Recorded;

/** A world on a copy of the data folder, a second after its last change. */
function previousWorld(): World {
  const home = temporaryHome();
  for (const name of ['gatehouse.db.exists', 'audit-checkpoints.jsonl', 'audit-key.json', 'preferences.json']) {
    cpSync(join(fixtures, name), join(home, name));
  }
  writeFileSync(join(home, 'gatehouse.db'), gunzipSync(readFileSync(join(fixtures, 'gatehouse.db.gz'))));
  const world = createWorld({ home });
  world.clock.at = recorded.atMs;
  return world;
}

/** Rows of the audit log are read by the names that their payloads have now, whichever version wrote them. */
function withNamesOfNow(answer: unknown): unknown {
  const { events } = answer as { readonly events?: readonly { readonly payload: Payload }[] };
  return events === undefined
    ? answer
    : { events: events.map((event) => ({ ...event, payload: withLogNames(event.payload) })) };
}

test('every read of a data folder that the version before left answers what that version answered', async () => {
  const world = previousWorld();
  const { url } = await world.startApi();
  for (const [path, before] of Object.entries(recorded.answers)) {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${OPERATOR_TOKEN}` } });
    const answer: unknown = await response.json();
    expect({ path, answer: withNamesOfNow(answer) }).toMatchObject({ path, answer: withNamesOfNow(before) });
  }
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
  const approvals = (
    recorded.answers['/governance/approvals?limit=500'] as { approvals: readonly Record<string, string>[] }
  ).approvals;
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
