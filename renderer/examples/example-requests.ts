import type { Approval } from '../../shared/contract/approval';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Example = Pick<Approval, 'requestType' | 'targetResource' | 'rationale'> & {
  readonly agentId: string;
  readonly ancestorIds?: readonly string[];
  readonly action?: unknown;
  readonly context?: unknown;
  readonly leftMs: number;
};

const examples: readonly Example[] = [
  {
    agentId: 'release-bot',
    ancestorIds: ['planner'],
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'git push' },
    rationale: 'All 412 tests pass and the review is in. The fix for the login loop should reach users today.',
    action: { command: 'git push origin release/2.4' },
    context: { branch: 'release/2.4', commits: 7 },
    leftMs: 25 * MINUTE_MS,
  },
  {
    agentId: 'editor',
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: 'edit file' },
    rationale: 'The retry gave up after one attempt, so a short outage failed the whole run.',
    action: {
      file_path: 'src/fetch.ts',
      before: 'const attempts = 1;\nconst waitMs = 0;\n',
      after: 'const attempts = 3;\nconst waitMs = 500;\n',
    },
    leftMs: 2 * HOUR_MS,
  },
  {
    agentId: 'scout',
    requestType: 'quota_override',
    targetResource: { type: 'agent', id: 'scout' },
    rationale: 'The weekly cap is reached, and the survey is four fifths done.',
    leftMs: 9 * HOUR_MS,
  },
  ...['README.md', 'guide.md', 'faq.md'].map((file, index) => ({
    agentId: 'translator',
    requestType: 'tool_call' as const,
    targetResource: { type: 'file', id: `docs/fr/${file}` },
    rationale: `The French ${file} is behind the English one.`,
    action: { command: `translate docs/${file} --to fr` },
    leftMs: (20 + index) * HOUR_MS,
  })),
  {
    agentId: 'press-writer',
    requestType: 'external_post',
    targetResource: { type: 'channel', id: 'mastodon/@example' },
    rationale: 'The release notes are final. This is the announcement from the plan.',
    action: { post: 'Version 2.4 is out: the login loop is gone.', visibility: 'public' },
    leftMs: 47 * HOUR_MS,
  },
];

/** Requests that no agent made, for an operator who looks around; as if they had been asked a little before `nowMs`. */
export function exampleRequests(nowMs: number): readonly Approval[] {
  return examples.map(({ agentId, ancestorIds = [], leftMs, context = {}, ...example }, index) => ({
    ...example,
    approvalId: `example-${index + 1}`,
    requestedBy: { kind: 'agent', actorId: agentId },
    context,
    status: 'pending',
    revision: 1,
    expiresAtMs: nowMs + leftMs,
    ancestorIds: [...ancestorIds],
    createdAtMs: nowMs - 3 * MINUTE_MS,
    updatedAtMs: nowMs - 3 * MINUTE_MS,
    guidance: { canAskAgain: false, sentence: '' },
  }));
}
