import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { strings } from '../../electron/desktop/strings';
import { databasePath } from '../../electron/kernel/store/home-files';
import { troubleTexts } from '../../renderer/shell/strings-shell';
import type { StoreTroubleKind } from '../../shared/contract/desk-contract';
import { fingerprint, lockFromOutside, makeDatabase, makeNewer, readDatabaseCopy } from '../support/app/database';
import { desktopForTests } from '../support/app/desk';
import { type SmallDisk, startSmallDisk } from '../support/app/small-disk';
import { inTray, notInTray, picturePath, row, trayTip } from '../support/app/surfaces';
import { removeFolder } from '../support/remove-folder';
import { type RunningApp, type StartOptions, startApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

const desktop = desktopForTests({ tray: true });

async function start(options: Omit<StartOptions, 'desktop'>): Promise<RunningApp> {
  const app = await startApp({ desktop, operatorToken: true, ...options });
  onTestFinished(() => app.end());
  return app;
}

/** The app runs, and the tray, the window and the API say what is wrong. */
async function expectTrouble(app: RunningApp, kind: StoreTroubleKind): Promise<void> {
  await inTray(desktop, strings.storeTrouble[kind]);
  await trayTip(desktop, `Gatehouse: ${strings.storeTrouble[kind]}`);
  const page = await app.page();
  await page.getByRole('heading', { level: 1, name: troubleTexts[kind].title }).waitFor();
  for (const step of troubleTexts[kind].steps) await page.getByRole('listitem').filter({ hasText: step }).waitFor();
  await page.getByText(databasePath(app.home)).waitFor();

  const health = await app.api('GET', '/global/health', { as: 'nobody' });
  expect({ status: health.status, ...health.body }).toMatchObject({ status: 200, ready: false, healthy: false });
  const body = { request_type: 'tool_call', target_resource: { type: 'tool', id: 'x' }, rationale: 'why' };
  for (const answer of [
    await app.api('GET', '/governance/approvals'),
    await app.api('POST', '/governance/approvals', { agent: 'scout', body }),
    await app.api('POST', '/governance/approvals/apr_1/approve', { as: 'operator', body: {} }),
    await app.api('GET', '/governance/approvals', { as: { token: 'a-token-that-only-the-database-could-know' } }),
  ]) {
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status: 503, code: 'STORE_UNAVAILABLE' });
    expect(JSON.stringify(answer.body)).not.toMatch(/SQL|\/tmp|stack/i);
  }
  expect(app.process.ending()).toBeUndefined();
}

/** All is well again everywhere. */
async function expectNoTrouble(app: RunningApp, kind: StoreTroubleKind): Promise<void> {
  const page = await app.page();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.getByText(/^Loading|could not be loaded/).waitFor({ state: 'detached' });
  await notInTray(desktop, strings.storeTrouble[kind]);
  const health = await app.api('GET', '/global/health', { as: 'nobody' });
  expect(health.body).toMatchObject({ ready: true, healthy: true });
}

