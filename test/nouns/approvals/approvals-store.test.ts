import { expect, test } from 'vitest';
import { openStore } from '../../../electron/kernel/store/database';
import { approvalRecord } from '../../support/approvals';
import { START, temporaryHome } from '../../support/world';

function storeWith(sizes: readonly number[]) {
  const store = openStore(temporaryHome(), START);
  store.transaction(({ approvals }) => {
    for (const [index, size] of sizes.entries()) {
      const approvalId = `apr_${index}`;
      const context = { text: 'ü'.repeat(size / 2) };
      approvals.insert(approvalRecord({ approvalId, context, updatedAtMs: START + index }), approvalId);
    }
  });
  return store;
}

test('a list of large approvals is cut into pages that fit, and misses none', () => {
  const store = storeWith(Array.from({ length: 12 }, () => 1_000_000));
  for (const visibleTo of [undefined, 'scout']) {
    const seen: string[] = [];
    let after: { key: number; rowId: number } | undefined;
    do {
      const page = store.read.approvals.list({
        limit: 500,
        ...(visibleTo !== undefined && { visibleTo }),
        ...(after !== undefined && { after }),
      });
      expect(page.approvals.length).toBeLessThanOrEqual(4);
      seen.push(...page.approvals.map(({ approvalId }) => approvalId));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => `apr_${11 - index}`));
  }
  store.close();
});

test('the queue lists a large approval in part and says so; the whole is there when it is asked for', () => {
  const store = storeWith([100, 9_000]);
  const [small, large] = store.read.approvals.waiting(10);
  expect(small).toEqual(approvalRecord({ approvalId: 'apr_0', context: { text: 'ü'.repeat(50) } }));
  expect(large).toMatchObject({ approvalId: 'apr_1', isPartial: true, context: null });
  expect(large).not.toHaveProperty('action');
  expect(store.read.approvals.findListed('apr_1')).toEqual(large);
  expect(store.read.approvals.find('apr_1')?.context).toEqual({ text: 'ü'.repeat(4_500) });
  store.close();
});
