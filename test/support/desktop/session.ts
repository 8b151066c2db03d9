import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSessionBus, type SessionBus } from '../../../electron/desktop/linux/session-bus';
import { removeFolder } from '../remove-folder';
import { createDesktopNotifications, type DesktopNotifications, type NotificationDaemon } from './notifications';
import { type DesktopProcess, runProgram, startProcess, until } from './process';
import { createDesktopTray, type DesktopTray } from './tray';

/** Which parts of a desktop to start; each can be started later as well. */
export type DesktopOptions = {
  readonly tray?: boolean;
  readonly notifications?: NotificationDaemon;
  /** How large its screen is, in pixels: 1280x800 unless told. */
  readonly screen?: string;
};

/** A whole desktop of real programs on a screen and a bus of its own; any number can run at once. */
export interface DesktopSession {
  /** The complete environment for programs in it, with private XDG folders and home. */
  readonly env: Readonly<Record<string, string>>;
  /** A connection of the test itself to the session's bus. */
  readonly bus: SessionBus;
  readonly tray: DesktopTray;
  readonly notifications: DesktopNotifications;
  /** Writes a picture of the whole screen. */
  screenshot(pngPath: string): Promise<void>;
  /** Kills the bus, as when a session breaks down; the screen stays. */
  killBus(): Promise<void>;
  /** Ends every program that it started and removes its folders. */
  stop(): Promise<void>;
}

// The bus starts no program by itself: a test decides whether there is a notification daemon, and which.
const BUS_CONFIGURATION = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/** Starts a desktop and waits until each part that was asked for is ready. */
export async function startDesktop(options: DesktopOptions = {}): Promise<DesktopSession> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-desktop-'));
  const endings: (() => Promise<void> | void)[] = [() => removeFolder(folder)];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const end of endings.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'the desktop did not stop cleanly');
  };
  try {
    const socketPath = join(folder, 'bus');
    const environment = await privateEnvironment(folder, socketPath);
    const busDaemon = await startBus(folder, socketPath, environment);
    endings.push(() => busDaemon.stop());
    const bus = await until('the session bus', async () => {
      if (busDaemon.hasEnded) throw new Error(`dbus-daemon ended: ${busDaemon.output()}`);
      return openSessionBus({ environment });
    });
    endings.push(() => bus.close());

    const { screen, display } = await startScreen(environment, options.screen ?? '1280x800');
    endings.push(() => screen.stop());
    const env = { ...environment, DISPLAY: display };

    const tray = createDesktopTray(bus, env);
    const notifications = await createDesktopNotifications({
      bus,
      socketPath,
      folder,
      environment: env,
      daemon: options.notifications,
    });
    endings.push(
      () => notifications.close(),
      () => tray.stopHost(),
      () => notifications.stopDaemon(),
    );
    if (options.tray === true) await tray.startHost();
    if (options.notifications !== undefined) await notifications.startDaemon();

    return {
      env,
      bus,
      tray,
      notifications,
      screenshot: async (pngPath) => {
        await runProgram('import', ['-silent', '-window', 'root', `png:${pngPath}`], env);
      },
      killBus: async () => {
        await busDaemon.stop();
        await until('the bus to be lost', () => bus.isLost);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function privateEnvironment(folder: string, socketPath: string): Promise<Record<string, string>> {
  const folders = {
    HOME: join(folder, 'home'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_RUNTIME_DIR: join(folder, 'run'),
  };
  for (const path of Object.values(folders)) await mkdir(path, { mode: 0o700 });
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    ...folders,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${socketPath}`,
    XDG_SESSION_TYPE: 'x11',
    XDG_CURRENT_DESKTOP: 'XFCE',
    // Nothing of the machine's own session may reach in, and no setting of it be changed.
    NO_AT_BRIDGE: '1',
    GTK_A11Y: 'none',
    GSETTINGS_BACKEND: 'memory',
    GDK_BACKEND: 'x11',
  };
}

async function startBus(
  folder: string,
  socketPath: string,
  environment: Readonly<Record<string, string>>,
): Promise<DesktopProcess> {
  const configuration = join(folder, 'bus.conf');
  await writeFile(configuration, BUS_CONFIGURATION.replace('SOCKET', socketPath));
  return startProcess('dbus-daemon', [`--config-file=${configuration}`, '--nofork', '--nopidfile'], environment);
}

async function startScreen(
  environment: Readonly<Record<string, string>>,
  size: string,
): Promise<{ readonly screen: DesktopProcess; readonly display: string }> {
  // The server looks for a free number itself and tells it, so that desktops can start at the same time.
  const screen = startProcess(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-noreset'],
    environment,
  );
  const number = await until('the screen', () => {
    if (screen.hasEnded) throw new Error(`Xvfb ended: ${screen.output()}`);
    return /^(\d+)\n/u.exec(screen.announced())?.[1];
  });
  return { screen, display: `:${number}` };
}
