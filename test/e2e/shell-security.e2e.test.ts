import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { Page } from 'playwright';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { appForTests } from '../support/app/desk';
import { popoverPage } from '../support/app/popover';
import { row } from '../support/app/surfaces';

const { app } = appForTests({ tray: true }, { operatorToken: false });
let page: Page;
beforeAll(async () => {
  page = await app.page();
  await page.getByText('Nothing is waiting for you.').waitFor();
});

it('the page has no Node, and only the two functions of the bridge', async () => {
  const found = await page.evaluate(() => ({
    node: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
      (name) => name in globalThis,
    ),
    bridge: Object.entries(window.gatehouse).map(([name, value]) => `${name}: ${typeof value}`),
  }));
  expect(found).toEqual({ node: [], bridge: ['request: function', 'onPush: function'] });
  const preferences = await app.electron().evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find(({ webContents }) =>
      webContents.getURL().includes('/index.html'),
    );
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> } | undefined;
    const { contextIsolation, sandbox, nodeIntegration, webviewTag, webSecurity } =
      contents?.getLastWebPreferences() ?? {};
    return { contextIsolation, sandbox, nodeIntegration, webviewTag, webSecurity };
  });
  expect(preferences).toEqual({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webviewTag: false,
    webSecurity: true,
  });
});

// As root Chromium runs only without its sandbox.
it.runIf(process.getuid?.() !== 0)('the page’s process is sandboxed by the kernel', async () => {
  const pid = await app.electron().evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find(({ webContents }) =>
      webContents.getURL().includes('/index.html'),
    );
    return window?.webContents.getOSProcessId();
  });
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  // 2 is a filter of system calls.
  expect(/^Seccomp:\s+(\d)$/mu.exec(status)?.[1]).toBe('2');
});

it('the page’s policy lets no script but its own run, and reaches no network', async () => {
  const requests: string[] = [];
  const server = await listen((url) => requests.push(url));
  const outcome = await page.evaluate(async (url) => {
    const heard = new Set<string>();
    const everyViolation = new Promise<void>((done) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        heard.add(effectiveDirective);
        if (['connect-src', 'img-src', 'script-src-elem', 'script-src-attr'].every((name) => heard.has(name))) done();
      });
    });
    const added = (element: HTMLElement) =>
      new Promise<string>((done) => {
        element.addEventListener('load', () => done('loaded'));
        element.addEventListener('error', () => done('refused'));
        document.body.append(element);
      });
    const inline = document.createElement('script');
    inline.textContent = 'window.wasHacked = true';
    document.body.append(inline);
    const button = document.createElement('button');
    button.setAttribute('onclick', 'window.wasHacked = true');
    button.click();
    const image = Object.assign(document.createElement('img'), { src: `${url}/image.png` });
    const script = Object.assign(document.createElement('script'), { src: `${url}/script.js` });
    const frame = Object.assign(document.createElement('iframe'), { src: `${url}/frame` });
    document.body.append(frame);
    const outcomes = {
      image: await added(image),
      script: await added(script),
      fetch: await fetch(`${url}/fetch`).then(
        () => 'answered',
        () => 'refused',
      ),
      inline: 'wasHacked' in window ? 'ran' : 'refused',
    };
    await everyViolation;
    for (const element of [inline, image, script, frame]) element.remove();
    return outcomes;
  }, server.url);
  expect(outcome).toEqual({ image: 'refused', script: 'refused', fetch: 'refused', inline: 'refused' });
  expect(requests).toEqual([]);
});

it('permissions are denied', async () => {
  const states = await page.evaluate(async () => ({
    notifications: await Notification.requestPermission(),
    geolocation: await new Promise<string>((done) => {
      navigator.geolocation.getCurrentPosition(
        () => done('granted'),
        () => done('denied'),
      );
    }),
    camera: await (navigator.mediaDevices?.getUserMedia({ video: true }) ?? Promise.reject(new Error('none'))).then(
      () => 'granted',
      () => 'denied',
    ),
    clipboard: await navigator.clipboard.readText().then(
      () => 'granted',
      () => 'denied',
    ),
  }));
  expect(states).toEqual({ notifications: 'denied', geolocation: 'denied', camera: 'denied', clipboard: 'denied' });
});

it('requests over the bridge that do not have the form of the contract are refused by their code', async () => {
  const codes = await page.evaluate(async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const tries: [unknown, unknown][] = [
      ['approval.approve', {}],
      ['approval.approve', { approvalId: 7 }],
      ['approval.approve', { approvalId: 'x'.repeat(101) }],
      ['approval.approve', { approvalId: 'apr_1', isAdmin: true }],
      ['approval.approve', circular],
      ['approval.approve', null],
      ['approval.approve', 'apr_1'],
      ['desk.setPreferences', { port: 70_000 }],
      ['desk.setPreferences', { theme: 'pink' }],
      ['desk.copyText', { text: 'x'.repeat(100_001) }],
      ['token.create', { kind: 'root', name: 'x' }],
      ['no.such.name', {}],
      ['__proto__', {}],
      ['toString', {}],
      [42, {}],
      [undefined, undefined],
    ];
    const answers: string[] = [];
    for (const [name, input] of tries) {
      const result = await window.gatehouse.request(name as string, input);
      answers.push(result.ok ? 'done' : result.refusal.code);
    }
    return answers;
  });
  expect(codes).toEqual([
    ...Array.from({ length: 11 }, () => 'VALIDATION_FAILED'),
    ...Array.from({ length: 5 }, () => 'NOT_FOUND'),
  ]);
  // The rows for Gatehouse itself are not the operator's.
  const internal = await page.evaluate(() => window.gatehouse.request('approvals.expireDue', {}));
  expect(internal).toMatchObject({ ok: false, refusal: { code: 'FORBIDDEN' } });
});

