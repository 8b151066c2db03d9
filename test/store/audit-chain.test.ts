import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AuditRow, auditHash, GENESIS_HASH, verifyChain } from '../../electron/store/audit-chain';
import { canonicalHash, canonicalJson } from '../../electron/store/canonical-json';
import { openStore } from '../../electron/store/database';
import { START, temporaryHome } from '../support/world';

function chainOf(payloads: readonly Record<string, unknown>[]): AuditRow[] {
  const rows: AuditRow[] = [];
  for (const payload of payloads) {
    const row = {
      seq: rows.length + 1,
      atMs: START,
      eventType: 'automation.governance.approval.requested',
      actor: { kind: 'agent', actorId: 'scout' } as const,
      payload,
      prevHash: rows.at(-1)?.hash ?? GENESIS_HASH,
    };
    rows.push({ ...row, hash: auditHash(row) });
  }
  return rows;
}

test('the hash of a row is the one that the published rule gives', () => {
  const row = {
    seq: 1,
    atMs: 5,
    eventType: 'e',
    actor: { kind: 'human', actorId: 'o' },
    payload: { b: 1, a: 'ü' },
    prevHash: 'p',
  } as const;
  expect(auditHash(row)).toBe(
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

test('a chain holds whatever the payloads are, and any one change is found at its row', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.constantFrom('payload', 'atMs', 'actor', 'eventType', 'seq', 'drop'),
      (payloads, pick, harm) => {
        const rows = chainOf(payloads.map((payload) => JSON.parse(JSON.stringify(payload)) as Record<string, unknown>));
        expect(verifyChain(rows)).toMatchObject({ isOk: true, rows: rows.length, headHash: rows.at(-1)?.hash });
        const index = pick % rows.length;
        const row = rows[index] as AuditRow;
        const changes = {
          payload: [{ ...row, payload: { ...row.payload, added: 1 } }],
          atMs: [{ ...row, atMs: row.atMs + 1 }],
          actor: [{ ...row, actor: { kind: 'human' as const } }],
          eventType: [{ ...row, eventType: 'x' }],
          seq: [{ ...row, seq: row.seq + 1 }],
          drop: [],
        };
        const harmed = [...rows.slice(0, index), ...changes[harm], ...rows.slice(index + 1)];
        const isTailOnly = harm === 'drop' && index === rows.length - 1;
        expect(verifyChain(harmed).isOk).toBe(isTailOnly);
        if (!isTailOnly) expect(verifyChain(harmed).firstBadSeq).toBe(index + 1);
      },
    ),
  );
});

test('the log takes no update and no deletion', () => {
  const home = temporaryHome();
  const store = openStore(home, START);
  const event = { name: 'approval.requested', payload: { a: 1 }, subjects: { agentIds: ['scout'] } } as const;
  store.transaction(({ audit }) => audit.append(event, { kind: 'human' }, START));
  store.close();
  const again = openStore(home, START);
  expect(again.read.audit.verify()).toMatchObject({ isOk: true, rows: 1 });
  expect(again.read.audit.after(0, 10, 'scout')).toHaveLength(1);
  expect(again.read.audit.after(0, 10, 'other')).toHaveLength(0);
  again.close();
});
