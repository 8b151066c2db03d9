// @vitest-environment happy-dom
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageFrame } from '../../renderer/page-frame';
import { startPopover } from '../../renderer/popover/start-popover';
import { startWindow } from '../../renderer/start';
import type { DeskParts } from '../../renderer/state/desk-context';
import { selectedApproval } from '../../renderer/state/desk-store';
import { GUARD_MS } from '../../renderer/state/key-guard';
import { keptSelection } from '../../renderer/state/selection';
import { DataTable } from '../../renderer/ui/table';
import { decided, Gatehouse, toolCallOf } from './gatehouse';
import { installTestClock, openWindow, pass, press, type } from './window';

installTestClock();

/** Entries are numbers, and stand in their order. */
const entry = fc.integer({ min: 1, max: 12 });

/** What happens to a list: one comes, one leaves, or the operator presses a key. */
const happening = fc.oneof(
  fc.record({ what: fc.constant('arrives' as const), entry }),
  fc.record({ what: fc.constant('leaves' as const), entry }),
  fc.record({ what: fc.constant('leaves' as const), entry: fc.constant('selected' as const) }),
  fc.record({ what: fc.constant('key' as const), step: fc.constantFrom(1 as const, -1 as const) }),
);
const happenings = fc.array(happening, { minLength: 4, maxLength: 14 });

/** The nearest below in the list, else the nearest above. */
const neighbour = (entries: ReadonlySet<number>, of: number) => next(entries, of, 1) ?? next(entries, of, -1);

function next(entries: ReadonlySet<number>, from: number, step: 1 | -1): number | undefined {
  const ahead = [...entries].filter((each) => (each - from) * step > 0);
  return ahead.length === 0 ? undefined : step === 1 ? Math.min(...ahead) : Math.max(...ahead);
}

/** A list that is shown somewhere. */
type Shown = {
  /** The entry that is shown, whether it is still in the list or not. */
  selected(): number | undefined;
  arrives(entry: number): Promise<void>;
  leaves(entry: number): Promise<void>;
  move(step: 1 | -1): Promise<void>;
  close(): void;
};

const numberOf = (approvalId: string | undefined) => Number(approvalId?.replace('apr_', ''));

/** The list of the queue, of a search, or of the popover. */
async function openDesk(kind: 'queue' | 'search' | 'popover', entries: readonly number[]): Promise<Shown> {
  const gatehouse = new Gatehouse(...entries.map((number) => toolCallOf(number)));
  const parts: DeskParts & { stop(): void } = kind === 'popover' ? startPopover(gatehouse) : startWindow(gatehouse);
  if (kind === 'popover') gatehouse.push({ kind: 'popover', isShown: true });
  await pass(1_000);
  const { store, actions } = parts;
  const found = new Set(entries);
  const list = () => {
    if (kind === 'search')
      actions.listFound([...found].toSorted((one, other) => one - other).map((n) => toolCallOf(n)));
  };
  list();
  return {
    selected: () => numberOf(selectedApproval(store.getState())?.approvalId),
    async arrives(number) {
      found.add(number);
      gatehouse.commit(toolCallOf(number));
      list();
    },
    async leaves(number) {
      found.delete(number);
      gatehouse.commit(decided(toolCallOf(number), 'denied'));
      list();
    },
    async move(step) {
      actions.move(step);
    },
    close: () => parts.stop(),
  };
}

/** A table whose rows are the entries. */
async function openTable(entries: readonly number[]): Promise<Shown> {
  const shown = new Set(entries);
  const parts = startWindow(new Gatehouse());
  const table = () => (
    <PageFrame parts={parts} styleNonce="test">
      <DataTable
        label="Numbers"
        columns={[{ header: 'Number', cell: String }]}
        rows={[...shown].toSorted((one, other) => one - other)}
        keyOf={String}
        nameOf={String}
      />
    </PageFrame>
  );
  const view = render(table());
  await pass(100);
  screen.getAllByRole('row')[1]?.focus();
  await pass(100);
  const drawAgain = async () => {
    view.rerender(table());
    await pass(100);
  };
  return {
    selected: () => Number((document.activeElement as HTMLElement | null)?.dataset['key']),
    async arrives(number) {
      shown.add(number);
      await drawAgain();
    },
    async leaves(number) {
      shown.delete(number);
      await drawAgain();
    },
    move: (step) => press(step === 1 ? 'ArrowDown' : 'ArrowUp'),
    close() {
      parts.stop();
      view.unmount();
    },
  };
}

const lists: Readonly<Record<string, (entries: readonly number[]) => Promise<Shown>>> = {
  'the queue': (entries) => openDesk('queue', entries),
  'what a search found': (entries) => openDesk('search', entries),
  'the popover': (entries) => openDesk('popover', entries),
  'a table': openTable,
};

