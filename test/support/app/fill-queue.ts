import type { Page } from 'playwright';
import type { AppClient, WireApproval } from './client';

const HOUR_MS = 3_600_000;

/** A request with every field that the API takes. */
export type FullRequest = {
  readonly agent: string;
  readonly ancestors?: readonly string[];
  readonly request_type: string;
  readonly target_resource: { readonly type: string; readonly id: string };
  readonly rationale: string;
  readonly action?: unknown;
  readonly context?: unknown;
  readonly expires_at_ms?: number;
  readonly waiting_until_ms?: number;
};

/** Asks as an agent for anything. */
export async function askFully(app: AppClient, { agent, ancestors = [], ...body }: FullRequest): Promise<WireApproval> {
  const { approval } = await app.call('POST', '/governance/approvals', { agent, ancestors, body });
  return approval as WireApproval;
}

/** Fills the queue with what the desk has something to say to: a diff, a cap, a retirement, three of a kind. */
export async function fillQueue(app: AppClient): Promise<void> {
  const inHours = (hours: number) => Date.now() + hours * HOUR_MS;
  await askFully(app, {
    agent: 'editor',
    ancestors: ['planner', 'builder'],
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'Edit' },
    rationale: 'One attempt is not enough: a short outage failed the whole nightly run.',
    action: {
      tool_name: 'Edit',
      tool_input: {
        file_path: 'src/fetch.ts',
        old_string: 'export const attempts = 1;\nexport const waitMs = 0;\n\nexport function url(path: string) {\n',
        new_string: 'export const attempts = 3;\nexport const waitMs = 500;\n\nexport function url(path: string) {\n',
      },
    },
    context: { ticket: 'OPS-412', tests: { passed: 412, failed: 0 } },
    expires_at_ms: inHours(1),
    waiting_until_ms: inHours(0.4),
  });
  await askFully(app, {
    agent: 'scout',
    request_type: 'quota_override',
    target_resource: { type: 'agent', id: 'scout' },
    rationale: 'The survey is four fifths done and the weekly cap is reached.',
    expires_at_ms: inHours(5),
  });
  for (const [index, file] of ['README.md', 'guide.md', 'faq.md', 'install.md'].entries()) {
    await askFully(app, {
      agent: 'translator',
      request_type: 'tool_call',
      target_resource: { type: 'file', id: `docs/fr/${file}` },
      rationale: `The French ${file} is behind the English one.`,
      action: { command: `translate docs/${file} --to fr --out docs/fr/${file}` },
      expires_at_ms: inHours(8 + index),
    });
  }
  await askFully(app, {
    agent: 'builder',
    request_type: 'capability_request',
    target_resource: { type: 'agent', id: 'builder' },
    rationale: 'The release train needs a helper of its own for each platform.',
    context: { capability_key: 'creates_agents' },
    expires_at_ms: inHours(30),
  });
}

/** Requests of the crowd that one token asks: fewer than may wait for one. */
const CROWD_PER_TOKEN = 150;

/** Asks `count` times, three times for each agent, as fast as the API lets engines that the window makes tokens for. */
export async function fillCrowd(app: AppClient, page: Page, count: number): Promise<void> {
  const tokens = await page.evaluate(
    (engines) =>
      Promise.all(
        Array.from({ length: engines }, async (_, index) => {
          const made = await window.gatehouse.request('token.create', { kind: 'engine', name: `crowd-${index}` });
          return (made as { readonly value: { readonly secret: string } }).value.secret;
        }),
      ),
    Math.ceil(count / CROWD_PER_TOKEN),
  );
  const left = Array.from({ length: count }, (_, index) => index).reverse();
  const worker = async () => {
    for (let index = left.pop(); index !== undefined; index = left.pop()) {
      const body = {
        request_type: 'tool_call',
        target_resource: { type: 'tool', id: `job-${String(index + 1).padStart(4, '0')}` },
        rationale: `Step ${index + 1} of the migration needs it.`,
        action: { command: `migrate --step ${index + 1}` },
        expires_at_ms: Date.now() + (index + 20) * 60_000,
      };
      const agent = `worker-${String(Math.floor(index / 3) + 1).padStart(3, '0')}`;
      const token = tokens[Math.floor(index / CROWD_PER_TOKEN)] ?? '';
      const answer = await app.api('POST', '/governance/approvals', { as: { token }, agent, body });
      if (answer.status === 429) left.push(index);
      else if (answer.status !== 200) throw new Error(`the API answered ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, worker));
}
