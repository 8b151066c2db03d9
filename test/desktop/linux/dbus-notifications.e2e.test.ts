import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDbusNotifications } from '../../../electron/desktop/linux/dbus-notifications';
import { openSessionBus, type SessionBus } from '../../../electron/desktop/linux/session-bus';
import {
  type DesktopNotification,
  NOTIFICATION_LIMITS,
  type NotificationSurface,
} from '../../../electron/desktop/notifications/port';
import { runProgram, until } from '../../support/desktop/process';
import { type DesktopOptions, type DesktopSession, startDesktop } from '../../support/desktop/session';

const PICTURES = process.env['GATEHOUSE_PICTURES'];

let desktop: DesktopSession;
let bus: SessionBus;
let surface: NotificationSurface;
let actions: string[];

async function start(options: DesktopOptions): Promise<void> {
  desktop = await startDesktop(options);
  const opened = await openSessionBus({ environment: desktop.env });
  if (opened === undefined) throw new Error('no session bus');
  bus = opened;
  actions = [];
  surface = createDbusNotifications(bus, (key, action) => actions.push(`${key} ${action}`), {
    name: 'Gatehouse',
    desktopEntry: 'gatehouse',
  });
}

/** Keeps a picture for people to look at, when asked to by GATEHOUSE_PICTURES=folder. */
async function picture(name: string, title: string): Promise<void> {
  await desktop.notifications.drawn(title);
  if (PICTURES !== undefined) await desktop.screenshot(join(PICTURES, `${name}.png`));
}

function request(key: string, title: string, body = 'It asks to push to main.'): DesktopNotification {
  return {
    key,
    title,
    body,
    actions: [
      { action: 'approve', label: 'Approve' },
      { action: 'deny', label: 'Deny' },
      { action: 'open', label: 'Open' },
    ],
    urgency: 'critical',
  };
}

/** Lets everything that is on its way arrive, in order: the daemon answers after it has sent its signals. */
async function settle(): Promise<void> {
  await bus
    .call({
      destination: 'org.freedesktop.Notifications',
      path: '/org/freedesktop/Notifications',
      interface: 'org.freedesktop.Notifications',
      member: 'GetServerInformation',
      canStartProgram: false,
    })
    .catch(() => bus.nameOwner('org.freedesktop.DBus'));
}

afterEach(async () => {
  await surface.close();
  await bus.close();
  await desktop.stop();
});

