import type { RunningApp } from '../running-app';
import type { AppClient } from './client';
import { agentToken } from './desk';

/** A session as an engine's hook tells of it. */
type Told = {
  readonly engine: string;
  readonly session_id: string;
  readonly workspace: string;
  readonly title?: string;
  readonly branch?: string;
  readonly model?: string;
  readonly permission_mode?: string;
};

type Worker = { readonly token: string; readonly agent?: string };

const asWorker = ({ token, agent }: Worker, body: unknown) =>
  ({ as: { token }, ...(agent !== undefined && { agent }), body }) as const;

let calls = 0;

/** Tells of a call before it, as the hook does; with `asks`, the engine would ask about it too. Answers the approval, where one is asked for. */
async function call(
  app: AppClient,
  worker: Worker,
  session: Told,
  [tool_name, action]: readonly [string, Readonly<Record<string, unknown>>],
  becomes: 'done' | 'failed' | 'waits' | 'approved' | 'denied' | 'missed' | 'terminal',
): Promise<void> {
  const tool_use_id = `toolu_${++calls}`;
  const isAsked = becomes !== 'done' && becomes !== 'failed';
  const told = { tool_name, action, tool_use_id };
  await app.call(
    'POST',
    '/governance/tool_calls/decide',
    asWorker(worker, { session, call: { ...told, engine_asks: isAsked ? 'asking' : 'never', ask_mode: 'engine' } }),
  );
  const ended = (is_error: boolean) =>
    app.call(
      'POST',
      '/governance/sessions/events',
      asWorker(worker, { session, event: 'called', call: told, is_error }),
    );
  if (!isAsked) {
    await ended(becomes === 'failed');
    return;
  }
  const waitingUntilMs = Date.now() + 540_000;
  const { approval } = await app.call(
    'POST',
    '/governance/approvals',
    asWorker(worker, {
      request_type: 'tool_call',
      target_resource: { type: 'tool', id: tool_name },
      rationale: `Claude Code wants to use ${tool_name}.`,
      action,
      context: { engine: session.engine, session_id: session.session_id, cwd: session.workspace, tool_use_id },
      waiting_until_ms: waitingUntilMs,
      expires_at_ms: waitingUntilMs + 5_000,
    }),
  );
  const path = `/governance/approvals/${(approval as { readonly approval_id: string }).approval_id}`;
  if (becomes === 'approved') {
    await app.call('POST', `${path}/approve`, { as: 'operator', body: {} });
    await app.call('POST', `${path}/consume`, asWorker(worker, { action }));
    await ended(false);
  } else if (becomes === 'denied') {
    await app.call('POST', `${path}/deny`, { as: 'operator', body: { notes: 'Not this table.' } });
  } else if (becomes === 'missed' || becomes === 'terminal') {
    const reason =
      becomes === 'missed'
        ? 'Nobody decided in Gatehouse within 540 seconds; this is not a refusal.'
        : 'It was answered in the terminal, or the session went on without it.';
    await app.call('POST', `${path}/cancel`, asWorker(worker, { reason }));
    if (becomes === 'terminal') await ended(false);
  }
}

/** Fills the desk with sessions of three engines as their hooks tell of them: live, waiting, with a sub-agent, and over. */
export async function fillSessions(app: RunningApp): Promise<void> {
  const claude = { token: await agentToken(app, 'claude-code') };
  const codex = { token: await agentToken(app, 'codex') };
  const cart: Told = {
    engine: 'claude',
    session_id: '1f6f8a52-3f0e-4c58-9c0e-7d1a5b1c2e01',
    workspace: '/home/olga/shop',
    title: 'Make the cart survive a reload, and test it',
    branch: 'fix/cart-reload',
    model: 'claude-opus-4-5',
    permission_mode: 'acceptEdits',
  };
  const billing: Told = {
    engine: 'claude',
    session_id: '9b1c7700-aaaa-4c58-9c0e-7d1a5b1c2e02',
    workspace: '/home/olga/billing-api',
    title: 'Drop the old invoices table',
    branch: 'main',
    model: 'claude-sonnet-4-5',
    permission_mode: 'default',
  };
  const docs: Told = {
    engine: 'codex',
    session_id: '0199-docs',
    workspace: '/home/olga/docs',
    title: 'Bring the guide up to date',
  };
  const over: Told = {
    engine: 'claude',
    session_id: 'over-1',
    workspace: '/home/olga/shop',
    title: 'Why does the login blink?',
  };

  await call(app, claude, over, ['Read', { file_path: '/home/olga/shop/src/login.ts' }], 'done');
  await app.call('POST', '/governance/sessions/events', asWorker(claude, { session: over, event: 'ended' }));
  await call(app, codex, docs, ['Bash', { command: 'npm run docs' }], 'failed');
  await call(app, codex, docs, ['Bash', { command: 'npm run docs -- --fix' }], 'done');
  await call(app, claude, billing, ['Bash', { command: 'psql billing -c "DROP TABLE invoices_old"' }], 'denied');
  await call(app, claude, billing, ['Bash', { command: 'pg_dump billing > /tmp/billing.sql' }], 'missed');
  await call(app, claude, billing, ['Bash', { command: 'ls -la /tmp' }], 'terminal');
  await call(app, claude, cart, ['Read', { file_path: '/home/olga/shop/src/cart/store.ts' }], 'done');
  await call(
    app,
    claude,
    cart,
    ['Edit', { file_path: '/home/olga/shop/src/cart/store.ts', old_string: 'a', new_string: 'b' }],
    'done',
  );
  await call(app, claude, cart, ['Bash', { command: 'npm test' }], 'failed');
  await call(app, claude, cart, ['Bash', { command: 'npm install idb-keyval' }], 'approved');
  await app.call('POST', '/governance/sessions/uses', {
    as: claude,
    body: {
      engine: 'claude',
      uses: [
        {
          ...{ session_id: cart.session_id, mark: 'm1', model: 'claude-opus-4-5', part: 'whole', at_ms: Date.now() },
          ...{
            input_tokens: 2_000,
            cache_read_tokens: 90_000,
            cache_write_tokens: 9_000,
            output_tokens: 4_100,
            cost_usd: 0.42,
          },
        },
      ],
    },
  });
  const reviewer = { ...claude, agent: 'claude-code/code-reviewer-a8a5aea3' };
  await call(app, reviewer, cart, ['Grep', { pattern: 'localStorage' }], 'done');
  await call(app, reviewer, cart, ['Bash', { command: 'git push origin fix/cart-reload' }], 'waits');
  await call(app, claude, cart, ['Bash', { command: 'rm -rf .cache' }], 'waits');
}
