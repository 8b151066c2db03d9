// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { refused, succeeded } from '../../shared/kernel/errors';
import { Gatehouse, goodStatus } from './gatehouse';
import { click, installTestClock, openWindow, pass, type } from './window';

installTestClock();

const scout = { kind: 'agent', name: 'Scout', agentId: 'scout' } as const;

/** The secret that is shown. */
const shownSecret = () => screen.getByText(/^gth_\S{30,}$/).textContent ?? '';

async function openSettings(gatehouse = new Gatehouse()) {
  const window = await openWindow(gatehouse);
  await click('Settings');
  await pass(10);
  return { gatehouse, ...window };
}

/** The form or part under this heading. */
function under(heading: string): ReturnType<typeof within> {
  const parent = screen.getByRole('heading', { name: heading }).parentElement;
  if (parent === null) throw new Error(`nothing under ${heading}`);
  return within(parent);
}

async function fill(heading: string, label: string, text: string): Promise<void> {
  await act(async () => {
    fireEvent.change(under(heading).getByLabelText(label), { target: { value: text } });
  });
}

async function submit(heading: string, button: string): Promise<void> {
  await act(async () => {
    fireEvent.click(under(heading).getByRole('button', { name: button }));
  });
  await pass(10);
}

describe('connecting an agent', () => {
  it('shows the secret once, with an example that works as it is', async () => {
    const { gatehouse } = await openSettings();
    await fill('Connect an agent', 'Name', 'Writer');
    await fill('Connect an agent', 'Agent id', 'writer');
    await submit('Connect an agent', 'Make a token');
    expect(gatehouse.inputsOf('token.create')).toEqual([{ kind: 'agent', name: 'Writer', agentId: 'writer' }]);
    const secret = shownSecret();
    expect(screen.getByText(/^curl/).textContent).toContain(`-H 'Authorization: Bearer ${secret}'`);
    await click('Copy the token');
    expect(gatehouse.inputsOf('desk.copyText')).toEqual([{ text: secret }]);
    await click('I have copied it');
    expect(document.body.textContent).not.toContain(secret);
    expect(screen.getByRole('button', { name: 'Revoke Writer' })).toBeTruthy();
  });

  it('sends the parent agent where one is named', async () => {
    const { gatehouse } = await openSettings();
    await fill('Connect an agent', 'Name', 'Writer');
    await fill('Connect an agent', 'Agent id', 'writer');
    await fill('Connect an agent', 'Parent agent (optional)', ' planner ');
    await submit('Connect an agent', 'Make a token');
    expect(gatehouse.inputsOf('token.create')).toEqual([
      { kind: 'agent', name: 'Writer', agentId: 'writer', parentAgentId: 'planner' },
    ]);
  });

  it('forgets the secret when Settings is left', async () => {
    await openSettings();
    await fill('Connect an engine', 'Name', 'Engine');
    await submit('Connect an engine', 'Make a token');
    const secret = shownSecret();
    await click(/Queue/);
    await click('Settings');
    await pass(10);
    expect(document.body.textContent).not.toContain(secret);
  });

  it('says what is missing before anything is sent', async () => {
    const { gatehouse } = await openSettings();
    await submit('Connect an agent', 'Make a token');
    expect(screen.getByText('Give it a name.')).toBeTruthy();
    expect(screen.getByText('Give the agent an id.')).toBeTruthy();
    expect(gatehouse.inputsOf('token.create')).toEqual([]);
  });
});

describe('tokens', () => {
  it('a token is revoked only after a second question', async () => {
    const gatehouse = new Gatehouse();
    const { token } = await gatehouse.send('token.create', scout);
    await openSettings(gatehouse);
    await click('Revoke Scout');
    expect(gatehouse.inputsOf('token.revoke')).toEqual([]);
    await click('Revoke for good');
    await pass(500);
    expect(gatehouse.inputsOf('token.revoke')).toEqual([{ tokenId: token.tokenId }]);
    expect(screen.queryByRole('button', { name: 'Revoke Scout' })).toBeNull();
  });

  it('the list follows what happens elsewhere', async () => {
    const { gatehouse } = await openSettings();
    await act(() => gatehouse.send('token.create', scout));
    await pass(300);
    expect(screen.getByRole('button', { name: 'Revoke Scout' })).toBeTruthy();
  });
});

