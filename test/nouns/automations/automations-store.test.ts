import { expect, test } from 'vitest';
import { openStore } from '../../../electron/kernel/store/database';
import type { AutomationCursor } from '../../../electron/nouns/automations/store';
import type { Automation } from '../../../shared/contract/automation';
import { START, temporaryHome } from '../../support/world';

function automation(index: number, text = ''): Automation {
  return {
    automationId: `a${String(index).padStart(3, '0')}`,
    name: 'N',
    text,
    status: 'draft',
    creatorId: 'scout',
    createdAtMs: START,
    updatedAtMs: START + Math.floor(index / 2),
  };
}

test('a list of large automations is cut into pages that fit, and misses none', () => {
  const store = openStore(temporaryHome(), START);
  store.transaction(({ automations }) => {
    for (let index = 0; index < 12; index++)
      automations.insert(automation(index, 'x'.repeat(1_000_000)), ['scout'], []);
  });
  for (const visibleTo of [undefined, 'scout']) {
    const seen: string[] = [];
    let after: AutomationCursor | undefined;
    do {
      const page = store.read.automations.list({
        limit: 500,
        ...(visibleTo !== undefined && { visibleTo }),
        ...(after !== undefined && { after }),
      });
      expect(page.automations.length).toBeLessThanOrEqual(4);
      seen.push(...page.automations.map(({ automationId }) => automationId));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => automation(11 - index).automationId));
  }
  store.close();
});

test('what an agent sees is the same few or many, page by page', () => {
  const store = openStore(temporaryHome(), START);
  store.transaction(({ automations, grants }) => {
    for (let index = 0; index < 700; index++) {
      const lineage = index % 5 === 0 ? ['other'] : ['scout'];
      automations.insert(automation(index), lineage, index % 7 === 0 ? ['scout', 'few'] : []);
    }
    automations.setDeletion('a001', {
      deletedBy: { kind: 'agent', actorId: 'scout' },
      deletedAtMs: START,
      restoreUntilMs: START,
    });
    for (const agentId of ['scout', 'few']) {
      grants.save({
        grantId: agentId,
        automationId: 'a005',
        grantKind: 'modify',
        grantedTo: { kind: 'agent', actorId: agentId },
        grantedBy: { kind: 'human', actorId: 'olga' },
        createdAtMs: START,
      });
    }
  });
  const indexes = Array.from({ length: 700 }, (_, index) => 699 - index);
  const sees: Readonly<Record<string, (index: number) => boolean>> = {
    scout: (index) => index !== 1 && (index % 5 !== 0 || index % 7 === 0 || index === 5),
    few: (index) => index % 7 === 0 || index === 5,
    other: (index) => index % 5 === 0,
    nobody: () => false,
  };
  for (const [visibleTo, isSeen] of Object.entries(sees)) {
    const seen: string[] = [];
    let after: AutomationCursor | undefined;
    do {
      const page = store.read.automations.list({ limit: 60, visibleTo, ...(after !== undefined && { after }) });
      seen.push(...page.automations.map(({ automationId }) => automationId));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(indexes.filter(isSeen).map((index) => automation(index).automationId));
    expect(store.read.automations.isVisibleTo('a005', visibleTo)).toBe(isSeen(5));
    expect(store.read.automations.isVisibleTo('a014', visibleTo)).toBe(isSeen(14));
  }
  store.close();
});

test.each([
  ['one below', 3, undefined],
  ['at', 4, undefined],
  ['one above', 5, 'a001'],
])('a list with %s the limit of a page says where the next begins', (_name, count, next) => {
  const store = openStore(temporaryHome(), START);
  store.transaction(({ automations }) => {
    for (let index = 0; index < count; index++) automations.insert(automation(index), [], []);
  });
  expect(store.read.automations.list({ limit: 4 }).next?.automationId).toBe(next);
  store.close();
});
