import { ask as send } from './client';
import { type Connection, findConnection } from './connection';
import { Failure } from './failure';

/** One request of the demo, as an agent would send it. */
type DemoRequest = {
  readonly agentId: string;
  readonly says: string;
  readonly body: Readonly<Record<string, unknown>>;
};

const requests: readonly DemoRequest[] = [
  {
    agentId: 'scout',
    says: 'scout wants to run `git push origin main`',
    body: {
      request_type: 'tool_call',
      target_resource: { type: 'tool', id: 'Bash' },
      rationale: 'The fix for the login bug is reviewed and all tests pass.',
      action: { command: 'git push origin main' },
      context: { branch: 'main', commits: 2, tests: 'passed' },
    },
  },
  {
    agentId: 'herald',
    says: 'herald wants to post the release note to Slack',
    body: {
      request_type: 'external_post',
      target_resource: { type: 'slack', id: '#releases' },
      rationale: 'Version 1.4 is out; the team expects the note today.',
      action: { channel: '#releases', text: 'Version 1.4 is out: faster start, three fixes.' },
      context: { audience: 'whole company' },
    },
  },
  {
    agentId: 'planner',
    says: 'planner asks to create agents of its own',
    body: {
      request_type: 'capability_request',
      target_resource: { type: 'agent', id: 'planner' },
      rationale: 'Splitting the migration into three parts needs three sub-agents.',
      context: { capability_key: 'creates_agents' },
    },
  },
];

/** What of an approval is printed. */
type Approval = {
  readonly approval_id: string;
  readonly status: string;
  readonly guidance: { readonly sentence: string };
};

/** How long one request for news is held by the server, in milliseconds. */
const WAIT_MS = 30_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function ask(connection: Connection, request: DemoRequest): Promise<string> {
  const { agentId, body } = request;
  const answer = await send(connection, { method: 'POST', path: '/governance/approvals', agentId, body });
  const approval = answer['approval'] as Approval;
  say(`asked    ${request.says}  [${approval.approval_id}]`);
  return approval.approval_id;
}

async function waitForOutcome(connection: Connection, request: DemoRequest, approvalId: string): Promise<void> {
  for (;;) {
    const path = `/governance/approvals/${approvalId}?wait_ms=${WAIT_MS}`;
    const answer = await send(connection, { path, agentId: request.agentId, timeoutMs: WAIT_MS * 2 });
    const approval = answer['approval'] as Approval;
    if (approval.status === 'pending') continue;
    say(`${approval.status.padEnd(8)} ${request.says}\n         ${approval.guidance.sentence}`);
    return;
  }
}

async function main(): Promise<void> {
  const connection = findConnection(process.env);
  const asked: { readonly request: DemoRequest; readonly approvalId: string }[] = [];
  for (const request of requests) asked.push({ request, approvalId: await ask(connection, request) });
  say('\nDecide them in the window, the tray menu or a notification. Ctrl-C leaves; the requests stay.\n');
  await Promise.all(asked.map(({ request, approvalId }) => waitForOutcome(connection, request, approvalId)));
  say('\nAll three are settled.');
}

main().catch((error: unknown) => {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
});
