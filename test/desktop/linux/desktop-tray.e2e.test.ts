import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchTrayHost } from '../../../electron/desktop/linux/tray-host';
import { type DesktopProcess, startProcess, until } from '../../support/desktop/process';
import { type DesktopSession, startDesktop } from '../../support/desktop/session';

// A small Electron app of its own, so that a failure here is the desktop's or Electron's and never the product's.
const MAIN = `
const { app, Menu, nativeImage, Tray } = require('electron');
const say = (label) => () => console.log('clicked ' + label);
let tray;
function makeTray() {
  tray?.destroy();
  const pixels = Buffer.alloc(22 * 22 * 4, 0xff);
  tray = new Tray(nativeImage.createFromBitmap(pixels, { width: 22, height: 22 }));
  tray.setToolTip('2 wait');
  tray.setContextMenu(Menu.buildFromTemplate([
    { label: 'Pause all', type: 'checkbox', checked: true, click: say('Pause all') },
    { type: 'separator' },
    { label: 'push_to_main & more', submenu: [
      { label: 'Approve', click: say('Approve') },
      { label: 'Deny', enabled: false, click: say('Deny') },
    ] },
  ]));
}
app.whenReady().then(makeTray);
process.on('SIGUSR2', makeTray);
app.on('window-all-closed', () => undefined);
`;

async function startTrayApp(): Promise<{ readonly desktop: DesktopSession; readonly electron: DesktopProcess }> {
  const distribution = process.env['GATEHOUSE_ELECTRON_DIST'];
  if (distribution === undefined) throw new Error('GATEHOUSE_ELECTRON_DIST is not set: run this by npm test');
  const desktop = await startDesktop({ tray: true });
  onTestFinished(() => desktop.stop());
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-tray-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'app'));
  await writeFile(
    join(folder, 'app', 'package.json'),
    '{ "name": "tray-probe", "version": "1.0.0", "main": "main.js" }',
  );
  await writeFile(join(folder, 'app', 'main.js'), MAIN);
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const electron = startProcess(
    join(distribution, 'electron'),
    [...sandbox, join(folder, 'app'), `--user-data-dir=${join(folder, 'data')}`],
    desktop.env,
  );
  onTestFinished(() => electron.stop());
  return { desktop, electron };
}

describe('the tray of a real Electron', () => {
  it('shows its icon and menu, and hears clicks by label', async () => {
    const { desktop, electron } = await startTrayApp();
    const item = await desktop.tray.item();
    expect(item.toolTip).toContain('2 wait');
    const [pause, separator, submenu] = await desktop.tray.menu();
    expect(pause).toMatchObject({ label: 'Pause all', isEnabled: true, isChecked: true, children: [] });
    expect(separator).toMatchObject({ isSeparator: true });
    expect(submenu?.children.map(({ label, isEnabled }) => [label, isEnabled])).toEqual([
      ['Approve', true],
      ['Deny', false],
    ]);
    await desktop.tray.click([submenu?.label ?? '', 'Approve']);
    await until('the click', () => electron.output().includes('clicked Approve'));
    await desktop.tray.click(['Pause all']);
    await until('the other click', () => electron.output().includes('clicked Pause all'));
  });

  it('has its icon again after a restart of the host when it is made anew', async () => {
    const { desktop, electron } = await startTrayApp();
    await desktop.tray.item();
    let restarts = 0;
    const watch = watchTrayHost(desktop.bus, {
      onChange: () => undefined,
      onRestart: () => {
        restarts += 1;
        process.kill(electron.pid, 'SIGUSR2');
      },
    });
    await watch.ready;
    await desktop.tray.restartHost();
    await desktop.tray.click(['Pause all']);
    await until('the click', () => electron.output().includes('clicked Pause all'));
    expect(restarts).toBe(1);
    watch.close();
  });
});
