import { notifications } from '@mantine/notifications';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { GatehouseWindow } from '../../renderer/gatehouse-window';
import { loadAll } from '../../renderer/shell/views';
import { startWindow } from '../../renderer/start';
import { type Gatehouse, START_MS } from './gatehouse';

/** Nothing is laid out here: lists of which only what is in sight is drawn are given a height that shows 150 rows. */
const SCROLLER_HEIGHT = 6_000;
const ROW_HEIGHT = 40;

/** What a request takes at most until it is answered and what it changed is told, in milliseconds. */
const SENDING_MS = 20;

/** Gives each test of a file the tests' clock, and takes the window away after it. */
export function installTestClock(): void {
  // As in a window that has been open for a moment: every part is there, and drawn at once.
  beforeAll(loadAll, 60_000);
  beforeEach(() => {
    vi.useFakeTimers({ now: START_MS });
    // Nobody is idle here: what is done then is done in the next turn.
    vi.stubGlobal('requestIdleCallback', (call: () => void) => setTimeout(call));
    vi.stubGlobal('cancelIdleCallback', clearTimeout);
    // Fields that grow with their text listen for fonts, which are not known here.
    Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true });
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(function height(this: HTMLElement) {
      const role = this.getAttribute('role');
      return role === 'listbox' || role === 'grid' ? SCROLLER_HEIGHT : 0;
    });
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(ROW_HEIGHT);
  });
  afterEach(() => {
    cleanup();
    notifications.clean();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
}

/** Lets the clock run, and everything that follows from it happen. */
export async function pass(ms: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

/** Opens the window on a Gatehouse, and waits until keys are let through. */
export async function openWindow(gatehouse: Gatehouse) {
  const parts = startWindow(gatehouse);
  const view = render(<GatehouseWindow parts={parts} styleNonce="test" />);
  await pass(1000);
  return {
    ...parts,
    container: view.container,
  };
}

/** Does what asks Gatehouse for something, and waits for its answer. */
export async function answered(ask: () => Promise<unknown>): Promise<void> {
  await act(async () => {
    const answer = ask();
    await vi.advanceTimersByTimeAsync(SENDING_MS);
    await answer;
  });
}

/** Presses a key where the focus is. */
export async function press(key: string, more: Partial<KeyboardEventInit> = {}): Promise<void> {
  await act(async () => {
    fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
    await vi.advanceTimersByTimeAsync(SENDING_MS);
  });
}

/** Clicks the button of this name. */
export async function click(name: string | RegExp): Promise<void> {
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name }));
    await vi.advanceTimersByTimeAsync(SENDING_MS);
  });
}

/** Types into the field of this label. */
export async function type(label: string | RegExp, text: string): Promise<void> {
  await act(async () => {
    fireEvent.change(screen.getByLabelText(label), { target: { value: text } });
    await vi.advanceTimersByTimeAsync(SENDING_MS);
  });
}

/** The title of the request on the card. */
export function cardTitle(): string {
  return document.querySelector('#gatehouse-title')?.textContent ?? '';
}

/** What the list shows, a line each. */
export function listedRows(): readonly string[] {
  return screen.queryAllByRole('option').map((row) => row.textContent ?? '');
}

/** Whether a button of this name is there and can be pressed. */
export function canPress(name: string | RegExp): boolean {
  const button = screen.queryByRole<HTMLButtonElement>('button', { name });
  return button !== null && !button.disabled;
}
