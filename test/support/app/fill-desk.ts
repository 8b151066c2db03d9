import type { RunningApp } from '../running-app';
import { runAutomation } from './fill-automations';
import { fillQueue } from './fill-queue';
import { createAutomation, setLimits, startRun } from './runs';

const DAY_MS = 86_400_000;

/**
 * Lets a day happen on a desk that has a history (`fillSpendHistory`), so that each of its views has something to show: requests
 * that wait, runs, a failing automation, ones that end, that are retired or deleted, a paused agent, a cap that is reached.
 */
export async function fillDesk(app: RunningApp): Promise<void> {
  const as = 'operator';
  const body = (given: Readonly<Record<string, unknown>>) => ({ as, body: given }) as const;
  await setLimits(app, { weekly_spend_cap_usd: 9 });
  await app.call('PATCH', '/governance/agents/ledger/limits', body({ weekly_spend_cap_usd: 4 }));
  await createAutomation(app, {
    id: 'pr-review',
    name: 'Review of small pull requests',
    by: 'scout',
    ancestors: ['planner'],
  });
  await createAutomation(app, {
    id: 'link-check',
    name: 'Check of links',
    by: 'crawler',
    ancestors: ['planner', 'scout'],
  });
  await runAutomation(app, 'pr-review', { status: 'completed', costUsd: 0.31, outputs: { reviewed: 4 } });
  for (const status of ['failed', 'failed', 'blocked', 'failed', 'failed'] as const) {
    await runAutomation(app, 'link-check', { status, costUsd: 0.06, detail: 'The site refused the crawler.' });
  }
  await startRun(app, 'docs-crawl');
  await startRun(app, 'invoice-match', 4.2);
  const inThreeDays = Date.now() + 3 * DAY_MS;
  await app.call('POST', '/automations/v2/release-notes/extend', body({ expires_at_ms: inThreeDays }));
  await app.call('POST', '/automations/v2/archive/retire', body({ reason: 'Mail is archived by the server now.' }));
  await app.call('DELETE', '/automations/v2/watch-prices', { as });
  await app.call('POST', '/governance/agents/tidy/pause', body({ reason: 'It deleted a log that we need.' }));
  await app.call('POST', '/governance/health_check', { as });
  await fillQueue(app);
}
