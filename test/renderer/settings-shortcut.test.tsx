// @vitest-environment happy-dom
import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { DecideShortcutStatus } from '../../shared/contract/desk-contract';
import { DEFAULT_SHORTCUT } from '../../shared/shortcut';
import { Gatehouse, goodStatus } from './gatehouse';
import { canPress, click, installTestClock, openWindow, pass, press } from './window';

installTestClock();

async function open(state: DecideShortcutStatus['state'] = 'on') {
  const gatehouse = new Gatehouse();
  gatehouse.status = { ...goodStatus, decideShortcut: { state, command: '/opt/gatehouse --decide' } };
  await openWindow(gatehouse);
  await click('Settings');
  await pass(500);
  return gatehouse;
}

const stored = (gatehouse: Gatehouse) => gatehouse.preferences.current().decideShortcut;
const isRecording = () => screen.getByRole('button', { name: 'Record keys' }).getAttribute('aria-pressed') === 'true';

async function record(): Promise<void> {
  await act(async () => screen.getByRole('button', { name: 'Record keys' }).focus());
  await click('Record keys');
}

describe('the shortcut in Settings', () => {
  it('is what is pressed after “Record keys”, and nothing else happens by those keys', async () => {
    const gatehouse = await open();
    await record();
    await press('Alt', { code: 'AltLeft', altKey: true });
    await press('1', { code: 'Digit1', altKey: true, ctrlKey: true });
    await pass(100);
    expect(stored(gatehouse)).toBe('CommandOrControl+Alt+1');
    expect(screen.getByText('Ctrl+Alt+1')).toBeTruthy();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Settings');
    expect(isRecording()).toBe(false);
  });

  it('is not what has a meaning in many programs, and says so', async () => {
    const gatehouse = await open();
    await record();
    await press('c', { code: 'KeyC', ctrlKey: true });
    expect(screen.getByText(/^That has a meaning in many programs/)).toBeTruthy();
    expect([stored(gatehouse), isRecording()]).toEqual([DEFAULT_SHORTCUT, true]);
  });

  it.each([
    ['Esc', () => press('Escape')],
    ['Tab', () => press('Tab')],
    ['the focus that goes', () => act(async () => fireEvent.blur(screen.getByRole('button', { name: 'Record keys' })))],
  ])('stays as it is by %s', async (_name, leave) => {
    const gatehouse = await open();
    await record();
    expect(isRecording()).toBe(true);
    await leave();
    expect([stored(gatehouse), isRecording()]).toEqual([DEFAULT_SHORTCUT, false]);
  });

  it('is turned off, and set to the first one again', async () => {
    const gatehouse = await open();
    await click('Turn off');
    expect(stored(gatehouse)).toBe('');
    expect(canPress('Turn off')).toBe(false);
    await click('Use Ctrl+Alt+Shift+G');
    expect(stored(gatehouse)).toBe(DEFAULT_SHORTCUT);
  });

  it('that another program has can be tried again', async () => {
    const gatehouse = await open('taken');
    expect(screen.getByText(/^Another program, or the desktop, has these keys/)).toBeTruthy();
    await click('Try again');
    expect(gatehouse.inputsOf('desk.setPreferences')).toEqual([{ decideShortcut: DEFAULT_SHORTCUT }]);
  });

  it('that no desktop gives has a command in its place', async () => {
    const gatehouse = await open('impossible');
    expect(screen.getByText('/opt/gatehouse --decide')).toBeTruthy();
    expect(canPress('Record keys')).toBe(false);
    await click('Copy the command');
    expect(gatehouse.inputsOf('desk.copyText')).toEqual([{ text: '/opt/gatehouse --decide' }]);
  });
});
