import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ReadStore } from '../../electron/kernel/store/database';
import { testTokens } from '../support/app/client';
import { readDatabaseCopy } from '../support/app/database';
import { desktopForTests } from '../support/app/desk';
import { checkpointFilePath, tamper } from '../support/audit';
import { type RunningApp, startApp, startPlainApp } from '../support/running-app';
import { temporaryHome } from '../support/world';

const desktop = desktopForTests({ tray: true });

async function verified(app: RunningApp) {
  const answer = await fetch(`${app.url()}/governance/audit/verify`, {
    headers: { authorization: `Bearer ${testTokens.operator}` },
  });
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}

it('an app that quits has signed everything in both places, and finds at the next start what was changed meanwhile [13.verify-tail]', async () => {
  const home = temporaryHome();
  const start = async () => {
    const app = await startPlainApp({ desktop, home, operatorToken: true, args: ['--hidden'] });
    onTestFinished(() => app.end());
    return app;
  };
  const first = await start();
  for (const tool of ['one', 'two', 'three']) await first.ask({ tool });
  expect(await verified(first)).toMatchObject({ ok: true, rows: 3 });
  expect(await first.quit()).toEqual({ code: 0, signal: null });

  const look = (read: ReadStore) => ({ head: read.audit.mark(read.audit.headSeq()), last: read.checkpoints.last() });
  let seen: ReturnType<typeof look> | undefined;
  readDatabaseCopy(home, (read) => {
    seen = look(read);
  });
  expect(seen?.last).toMatchObject({ seq: 3, hash: seen?.head?.hash });
  const lines = readFileSync(checkpointFilePath(home), 'utf8').trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ seq: 3, hash: seen?.head?.hash });
  expect(statSync(join(home, 'audit-key.json')).mode & 0o777).toBe(0o600);

  const second = await start();
  expect(await verified(second)).toMatchObject({ ok: true, rows: 3, signed_seq: 3 });
  expect(await second.quit()).toEqual({ code: 0, signal: null });
  tamper(home, (database) => database.exec("UPDATE audit_log SET payload = '{}' WHERE seq = 2"));
  const third = await start();
  expect(await verified(third)).toMatchObject({ ok: false, rows: 1, first_bad_seq: 2, problem: 'row_changed' });
});

it('Settings says who keeps the key [13.key-kept]', async () => {
  const app = await startApp({ desktop });
  onTestFinished(() => app.end());
  const page = await app.page();
  await page.getByRole('button', { name: 'Settings' }).click();
  // There is no secret service on the desktop of the tests.
  await page.getByText('This system has no keychain, so the key that signs the audit log is a file').waitFor();
});
