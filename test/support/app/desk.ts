import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFailed, onTestFinished } from 'vitest';
import { type DesktopOptions, type DesktopSession, startDesktop } from '../desktop/session';
import { removeFolder } from '../remove-folder';
import { type RunningApp, type StartOptions, startApp } from '../running-app';
import { temporaryHome } from '../world';
import { axeFindings } from './axe';
import { fillDesk } from './fill-desk';
import { fillSpendHistory } from './fill-spend';
import { picturePath } from './surfaces';

/** The two themes, in the order in which the tests draw them. */
export const themes = ['light', 'dark'] as const;

/** One of them. */
export type Theme = (typeof themes)[number];

/** The running app with its window, and what tests of the window do with it. */
export type Desk = {
  readonly app: RunningApp;
  readonly page: Page;
  /** Every error that the page told of, what its policy refused among them. */
  readonly complaints: readonly string[];
  theme(name: Theme): Promise<void>;
  /** Draws the page into a picture. */
  shoot(name: string): Promise<void>;
  /** Draws the page, and finds nothing wrong with what is on it. */
  look(name: string): Promise<void>;
  /** The same in both themes, each with its name at the end of the picture's. */
  lookBoth(name: string): Promise<void>;
  /** Gives the window another size of its contents, smaller than the app lets people make it too. */
  resize(width: number, height: number): Promise<void>;
  /** Makes all text of the window larger; an empty size takes that back. */
  setTextSize(size: '200%' | ''): Promise<void>;
  /** Quits the app; its page must have told of no error. */
  end(): Promise<void>;
};

/** How to start the app, and what is to be on its desk then. */
export type DeskOptions = Omit<StartOptions, 'desktop'> & {
  /** Days of spend that its data folder has behind it. */
  readonly days?: number;
  /** Whether the day that `fillDesk` makes has happened. */
  readonly isFilled?: true;
};

/** What is made before the tests of a file and ended after them; it is there while they run. */
function madeForTests<T extends object>(make: () => Promise<T>, end: (made: T) => Promise<void>): T {
  let made: T | undefined;
  beforeAll(async () => {
    made = await make();
  });
  afterAll(() => (made === undefined ? undefined : end(made)));
  return new Proxy({} as T, {
    get: (_nothing, name) => {
      if (made === undefined) throw new Error('this is there in tests only');
      return made[name as keyof T];
    },
  });
}

/** A desktop for all tests of a file. */
export function desktopForTests(options: DesktopOptions = {}): DesktopSession {
  return madeForTests(
    () => startDesktop(options),
    (desktop) => desktop.stop(),
  );
}

/** A desktop with one app on it for all tests of a file, which the operator's token is set for unless they say otherwise. */
export function appForTests(desktopOptions: DesktopOptions = {}, options: Omit<StartOptions, 'desktop'> = {}) {
  const desktop = desktopForTests(desktopOptions);
  const app = madeForTests(
    () => startApp({ desktop, operatorToken: true, ...options }),
    (started) => started.end(),
  );
  return { desktop, app };
}

/** Makes a token for an agent, as the operator does in the window, and answers its secret. */
export async function agentToken(app: RunningApp, agentId: string): Promise<string> {
  const page = await app.page();
  const made = await page.evaluate(
    (id) => window.gatehouse.request('token.create', { kind: 'agent', name: id, agentId: id }),
    agentId,
  );
  return (made as { readonly value: { readonly secret: string } }).value.secret;
}

/** A desktop for all tests of a file, and how each of them starts the app on it: as the operator, and gone after the test. */
export function deskForTests(desktopOptions: DesktopOptions = {}) {
  const desktop = desktopForTests(desktopOptions);

  async function start({ days, isFilled, ...options }: DeskOptions = {}): Promise<Desk> {
    const home = days === undefined ? options.home : temporaryHome();
    if (days !== undefined && home !== undefined) await fillSpendHistory(home, days);
    const app = await startApp({ desktop, operatorToken: true, ...options, ...(home !== undefined && { home }) });
    onTestFinished(() => app.end());
    return deskOn(app, isFilled === true);
  }

  return { desktop, start };
}

/**
 * One app for the tests of a file that only look, with that many days of spend, a day of work and more behind it: to start and fill it
 * takes as much as many looks. Each test finds its page loaded anew, at the queue, light, at the usual size; after a test that failed,
 * the next one finds another app.
 */
export function filledDeskForTests(
  desktop: DesktopSession,
  days: number,
  fillMore: (app: RunningApp) => Promise<void>,
): () => Promise<Desk> {
  let home: string | undefined;
  let app: RunningApp | undefined;
  let desk: Desk | undefined;
  const forget = async () => {
    await app?.end();
    if (home !== undefined) removeFolder(home);
    desk = undefined;
    app = undefined;
    home = undefined;
  };
  afterAll(async () => {
    try {
      await desk?.end();
    } finally {
      await forget();
    }
  });
  // Not before a test asks for it: what the days are made by wants to be tidied up after a test.
  return async () => {
    onTestFailed(forget);
    if (desk === undefined) {
      home = mkdtempSync(join(tmpdir(), 'gatehouse-desk-'));
      await fillSpendHistory(home, days);
      app = await startApp({ desktop, operatorToken: true, home });
      desk = await deskOn(app, true);
      await fillMore(app);
    }
    await desk.page.reload();
    await desk.theme('light');
    await desk.resize(1180, 780);
    await desk.page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Queue' }).click();
    return desk;
  };
}

async function deskOn(app: RunningApp, isFilled: boolean): Promise<Desk> {
  const page = await app.page();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  if (isFilled) await fillDesk(app);
  return deskOf(app, page, complaints);
}

/**
 * Draws a page into a picture by the debugger, its animations at their ends, as Playwright does: but pressed less, which takes less than
 * half of the processor's time.
 */
export async function shootFast(page: Page, path: string): Promise<void> {
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
    for (const each of ending) each.finish();
    await document.fonts.ready;
  });
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
  await session.detach();
  writeFileSync(path, Buffer.from(data, 'base64'));
}

function deskOf(app: RunningApp, page: Page, complaints: readonly string[]): Desk {
  const theme = async (name: Theme) => {
    await page.evaluate((chosen) => window.gatehouse.request('desk.setPreferences', { theme: chosen }), name);
    await page.locator(`html[data-mantine-color-scheme="${name}"]`).waitFor();
  };
  const shoot = async (name: string) => {
    await shootFast(page, picturePath(name));
  };
  const look = async (name: string) => {
    await shoot(name);
    expect({ name, found: await axeFindings(page) }).toEqual({ name, found: [] });
  };
  return {
    app,
    page,
    complaints,
    theme,
    shoot,
    look,
    async lookBoth(name) {
      for (const each of themes) {
        await theme(each);
        await look(`${name}-${each}`);
      }
    },
    async resize(width, height) {
      const size = await app.electron().evaluate(
        ({ BrowserWindow }, [wide, high]) => {
          const window = BrowserWindow.getAllWindows().find(({ webContents }) =>
            webContents.getURL().includes('/index.html'),
          );
          window?.setMinimumSize(300, 300);
          window?.setContentSize(wide, high);
          return window?.getContentSize();
        },
        [width, height] as const,
      );
      expect(size).toEqual([width, height]);
    },
    setTextSize: (size) =>
      page.evaluate((given) => {
        document.documentElement.style.fontSize = given;
      }, size),
    async end() {
      expect(complaints).toEqual([]);
      await app.quit();
    },
  };
}
