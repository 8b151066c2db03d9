import type { RunningApp } from '../running-app';
import type { AskOptions } from './client';

const HOUR_MS = 3_600_000;

/** Requests as agents really make them, for pictures: their deadlines are hours from now. */
const ordinary: readonly (AskOptions & { readonly hours: number })[] = [
  {
    agent: 'release-bot',
    type: 'tool',
    tool: 'git push',
    rationale:
      'All 412 tests pass on the branch and the review by Mara is in. The fix for the login loop should reach users before the weekend.',
    action: { command: 'git push origin release/2.4 && git push origin v2.4.1' },
    context: { branch: 'release/2.4', commits: 7, tests: { passed: 412, failed: 0 } },
    hours: 0.4,
  },
  {
    agent: 'scout',
    type: 'tool',
    tool: 'shell',
    rationale: 'The build folder has 38 GB of old artefacts and the disk is nearly full.',
    action: { command: 'rm -rf ~/builds/2025-*' },
    hours: 5,
  },
  {
    agent: 'press-writer',
    type: 'channel',
    tool: 'mastodon/@example',
    rationale: 'The release notes are final. This is the announcement that we agreed on in the plan.',
    action: { post: 'Version 2.4.1 is out: the login loop is gone. Thank you for the reports!', visibility: 'public' },
    hours: 20,
  },
  {
    agent: 'ledger',
    type: 'tool',
    tool: 'payments.refund',
    rationale: 'The customer was charged twice for order 8841. Policy 3.2 allows a refund of the second charge.',
    action: { order: '8841', amount: '129.00', currency: 'EUR', reason: 'duplicate charge' },
    hours: 47,
  },
];

/** Asks for each of a few ordinary things. */
export async function askOrdinary(app: RunningApp): Promise<void> {
  for (const { hours, ...request } of ordinary) {
    await app.ask({ ...request, expiresAtMs: Date.now() + hours * HOUR_MS });
  }
}

/** Asks so much that no list shows it at a glance. */
export async function askCrowd(app: RunningApp, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await app.ask({
      agent: `worker-${Math.floor(index / 40) + 1}`,
      tool: `job-${String(index + 1).padStart(3, '0')}`,
      rationale: `Step ${index + 1} of the migration needs it.`,
      expiresAtMs: Date.now() + (index + 2) * HOUR_MS * 0.3,
    });
  }
}
