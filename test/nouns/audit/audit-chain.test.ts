import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalHash, canonicalJson } from '../../../electron/kernel/store/canonical-json';
import { openStore } from '../../../electron/kernel/store/database';
import {
  type ChainVerdict,
  GENESIS_HASH,
  type StoredAuditRow,
  startChainWalk,
  storedRow,
} from '../../../electron/nouns/audit/store-chain';
import { START, temporaryHome } from '../../support/world';

const scout = { kind: 'agent', actorId: 'scout' } as const;

function chainOf(payloads: readonly Record<string, unknown>[]): StoredAuditRow[] {
  const rows: StoredAuditRow[] = [];
  for (const payload of payloads) {
    const eventType = 'automation.governance.approval.requested';
    const prevHash = rows.at(-1)?.[6] ?? GENESIS_HASH;
    rows.push(storedRow({ seq: rows.length + 1, atMs: START, eventType, actor: scout, payload, prevHash }));
  }
  return rows;
}

function walked(rows: readonly StoredAuditRow[]): ChainVerdict {
  const walk = startChainWalk();
  for (const row of rows) if (!walk.take(row)) break;
  return walk.verdict();
}

test('the hash of a row is the one that the published rule gives [13.row]', () => {
  const row = {
    seq: 1,
    atMs: 5,
    eventType: 'e',
    actor: { kind: 'human', actorId: 'o' },
    payload: { b: 1, a: 'ü' },
    prevHash: 'p',
  } as const;
  expect(storedRow(row)[6]).toBe(
    canonicalHash({
      prev_hash: 'p',
      seq: 1,
      payload: { a: 'ü', b: 1 },
      actor: { actor_id: 'o', kind: 'human' },
      event_type: 'e',
      at_ms: 5,
    }),
  );
  expect(canonicalJson({ b: 1, a: ['ü', null, 1e21] })).toBe('{"a":["ü",null,1e+21],"b":1}');
});

test('a chain holds whatever the payloads are, and any one change is found at its row [13.verify]', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.constantFrom('payload', 'atMs', 'actor', 'eventType', 'seq', 'drop'),
      (payloads, pick, harm) => {
        const rows = chainOf(payloads.map((payload) => JSON.parse(JSON.stringify(payload)) as Record<string, unknown>));
        expect(walked(rows)).toEqual({ isOk: true, rows: rows.length, headHash: rows.at(-1)?.[6] });
        const index = pick % rows.length;
        const [seq, atMs, eventType, actor, payload, ...hashes] = rows[index] as StoredAuditRow;
        const changes: Readonly<Record<typeof harm, readonly StoredAuditRow[]>> = {
          payload: [
            [seq, atMs, eventType, actor, payload.replace(/}$/, `${payload === '{}' ? '' : ','}"added":1}`), ...hashes],
          ],
          atMs: [[seq, atMs + 1, eventType, actor, payload, ...hashes]],
          actor: [[seq, atMs, eventType, '{"kind":"human"}', payload, ...hashes]],
          eventType: [[seq, atMs, 'x', actor, payload, ...hashes]],
          seq: [[seq + 1, atMs, eventType, actor, payload, ...hashes]],
          drop: [],
        };
        const harmed = [...rows.slice(0, index), ...changes[harm], ...rows.slice(index + 1)];
        const isTailOnly = harm === 'drop' && index === rows.length - 1;
        expect(walked(harmed).isOk).toBe(isTailOnly);
        if (!isTailOnly) expect(walked(harmed).firstBadSeq).toBe(index + 1);
      },
    ),
  );
});

test('the log takes no update and no deletion', () => {
  const home = temporaryHome();
  const store = openStore(home, START);
  const event = { name: 'purged', payload: { automationId: 'a' }, agentIds: ['scout'] } as const;
  store.transaction(({ audit }) => audit.append(event, { kind: 'human' }, START));
  store.close();
  const again = openStore(home, START);
  expect(again.read.audit.verify()).toMatchObject({ isOk: true, rows: 1 });
  expect(again.read.audit.after(0, 10, 'scout')).toHaveLength(1);
  expect(again.read.audit.after(0, 10, 'other')).toHaveLength(0);
  again.close();
});