describe('a database that cannot be used', () => {
  it.each<[string, StoreTroubleKind, (home: string) => void]>([
    ['is garbage', 'damaged', (home) => writeFileSync(databasePath(home), randomBytes(40_960))],
    ['was cut in half', 'damaged', (home) => truncateSync(databasePath(home), statSync(databasePath(home)).size / 2)],
    ['was written by a newer version', 'newer_version', makeNewer],
    ['was deleted', 'missing', (home) => rmSync(databasePath(home))],
    ['was emptied', 'missing', (home) => truncateSync(databasePath(home), 0)],
  ])('that %s is named everywhere and left exactly as it was', async (_, kind, harm) => {
    const home = temporaryHome();
    makeDatabase(home);
    harm(home);
    const before = fingerprint(home);
    const app = await start({ home });
    await expectTrouble(app, kind);
    const page = await app.page();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Tried again: it is still so.').waitFor();
    if (kind !== 'missing') await page.screenshot({ path: picturePath(`trouble-${kind}`) });
    expect(await app.quit()).toEqual({ code: 0, signal: null });
    expect(fingerprint(home)).toBe(before);
  });

  it('that another process holds is named, and used as soon as it is free and tried again', async () => {
    const home = temporaryHome();
    makeDatabase(home);
    const lock = await lockFromOutside(home);
    onTestFinished(lock.release);
    const before = fingerprint(home);
    const app = await start({ home });
    await expectTrouble(app, 'locked');
    expect(fingerprint(home)).toBe(before);
    await lock.release();
    await (await app.page()).getByRole('button', { name: 'Try again' }).click();
    await expectNoTrouble(app, 'locked');
    await app.ask({ tool: 'after-the-lock' });
    await row(await app.page(), 'after-the-lock').waitFor();
  });

  it('can be quit from the window', async () => {
    const home = temporaryHome();
    makeDatabase(home);
    makeNewer(home);
    const app = await start({ home });
    const quit = (await app.page()).getByRole('button', { name: 'Quit' });
    await quit.waitFor();
    // The window may be gone before the click is reported: how the app ended is what counts.
    await quit.click().catch(() => undefined);
    expect(await app.process.ended).toEqual({ code: 0, signal: null });
  });
});

describe('a data folder that goes away while the app runs', () => {
  const awayOf = (home: string) => `${home}-away`;
  const asked = (tool: string) => ({
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: tool },
    rationale: 'why',
  });

  it('is said everywhere without anybody asking, nothing comes into the one in its place, and it is used again when it is back', async () => {
    const home = temporaryHome();
    onTestFinished(() => removeFolder(awayOf(home)));
    const app = await start({ home });
    await app.ask({ tool: 'before' });
    await row(await app.page(), 'before').waitFor();
    renameSync(home, awayOf(home));
    mkdirSync(home);
    // Nobody has sent anything since: the folder itself told of it.
    const page = await app.page();
    await page.getByRole('heading', { level: 1, name: troubleTexts.taken_away.title }).waitFor();
    await expectTrouble(app, 'taken_away');
    const theme = { theme: 'dark' };
    await page.evaluate((change) => window.gatehouse.request('desk.setPreferences', change), theme);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Tried again: it is still so.').waitFor();
    expect(readdirSync(home)).toEqual([]);

    removeFolder(home);
    renameSync(awayOf(home), home);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expectNoTrouble(app, 'taken_away');
    await row(page, 'before').waitFor();
    await app.ask({ tool: 'after' });
    await row(page, 'after').waitFor();
    expect(await app.quit()).toEqual({ code: 0, signal: null });
    readDatabaseCopy(home, (read) => {
      const tools = read.approvals.list({ limit: 10 }).approvals.map(({ targetResource }) => targetResource.id);
      expect([...tools].sort()).toEqual(['after', 'before']);
      expect(read.audit.verify()).toMatchObject({ isOk: true });
    });
  });

  it('for good acknowledges nothing from then on, and the app can be quit', async () => {
    const app = await start({ home: temporaryHome() });
    // The app may put a file into it meanwhile.
    removeFolder(app.home);
    for (const tool of ['one', 'two', 'three']) {
      const { status, body } = await app.api('POST', '/governance/approvals', { agent: 'scout', body: asked(tool) });
      expect({ status, code: body['code'] }).toEqual({ status: 503, code: 'STORE_UNAVAILABLE' });
    }
    await expectTrouble(app, 'taken_away');
    expect(await app.quit()).toEqual({ code: 0, signal: null });
    expect(existsSync(join(app.home, 'gatehouse.db'))).toBe(false);
  });
});

