import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { connectAll, startHook } from '../support/app/hooks';
import { picturePath } from '../support/app/surfaces';
import type { NotificationDaemon } from '../support/desktop/notifications';
import { hookInput } from '../support/hook-world';
import { startApp } from '../support/running-app';

const daemons: readonly NotificationDaemon[] = ['dunst', 'xfce4-notifyd'];

describe.each(daemons)('a hook that waits, on a desktop with %s', (notifications) => {
  const desktop = desktopForTests({ tray: true, notifications });

  it('is answered by the buttons of its notification: npm test is allowed, and the next one denied', async () => {
    const app = await startApp({ desktop, operatorToken: true });
    onTestFinished(() => app.end());
    await connectAll(app);
    const shop = join(app.home, 'work', 'shop');
    mkdirSync(join(shop, '.git'), { recursive: true });
    const hookThatRuns = (command: string) =>
      startHook(
        app.home,
        'claude',
        hookInput('claude', 'permission-request', { cwd: shop, tool_input: { command, description: 'Run the tests' } }),
      );

    const allowed = hookThatRuns('npm test');
    const shown = await desktop.notifications.shown('shop: Run npm test');
    expect(shown.body).toMatch(/^npm test\nClaude Code in .*\/shop\n.*Waits until \d+:\d\d( [AP]M)?$/s);
    expect(shown.actions.map(({ label }) => label)).toEqual(['Approve', 'Deny', 'Open']);
    await desktop.notifications.drawn('shop: Run npm test');
    await desktop.screenshot(picturePath(`notification-hook-${notifications}`));
    await desktop.notifications.clickAction('shop: Run npm test', 'Approve');
    const { code, stdout, stderr } = await allowed;
    expect({ code, stderr, answer: JSON.parse(stdout) }).toEqual({
      code: 0,
      stderr: '',
      answer: { hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'allow' } } },
    });
    await desktop.notifications.gone('shop: Run npm test');

    const denied = hookThatRuns('npm run lint');
    await desktop.notifications.clickAction('shop: Run npm run lint', 'Deny');
    expect(JSON.parse((await denied).stdout)).toMatchObject({
      hookSpecificOutput: { decision: { behavior: 'deny' } },
    });
    await app.quit();
  });
});
