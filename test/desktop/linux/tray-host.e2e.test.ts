import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSessionBus, type SessionBus } from '../../../electron/desktop/linux/session-bus';
import { type TrayHostWatch, watchTrayHost } from '../../../electron/desktop/linux/tray-host';
import { until } from '../../support/desktop/process';
import { type DesktopSession, startDesktop } from '../../support/desktop/session';

let desktop: DesktopSession;
let bus: SessionBus;
let watch: TrayHostWatch;
let events: string[];

async function start(hasTray: boolean): Promise<void> {
  desktop = await startDesktop({ tray: hasTray });
  const opened = await openSessionBus({ environment: desktop.env });
  if (opened === undefined) throw new Error('no session bus');
  bus = opened;
  events = [];
  watch = watchTrayHost(bus, {
    onChange: (isPresent) => events.push(isPresent ? 'present' : 'absent'),
    onRestart: () => events.push('restart'),
  });
  await watch.ready;
}

afterEach(async () => {
  watch.close();
  await bus.close();
  await desktop.stop();
});

describe('with a tray at the start', () => {
  beforeEach(() => start(true));

  it('it is present, and there is nothing to tell', () => {
    expect(watch.isPresent()).toBe(true);
    expect(events).toEqual([]);
  });

  it('a restart is told once, after the absence', async () => {
    await desktop.tray.restartHost();
    await until('the restart', () => events.includes('restart'));
    await desktop.tray.restartHost();
    await until('the other restart', () => events.length === 6);
    expect(events).toEqual(['absent', 'present', 'restart', 'absent', 'present', 'restart']);
  });

  it('a host that goes away is noticed', async () => {
    await desktop.tray.stopHost();
    await until('the absence', () => !watch.isPresent());
    expect(events).toEqual(['absent']);
  });

  it('a bus that dies takes the tray with it', async () => {
    await desktop.killBus();
    await until('the absence', () => !watch.isPresent());
    expect(events).toEqual(['absent']);
  });

  it('nothing is told after closing', async () => {
    watch.close();
    await desktop.tray.stopHost();
    await bus.nameOwner('org.kde.StatusNotifierWatcher');
    expect(events).toEqual([]);
  });
});

describe('without a tray at the start', () => {
  beforeEach(() => start(false));

  it('it is absent, and a host that comes late means to make the icon anew', async () => {
    expect(watch.isPresent()).toBe(false);
    await desktop.tray.startHost();
    await until('the host', () => events.length === 2);
    expect(events).toEqual(['present', 'restart']);
  });
});
