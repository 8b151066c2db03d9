import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectMcp, eras, type McpConnection, mcpHeaders } from '../../support/mcp-client';
import { createWorld, operator, START } from '../../support/world';

const act = { command: 'git push' };

async function asked(connection: McpConnection = {}) {
  const world = createWorld();
  const api = await world.startApi();
  const mcp = await connectMcp(api.url, connection);
  const { data } = await mcp.tool('request_approval', {
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'Bash' },
    rationale: 'The tests pass.',
    action: act,
    expires_at_ms: START + 1_800_000,
  });
  const approvalId = data.approval.approval_id as string;
  const stored = () => world.store.read.approvals.find(approvalId);
  return {
    world,
    api,
    mcp,
    approvalId,
    stored,
    wait: (more = {}) => mcp.tool('wait_for_approval', { approval_id: approvalId, ...more }),
  };
}

describe.each(eras)('with a client of %s', (era) => {
  test('pending, expired and cancelled are never told as denied [7.not-denied-mcp]', async () => {
    const pending = await asked({ era });
    const expired = await asked({ era });
    expired.world.clock.at = START + 1_800_000;
    await expired.world.execute(operator, 'approval.deny', { approvalId: expired.approvalId });
    const cancelled = await asked({ era });
    await cancelled.mcp.tool('cancel_approval', {
      approval_id: cancelled.approvalId,
      reason: 'answered in the terminal',
    });
    const denied = await asked({ era });
    await denied.world.execute(operator, 'approval.deny', { approvalId: denied.approvalId, notes: 'too early' });

    const answers = {
      pending: await pending.wait({ wait_ms: 10 }),
      expired: await expired.wait(),
      cancelled: await cancelled.wait({ action: act }),
      denied: await denied.wait({ action: act }),
    };
    for (const [status, { isError, data }] of Object.entries(answers)) {
      expect({ isError, status: data.approval.status as string }).toEqual({ isError: false, status });
    }
    expect(answers.pending.text).toMatch(/^Nobody has decided yet\./);
    expect(answers.expired.text).toMatch(/^Nobody answered within 30 minutes; this is not a refusal\./);
    expect(answers.cancelled.text).toMatch(
      /^This request was withdrawn before anybody decided; this is not a refusal\./,
    );
    expect(answers.denied.text).toMatch(/^The operator denied this\..* too early/);
    const canAskAgain = Object.entries(answers).map(([status, { data }]) => [
      status,
      data.approval.guidance.can_ask_again,
    ]);
    expect(Object.fromEntries(canAskAgain)).toEqual({ pending: false, expired: true, cancelled: true, denied: false });
    for (const status of ['pending', 'expired', 'cancelled'] as const) {
      expect(answers[status].text).not.toMatch(/denied|declined|rejected/i);
    }
  });

  test('a wait lasts 45 seconds unless it is told shorter, and then answers pending [api-3.wait]', async () => {
    const { world, wait } = await asked({ era });
    // Only timers that are set from here on stand still; the one of the wait is the last of them.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const waiting = wait();
    while (world.waitingCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(44_999);
    expect(world.waitingCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(world.waitingCount()).toBe(0);
    expect((await waiting).data.approval.status).toBe('pending');
  });

  test('a client that cancels ends the wait at once, and nothing is used up for it', async () => {
    const { world, mcp, approvalId, stored } = await asked({ era });
    const cancel = new AbortController();
    const waiting = mcp.tool('wait_for_approval', { approval_id: approvalId, action: act }, cancel.signal);
    const ended = expect(waiting).rejects.toThrow();
    await expect.poll(world.waitingCount).toBe(1);
    cancel.abort();
    await ended;
    await expect.poll(world.waitingCount).toBe(0);
    await world.execute(operator, 'approval.approve', { approvalId });
    expect(stored()).toMatchObject({ status: 'approved' });
    expect(stored()).not.toHaveProperty('consumedAtMs');
    // The session lives on.
    expect((await mcp.tool('wait_for_approval', { approval_id: approvalId, action: act })).isError).toBe(false);
    expect(stored()).toHaveProperty('consumedAtMs');
  });

  test('a client that disconnects ends the wait at once', async () => {
    const { world, mcp, wait } = await asked({ era });
    const ended = expect(wait()).rejects.toThrow();
    await expect.poll(world.waitingCount).toBe(1);
    await mcp.client.close();
    await ended;
    await expect.poll(world.waitingCount).toBe(0);
  });

  test('waits are answered, not cut off, when the API closes', async () => {
    const { world, api, wait } = await asked({ era });
    const waiting = wait();
    await expect.poll(world.waitingCount).toBe(1);
    await api.close();
    expect((await waiting).data.approval.status).toBe('pending');
  });
});

test('the HTTP request of a call that was cancelled is answered too, so that nothing of it stays open', async () => {
  const { world, api, mcp, approvalId } = await asked();
  const send = (message: object) =>
    fetch(`${api.url}/mcp`, {
      method: 'POST',
      headers: {
        ...mcpHeaders({}),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-session-id': mcp.sessionId() ?? '',
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
  const params = { name: 'wait_for_approval', arguments: { approval_id: approvalId } };
  const waiting = send({ id: 'w', method: 'tools/call', params });
  await expect.poll(world.waitingCount).toBe(1);
  // Another one with its id would take its answer.
  expect((await send({ id: 'w', method: 'tools/list' })).status).toBe(400);
  expect((await send({ method: 'notifications/cancelled', params: { requestId: 'w' } })).status).toBe(202);
  expect((await waiting).status).toBe(200);
});