describe('a write-ahead log that is gone after a crash', () => {
  it('is said with what is missing at least, and the operator goes on without it at the desk', async () => {
    const home = temporaryHome();
    const crashed = await start({ home });
    for (let count = 0; count < 5; count++) await crashed.ask({ tool: `lost-${count}` });
    await crashed.kill9();
    rmSync(`${databasePath(home)}-wal`);
    const before = fingerprint(home);

    const app = await start({ home });
    await expectTrouble(app, 'changes_lost');
    const page = await app.page();
    await page.getByText(/^Missing: at least \d+ changes/).waitFor();
    await page.screenshot({ path: picturePath('trouble-changes_lost') });
    expect(fingerprint(home)).toBe(before);
    await page.getByRole('button', { name: 'Go on without them' }).click();
    await expectNoTrouble(app, 'changes_lost');
    await app.ask({ tool: 'afterwards' });
    await row(page, 'afterwards').waitFor();
    const { body } = await app.api('GET', '/governance/audit', { as: 'operator' });
    expect(JSON.stringify(body)).toContain('automation.governance.loss.accepted');
    expect(await app.quit()).toEqual({ code: 0, signal: null });
    const again = await start({ home });
    await expectNoTrouble(again, 'changes_lost');
  });
});

describe('a full disk', () => {
  let disk: SmallDisk;
  beforeAll(async () => {
    disk = await startSmallDisk(48);
  });
  afterAll(() => disk?.stop());

  const onDisk = async () => ({
    home: disk.inside,
    homeOutside: disk.outside,
    executable: disk.executable,
    // Where it listens cannot be written down on a full disk.
    port: await freePort(),
  });

  it('at the first start leaves no half-made database, and a first start follows when there is space', async () => {
    disk.fill();
    const app = await start(await onDisk());
    await expectTrouble(app, 'disk_full');
    disk.free();
    await (await app.page()).getByRole('button', { name: 'Try again' }).click();
    await expectNoTrouble(app, 'disk_full');
    await app.ask({ tool: 'first' });
    expect(await app.quit()).toEqual({ code: 0, signal: null });
  });

  it('at a later start is named, and nothing is lost', async () => {
    disk.fill();
    const before = fingerprint(disk.outside);
    expect(before).not.toBe('no file');
    const app = await start(await onDisk());
    await expectTrouble(app, 'disk_full');
    expect(fingerprint(disk.outside)).toBe(before);
    disk.free();
    await (await app.page()).getByRole('button', { name: 'Try again' }).click();
    await expectNoTrouble(app, 'disk_full');
    await row(await app.page(), 'first').waitFor();
    expect(await app.quit()).toEqual({ code: 0, signal: null });
  });

  it('while the app runs refuses every write whole, and the app goes on when there is space', async () => {
    const app = await start(await onDisk());
    const page = await app.page();
    await row(page, 'first').waitFor();
    disk.fill();
    const answered: string[] = [];
    const body = (tool: string) => ({
      request_type: 'tool_call',
      target_resource: { type: 'tool', id: tool },
      rationale: 'x'.repeat(9_000),
    });
    let refused = await app.api('GET', '/global/health');
    // What the log of the database has room for is still written.
    for (let request = 0; refused.status === 200 && request < 2_000; request += 1) {
      const agent = `agent-${Math.floor(request / 40)}`;
      refused = await app.api('POST', '/governance/approvals', { agent, body: body(`fill-${request}`) });
      if (refused.status === 200) answered.push(`fill-${request}`);
    }
    expect({ status: refused.status, code: refused.body['code'] }).toEqual({ status: 503, code: 'STORE_UNAVAILABLE' });
    await inTray(desktop, strings.storeTrouble.disk_full);
    await page.getByRole('heading', { level: 1, name: troubleTexts.disk_full.title }).waitFor();
    expect((await app.api('GET', '/global/health', { as: 'nobody' })).body).toMatchObject({ healthy: false });

    disk.free();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expectNoTrouble(app, 'disk_full');
    await app.ask({ tool: 'space-again' });
    await row(page, 'space-again').waitFor();
    expect(await app.quit()).toEqual({ code: 0, signal: null });
    readDatabaseCopy(disk.outside, (read) => {
      const tools = read.approvals.list({ limit: 500 }).approvals.map(({ targetResource }) => targetResource.id);
      expect([...tools].sort()).toEqual(['first', 'space-again', ...answered].sort());
      expect(read.audit.verify()).toMatchObject({ isOk: true, rows: tools.length });
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