describe.each(['dunst', 'xfce4-notifyd'] as const)('notifications on %s', (daemon) => {
  beforeEach(() => start({ notifications: daemon }));

  it('a request reaches the daemon with its buttons, and stays until it is decided', async () => {
    expect(await surface.show(request('r1', 'Mara asks'))).toBe(true);
    expect(surface.hasButtons).toBe(true);
    const shown = await desktop.notifications.shown('Mara asks');
    expect(shown.applicationName).toBe('Gatehouse');
    expect(shown.body).toBe('It asks to push to main.');
    expect(shown.actions.map(({ label }) => label)).toEqual(['Approve', 'Deny', 'Open']);
    expect(shown.expireTimeoutMs).toBe(0);
    expect(shown.hints.get('urgency')).toBe(2);
    expect(shown.hints.get('desktop-entry')).toBe('gatehouse');
    expect(shown.hints.get('suppress-sound')).toBe(false);
    await picture(`${daemon}-request`, 'Mara asks');
  });

  it('news without a decision goes away when the daemon thinks so', async () => {
    await surface.show({ key: 'n', title: 'A run has ended', body: '', actions: [], urgency: 'normal' });
    const shown = await desktop.notifications.shown('A run has ended');
    expect(shown.expireTimeoutMs).toBe(-1);
    expect(shown.hints.get('urgency')).toBe(1);
    await surface.show({
      key: 's',
      title: 'Two wait',
      body: '',
      actions: [],
      urgency: 'normal',
      staysUntilWithdrawn: true,
    });
    expect((await desktop.notifications.shown('Two wait')).expireTimeoutMs).toBe(0);
  });

  it.each([
    ['Approve', 'approve'],
    ['Deny', 'deny'],
    ['Open', 'open'],
  ] as const)('%s chosen by the person is told with its key', async (label, action) => {
    await surface.show(request('first', 'First request'));
    await surface.show(request('second', 'Second request'));
    await desktop.notifications.clickAction('Second request', label);
    await until('the action', () => actions.length > 0);
    // dunst leaves it on the screen, others take it away by themselves.
    surface.withdraw('second');
    await desktop.notifications.gone('Second request');
    expect(actions).toEqual([`second ${action}`]);
    expect(desktop.notifications.list().map(({ title }) => title)).toEqual(['First request']);
    await desktop.notifications.clickAction('First request', label);
    await until('the second action', () => actions.length > 1);
    expect(actions).toEqual([`second ${action}`, `first ${action}`]);
  });

  it('what is withdrawn goes away, alone and at once after it was shown', async () => {
    await surface.show(request('stays', 'It stays'));
    await surface.show(request('goes', 'It goes'));
    surface.withdraw('goes');
    surface.withdraw('never shown');
    await desktop.notifications.gone('It goes');
    void surface.show(request('brief', 'Brief'));
    surface.withdraw('brief');
    await until('both to be over', () => desktop.notifications.history().length === 3);
    await desktop.notifications.gone('Brief');
    expect(desktop.notifications.list().map(({ title }) => title)).toEqual(['It stays']);
  });

  it('the same key replaces in place, silently, and only the new buttons decide', async () => {
    await surface.show(request('r1', 'Draft one'));
    const old = await desktop.notifications.shown('Draft one');
    void surface.show(request('r1', 'Draft two'));
    await surface.show(request('r1', 'Draft three'));
    const shown = await desktop.notifications.shown('Draft three');
    expect(desktop.notifications.list()).toHaveLength(1);
    expect(shown.replacesId).toBe(old.id);
    expect(shown.id).toBe(old.id);
    expect(shown.hints.get('suppress-sound')).toBe(true);
    expect(shown.actions[0]?.key).not.toBe(old.actions[0]?.key);
    await desktop.notifications.clickAction('Draft three', 'Approve');
    await until('the action', () => actions.length > 0);
    expect(actions).toEqual(['r1 approve']);
  });

  it('a notification that the person dismissed decides nothing, and can be shown again', async () => {
    await surface.show(request('r1', 'Dismissed'));
    await desktop.notifications.dismiss('Dismissed');
    await desktop.notifications.gone('Dismissed');
    await settle();
    expect(actions).toEqual([]);
    expect(await surface.show(request('r1', 'Back again'))).toBe(true);
    expect((await desktop.notifications.shown('Back again')).replacesId).toBe(0);
  });

  it('what an agent wrote is shown to the letter', async () => {
    const text = '<b>bold</b> &amp; <a href="http://x.test">link</a> <img src="x" alt="y"/> </b> & <';
    await surface.show(request('r1', `T ${text}`, `B ${text}`));
    const shown = await desktop.notifications.shown('<b>bold</b>');
    expect(shown.title).toBe(`T ${text}`);
    expect(shown.body).toBe(
      'B &lt;b&gt;bold&lt;/b&gt; &amp;amp; &lt;a href="http://x.test"&gt;link&lt;/a&gt; ' +
        '&lt;img src="x" alt="y"/&gt; &lt;/b&gt; &amp; &lt;',
    );
    await picture(`${daemon}-markup`, '<b>bold</b>');
  });

  it('text that is hidden, turned around or endless leaves the buttons on the screen, but not Approve', async () => {
    const nasty = `a\0b\u202Edcba\u202C ${'x'.repeat(300_000)}`;
    expect(await surface.show(request('r1', `Nasty ${nasty}`, `${'line\n'.repeat(5_000)}${nasty}`))).toBe(true);
    expect(await surface.show(request('r2', 'Long', 'many words '.repeat(50_000)))).toBe(true);
    const shown = await desktop.notifications.shown('Nasty');
    expect(shown.title).toContain('Nasty a⟨U+0000⟩b⟨U+202E⟩dcba⟨U+202C⟩');
    expect([...shown.title]).toHaveLength(NOTIFICATION_LIMITS.titleCharacters);
    expect(shown.body.split('\n')).toHaveLength(NOTIFICATION_LIMITS.bodyLines);
    expect(shown.body.endsWith('…')).toBe(true);
    const long = await desktop.notifications.shown('Long');
    expect([...long.body]).toHaveLength(NOTIFICATION_LIMITS.lineCharacters);
    expect(long.actions.map(({ label }) => label)).toEqual(['Deny', 'Open']);
    await picture(`${daemon}-nasty`, 'Long');
    await desktop.notifications.clickAction('Long', 'Deny');
    await until('the action', () => actions.length > 0);
    expect(actions).toEqual(['r2 deny']);
  });

  it('the longest text that leaves Approve in is seen to its end', async () => {
    const line = 'W'.repeat(NOTIFICATION_LIMITS.lineCharacters);
    await surface.show(request('r1', 'Whole', `${line}\n${line}\n${line}`));
    await surface.show(request('r2', 'Cut', `${line}W`));
    expect((await desktop.notifications.shown('Whole')).body).toBe(`${line}\n${line}\n${line}`);
    expect((await desktop.notifications.shown('Whole')).actions[0]?.label).toBe('Approve');
    expect((await desktop.notifications.shown('Cut')).actions[0]?.label).toBe('Deny');
    await picture(`${daemon}-whole`, 'Whole');
  });

  it('a click that somebody else on the bus invents is not heard', async () => {
    await surface.show(request('r1', 'Real'));
    const { id, actions: offered } = await desktop.notifications.shown('Real');
    await forgeAction(id, offered[0]?.key ?? '');
    await settle();
    expect(actions).toEqual([]);
  });

  it('a new daemon shows again what was pending; ids of the old one mean nothing', async () => {
    await surface.show(request('r1', 'Pending'));
    await surface.show(request('r2', 'Withdrawn meanwhile'));
    const before = await desktop.notifications.shown('Withdrawn meanwhile');
    await desktop.notifications.stopDaemon();
    expect(await surface.show(request('r3', 'Nobody there'))).toBe(false);
    surface.withdraw('r2');
    await desktop.notifications.startDaemon();
    await desktop.notifications.shown('Pending');
    expect(desktop.notifications.list()).toHaveLength(1);

    // Another application now gets the id that ours had.
    const other = await notifyAsOther(before.id, before.actions[0]?.key ?? '');
    expect(other).toBe(before.id);
    // dunst tells only the program whose notification it was, xfce4-notifyd everybody.
    const place = { path: '/org/freedesktop/Notifications', interface: 'org.freedesktop.Notifications' };
    let clicks = 0;
    desktop.bus.onSignal({ ...place, member: 'ActionInvoked' }, () => {
      clicks += 1;
    });
    await desktop.notifications.clickAction('Other', 'Go');
    await until('the click to arrive', () => clicks === 1);
    await settle();
    expect(actions).toEqual([]);

    await desktop.notifications.clickAction('Pending', 'Approve');
    await until('the action', () => actions.length > 0);
    expect(actions).toEqual(['r1 approve']);
    expect(await surface.show(request('r4', 'As before'))).toBe(true);
  });

  it('closing takes everything off the screen', async () => {
    await surface.show(request('r1', 'One'));
    await surface.show(request('r2', 'Two'));
    await surface.close();
    await until('an empty screen', () => desktop.notifications.list().length === 0);
    expect(await surface.show(request('r3', 'Late'))).toBe(false);
  });

  it('a bus that dies ends in false and in nothing worse', async () => {
    await surface.show(request('r1', 'One'));
    let losses = 0;
    bus.onLost(() => {
      losses += 1;
    });
    const underWay = surface.show(request('r2', 'Two'));
    await desktop.killBus();
    await underWay;
    expect(await surface.show(request('r3', 'Three'))).toBe(false);
    surface.withdraw('r1');
    await surface.close();
    expect(losses).toBe(1);
  });
});

describe('notifications without a daemon', () => {
  beforeEach(() => start({}));

  it('nothing can be shown, and it says so', async () => {
    expect(await surface.show(request('r1', 'Nobody'))).toBe(false);
    expect(surface.hasButtons).toBe(false);
    surface.withdraw('r1');
  });
});

/** Says as another program on the bus that a button of ours was clicked. */
async function forgeAction(id: number, key: string): Promise<void> {
  await runProgram(
    'gdbus',
    [
      'emit',
      '--session',
      '--object-path',
      '/org/freedesktop/Notifications',
      '--signal',
      'org.freedesktop.Notifications.ActionInvoked',
      String(id),
      key,
    ],
    desktop.env,
  );
}

/** Shows a notification of another program under a chosen id. */
async function notifyAsOther(id: number, key: string): Promise<number> {
  const reply = await desktop.bus.call({
    destination: 'org.freedesktop.Notifications',
    path: '/org/freedesktop/Notifications',
    interface: 'org.freedesktop.Notifications',
    member: 'Notify',
    signature: 'susssasa{sv}i',
    args: ['Other', id, '', 'Other', '', [key, 'Go'], [], 0],
  });
  return Number(reply.body[0]);
}