it('a page that is not ours is refused, though it has our preload', async () => {
  // As if something had got a window of its own past all else.
  const answers = await app.electron().evaluate(async ({ app: main, BrowserWindow }) => {
    const preload = `${main.getAppPath()}/out/preload/preload.cjs`;
    const ask = `window.gatehouse.request('queue.snapshot', {}).then((result) => JSON.stringify(result))`;
    const results: string[] = [];
    for (const url of ['app://gatehouse/index.html', 'about:blank']) {
      const other = new BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, contextIsolation: true },
      });
      await other.loadURL(url);
      results.push((await other.webContents.executeJavaScript(ask)) as string);
      other.destroy();
    }
    return results;
  });
  for (const answer of answers) {
    expect(JSON.parse(answer)).toMatchObject({ ok: false, refusal: { code: 'FORBIDDEN' } });
  }
});

it('the pages’ protocol serves nothing outside its folder', async () => {
  const statuses = await app.electron().evaluate(async ({ net }) => {
    const found: number[] = [];
    const paths = [
      'index.html',
      '../main/main.cjs',
      '..%2fmain%2fmain.cjs',
      '%2e%2e/main/main.cjs',
      'no-such.html',
      '',
    ];
    for (const path of paths) found.push((await net.fetch(`app://gatehouse/${path}`)).status);
    found.push((await net.fetch('app://elsewhere/index.html')).status);
    return found;
  });
  expect(statuses).toEqual([200, 404, 404, 404, 404, 404, 404]);
});

it('no element of the page comes from what an agent wrote', async () => {
  const markup =
    '<img src=x onerror="document.title=1"><script>document.title=2</script><iframe></iframe><a href=x>y</a>';
  await app.ask({
    tool: `marked ${markup}`,
    rationale: markup,
    action: { command: markup, [markup]: markup },
    context: { [markup]: [markup] },
    agent: 'markup<b>bold</b>',
  });
  await row(page, 'marked').click();
  await page.getByRole('article').getByText('document.title=2').first().waitFor();
  expect(
    await page.locator('#root').locator('img, script, iframe, object, embed, a, base, form, meta, link').count(),
  ).toBe(0);
  expect(await page.title()).toBe('Gatehouse');
  await page.reload();
  await row(page, 'marked').waitFor();
});

// Last, because Playwright waits for a navigation that is refused, and never speaks to the page again.
it('windows and navigation are refused in both pages, to our own API too', async () => {
  const requests: string[] = [];
  const server = await listen((url) => requests.push(url));
  // It is made some time after the first request, for which the tests before have asked.
  await popoverPage(app);
  const targets = [
    `${server.url}/`,
    `${app.url()}/global/health`,
    'file:///etc/passwd',
    'data:text/html,<h1>x</h1>',
    'https://example.org/',
  ];
  const pages = [
    { url: 'app://gatehouse/index.html', title: 'Gatehouse' },
    { url: 'app://gatehouse/popover.html', title: 'Gatehouse: decide now' },
  ];
  for (const { url, title } of pages) {
    expect(await leaveFrom(url, targets)).toEqual({ opened: false, url, title, hasContent: true });
  }
  const open = await app
    .electron()
    .evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map(({ webContents }) => webContents.getURL()));
  expect(open.toSorted()).toEqual(pages.map(({ url }) => url));
  expect(requests).toEqual([]);
});

/** Has the page of this address try every way to another page and to another window, and tells what it is after that. */
function leaveFrom(url: string, targets: readonly string[]) {
  return app.electron().evaluate(
    async ({ BrowserWindow }, trial) => {
      const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.getURL() === trial.url);
      const run = (code: string) => window?.webContents.executeJavaScript(code, true) as Promise<unknown>;
      const opened = await run(`window.open(${JSON.stringify(trial.targets[0])}) !== null`);
      for (const target of trial.targets.map((to) => JSON.stringify(to))) {
        await run(
          `{ const a = document.createElement('a'); a.href = ${target}; document.body.append(a); a.click(); a.remove(); }`,
        );
        await run(
          `{ const a = document.createElement('a'); a.href = ${target}; a.target = '_blank'; document.body.append(a); a.click(); a.remove(); }`,
        );
        await run(`location.href = ${target}; 0`);
        await run(
          `{ const f = document.createElement('form'); f.action = ${target}; f.method = 'post'; document.body.append(f); f.submit(); f.remove(); }`,
        );
      }
      // A navigation that was let through would have begun by the time that the page has answered these. A hidden page draws no frames.
      for (let turn = 0; turn < 20; turn += 1) {
        await run('new Promise((done) => setTimeout(done, 16))');
      }
      return {
        opened,
        url: window?.webContents.getURL(),
        title: await run('document.title'),
        hasContent: await run('document.querySelector("#root").childElementCount > 0'),
      };
    },
    { url, targets },
  );
}

async function listen(hear: (url: string) => void): Promise<{ readonly url: string }> {
  const server: Server = createServer((request, response) => {
    hear(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*').end('x');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { url: `http://127.0.0.1:${address.port}` };
}