describe('deciding over the API [api-1.operator-token]', () => {
  const theSwitch = () => screen.getByRole<HTMLInputElement>('switch', { name: /Let programs/ });

  it('is off, warns before it is on, and is on only when the token exists', async () => {
    const { gatehouse } = await openSettings();
    expect(theSwitch().checked).toBe(false);
    act(() => theSwitch().click());
    expect(screen.getByText(/can approve itself/)).toBeTruthy();
    expect(theSwitch().checked).toBe(false);
    expect(gatehouse.inputsOf('token.create')).toEqual([]);
    await click('Turn on and make the token');
    await pass(10);
    expect(theSwitch().checked).toBe(true);
    expect(shownSecret()).not.toBe('');
  });

  it('turning it off revokes every operator token', async () => {
    const gatehouse = new Gatehouse();
    await gatehouse.send('token.create', scout);
    for (const name of ['Desk', 'Phone']) await gatehouse.send('token.create', { kind: 'operator', name });
    await openSettings(gatehouse);
    act(() => theSwitch().click());
    await pass(300);
    const valid = gatehouse.world.store.read.tokens.list().filter(({ revokedAtMs }) => revokedAtMs === undefined);
    expect(valid.map(({ name }) => name)).toEqual(['Scout']);
    expect(theSwitch().checked).toBe(false);
    expect(screen.getByText(/Every operator token was revoked/)).toBeTruthy();
  });
});

describe('the port', () => {
  it('a taken port is named above the queue, with the way to another one', async () => {
    const gatehouse = new Gatehouse();
    gatehouse.status = { ...goodStatus, api: { state: 'failed', port: 4780, reason: 'port_taken', message: '' } };
    await openWindow(gatehouse);
    expect(screen.getByRole('alert').textContent).toContain('port 4780 is used by another program');
    await click('Change port');
    await pass(10);
    expect(document.activeElement).toBe(screen.getByLabelText('Port'));
    gatehouse.answers.set('desk.retryApi', () => {
      return succeeded({ ...goodStatus, api: { state: 'listening', url: 'http://127.0.0.1:5000' } });
    });
    await type('Port', '5000');
    await submit('API', 'Change port');
    expect(gatehouse.inputsOf('desk.setPreferences')).toEqual([{ port: 5000 }]);
    expect(screen.getByText('Agents now reach Gatehouse at http://127.0.0.1:5000')).toBeTruthy();
  });

  it('says so when Gatehouse was started with another port than the one that was saved', async () => {
    await openSettings();
    await type('Port', '5000');
    await submit('API', 'Change port');
    expect(screen.getByText(/GATEHOUSE_PORT/)).toBeTruthy();
  });

  for (const text of ['', '80', '65536', '4780.5', 'port', '-1']) {
    it(`"${text}" is not a port, and is not sent`, async () => {
      const { gatehouse } = await openSettings();
      await type('Port', text);
      await submit('API', 'Change port');
      expect(screen.getByText('Give a whole number between 1024 and 65535.')).toBeTruthy();
      expect(gatehouse.inputsOf('desk.setPreferences')).toEqual([]);
    });
  }
});

describe('preferences', () => {
  it('show what was stored, not what was clicked', async () => {
    const gatehouse = new Gatehouse();
    gatehouse.answers.set('desk.setPreferences', () => refused('INTERNAL'));
    await openSettings(gatehouse);
    const notify = screen.getByRole<HTMLInputElement>('switch', { name: /Notify me/ });
    act(() => notify.click());
    await pass(10);
    expect(notify.checked).toBe(true);
    expect(screen.getByRole('alert').textContent).toContain('Not changed.');
  });

  it('the theme takes effect', async () => {
    const { gatehouse } = await openSettings();
    act(() => screen.getByRole('radio', { name: 'Dark' }).click());
    await pass(10);
    expect(gatehouse.inputsOf('desk.setPreferences')).toEqual([{ theme: 'dark' }]);
    expect(document.documentElement.dataset['mantineColorScheme']).toBe('dark');
  });

  it('says when the system can show no notifications', async () => {
    const gatehouse = new Gatehouse();
    gatehouse.status = { ...goodStatus, areNotificationsPossible: false };
    await openSettings(gatehouse);
    expect(screen.getByText(/shows no notifications at the moment/)).toBeTruthy();
  });
});

describe('the audit log', () => {
  it.each([
    ['keychain', 'the keychain of this system keeps'],
    ['file', 'every program that runs as you can read it'],
    ['unavailable', 'is not being signed'],
  ] as const)('is signed with a key of which it says who can use it: %s', async (key, words) => {
    const gatehouse = new Gatehouse();
    gatehouse.status = { ...goodStatus, checkpoints: { key } };
    await openSettings(gatehouse);
    expect(under('Audit log').getByText(new RegExp(words))).toBeTruthy();
    expect(document.body.textContent).not.toContain('cannot be written to their file');
  });

  it('says that checkpoints cannot be written', async () => {
    const gatehouse = new Gatehouse();
    gatehouse.status = { ...goodStatus, checkpoints: { key: 'keychain', fileTrouble: 'ENOSPC' } };
    await openSettings(gatehouse);
    expect(under('Audit log').getByText(/cannot be written to their file at the moment \(ENOSPC\)/)).toBeTruthy();
  });
});