describe.each(Object.entries(lists))('in %s', (name, open) => {
  it('what is selected stays while others come and go, and once it has left, its neighbour is in its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(entry, { minLength: 2, maxLength: 8 }), happenings, async (first, story) => {
        const list = await open(first);
        const entries = new Set(first);
        const gone = new Set<number>();
        // What is shown, and the entry in its place once it has left.
        let shown = Math.min(...first);
        let place = shown;
        try {
          expect(list.selected()).toBe(shown);
          for (const each of story) {
            if (each.what === 'key') {
              const to = shown === place ? next(entries, place, each.step) : place;
              // Below what waits the queue has what was decided.
              if (to === undefined) continue;
              shown = place = to;
              await list.move(each.step);
            } else if (each.what === 'arrives') {
              if (gone.has(each.entry)) continue;
              entries.add(each.entry);
              await list.arrives(each.entry);
            } else {
              const leaving = each.entry === 'selected' ? place : each.entry;
              if (!entries.has(leaving) || entries.size < 2) continue;
              gone.add(leaving);
              entries.delete(leaving);
              await list.leaves(leaving);
              if (leaving === place) place = neighbour(entries, place) ?? place;
              // A row of a table is all that there is of its entry; a card is still read.
              if (name === 'a table') shown = place;
            }
            expect(list.selected()).toBe(shown);
          }
        } finally {
          list.close();
        }
      }),
      { numRuns: 10 },
    );
  });
});

it('of any list, what is selected stays, or is the nearest of those that stay', () => {
  const keys = fc.uniqueArray(entry.map(String), { maxLength: 12 });
  fc.assert(
    fc.property(keys, keys, entry.map(String), (before, after, selected) => {
      const kept = keptSelection(before, after, selected);
      if (after.includes(selected) || !before.includes(selected)) return kept === selected;
      const place = before.indexOf(selected);
      const staying = before.filter((key) => after.includes(key));
      if (kept === undefined) return staying.length === 0;
      const distance = (key: string) => before.indexOf(key) - place;
      const below = staying.filter((key) => distance(key) > 0);
      const nearest = below.length > 0 ? below : staying;
      return nearest.every((key) => Math.abs(distance(kept)) <= Math.abs(distance(key))) && nearest.includes(kept);
    }),
  );
});

const SEARCH = /Find an agent/;
/** Lets time pass until what was typed is searched for, found and drawn, of which each waits for the one before. */
async function found(): Promise<void> {
  for (let step = 0; step < 12; step += 1) await pass(40);
}

const inPalette = () => within(screen.getByRole('dialog'));
const options = () =>
  inPalette()
    .queryAllByRole('option')
    .map((row) => row.textContent ?? '');
const chosen = () => inPalette().queryByRole('option', { selected: true })?.textContent ?? '';
const requests = () => options().filter((text) => text.includes('npm run step-'));

async function openPalette(...numbers: readonly number[]) {
  const gatehouse = new Gatehouse(...numbers.map((number) => toolCallOf(number)));
  const { store } = await openWindow(gatehouse);
  await press('k', { ctrlKey: true });
  await found();
  return { gatehouse, store };
}

describe('the palette', () => {
  it('acts on what was typed when Enter was pressed, however soon, and never on what an older text found', async () => {
    const { store } = await openPalette(1, 2, 3, 4, 5);
    const texts = fc.constantFrom('step-1', 'step-2', 'step-3', 'step-4', 'step-5', 'audit', 'no such');
    const typing = fc.record({ text: texts, restMs: fc.constantFrom(0, 20, 60, 119, 130, 400) });
    await fc.assert(
      fc.asyncProperty(fc.array(typing, { minLength: 1, maxLength: 4 }), async (typed) => {
        if (screen.queryByRole('combobox', { name: SEARCH }) === null) await press('k', { ctrlKey: true });
        await found();
        await act(async () => store.setState({ place: { view: 'queue' }, selectedId: undefined }));
        let text = '';
        for (const each of typed) {
          ({ text } = each);
          await type(SEARCH, text);
          await pass(each.restMs);
          for (const option of options()) expect(option.toLowerCase()).toContain(text);
        }
        screen.getByRole('combobox', { name: SEARCH }).focus();
        await press('Enter');
        await found();
        const { place, selectedId } = store.getState();
        expect(place.view).toBe(text === 'audit' ? 'audit' : 'queue');
        expect(selectedId).toBe(text.startsWith('step') ? text.replace('step-', 'apr_') : undefined);
      }),
      { numRuns: 15 },
    );
  });

  it('keeps what is selected while requests arrive, goes to its neighbour, and acts on that only once it was seen', async () => {
    const { gatehouse, store } = await openPalette(3, 4, 5);
    await type(SEARCH, 'npm run');
    await found();
    expect(requests()).toHaveLength(3);
    screen.getByRole('combobox', { name: SEARCH }).focus();
    while (!chosen().includes('step-4')) await press('ArrowDown');
    for (const number of [1, 2, 6]) {
      act(() => gatehouse.commit(toolCallOf(number)));
      await found();
      expect(chosen()).toContain('step-4');
    }
    expect(requests()).toHaveLength(6);
    act(() => gatehouse.commit({ ...toolCallOf(4), revision: 2, action: { command: 'ls' } }));
    while (requests().length === 6) await pass(10);
    expect(chosen()).toContain('step-5');
    await press('Enter');
    expect(store.getState().isPaletteShown).toBe(true);
    await pass(GUARD_MS);
    await press('Enter');
    await found();
    expect(store.getState()).toMatchObject({ isPaletteShown: false, selectedId: 'apr_5' });
  });

  it('without a text has the places of the window and nothing that was found before', async () => {
    await openPalette(1, 2);
    await type(SEARCH, 'npm run');
    await found();
    expect(requests()).toHaveLength(2);
    await type(SEARCH, '');
    expect(requests()).toEqual([]);
    fireEvent.click(inPalette().getByRole('option', { name: /Spend/ }));
    await found();
    expect(screen.getByRole('heading', { level: 1, name: 'Spend' })).toBeTruthy();
  });
});
