import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { JsonObject } from '../../../shared/kernel/fields';
import { messageOf } from '../../../shared/kernel/message-of';
import { ApiRefusal, Unreachable } from '../../client/failure';
import { inTurn, outcomeOf, playInTurn, type Scene, type Stage } from './stage';

// herald asks over MCP, as a model does with its tools: it writes to people.

const AUTOMATION_ID = 'demo-release-notes';

const posts = [
  { channel: '#releases', text: 'Version 1.4 is out: faster start, three fixes.' },
  { channel: '#support', text: 'The login problem is fixed in 1.4.1. Sorry for the trouble!' },
  { channel: '#team', text: 'The week in numbers: 14 changes merged, 2 reverted.' },
] as const;

async function withTools(stage: Stage, work: (call: CallTool) => Promise<void>): Promise<void> {
  const { url, token } = stage.connection();
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', url), {
    requestInit: { headers: { authorization: `Bearer ${token}`, 'x-tandem-agent-id': stage.agentId } },
  });
  const client = new Client({ name: 'gatehouse-demo', version: '1' });
  try {
    await client.connect(transport);
    await work(async (name, input, signal = stage.signal) => {
      const answer = await client.callTool({ name, arguments: { ...input } }, { signal });
      const data = (answer.structuredContent ?? {}) as JsonObject;
      if (answer.isError === true) throw new ApiRefusal(409, { error: firstLine(answer.content), code: data['code'] });
      return data;
    });
  } catch (error) {
    if (error instanceof ApiRefusal) throw error;
    stage.signal.throwIfAborted();
    throw new Unreachable(messageOf(error));
  } finally {
    await client.close();
  }
}

type CallTool = (name: string, input: JsonObject, signal?: AbortSignal) => Promise<JsonObject>;

function firstLine(content: readonly { readonly type: string; readonly text?: string }[]): string {
  return content.find(({ type }) => type === 'text')?.text?.split('\n')[0] ?? 'refused';
}

const asksToPost: Scene = (stage, turn) =>
  withTools(stage, async (call) => {
    const post = inTurn(posts, turn);
    stage.say(`asks to post to ${post.channel}`);
    const asked = await call('request_approval', {
      request_type: 'external_post',
      target_resource: { type: 'slack', id: post.channel },
      rationale: 'The team reads it there.',
      action: post,
    });
    const { approval_id: approvalId } = asked['approval'] as JsonObject;
    try {
      for (;;) {
        const waited = await call('wait_for_approval', { approval_id: approvalId, wait_ms: 30_000, action: post });
        const { status } = waited['approval'] as JsonObject;
        if (status === 'pending') continue;
        stage.say(`${outcomeOf(status)} post to ${post.channel}`);
        return;
      }
    } finally {
      if (stage.signal.aborted) {
        const reason = 'the demo has ended';
        await call('cancel_approval', { approval_id: approvalId, reason }, AbortSignal.timeout(1_000));
      }
    }
  });

const writesNotes: Scene = (stage) =>
  withTools(stage, async (call) => {
    const { automations } = await call('list_my_automations', {});
    if (!(automations as readonly JsonObject[]).some(({ automation_id: id }) => id === AUTOMATION_ID)) {
      await call('create_automation', {
        automation_id: AUTOMATION_ID,
        name: 'Release notes',
        description: 'Writes the release notes out of the merged changes.',
        status: 'active',
        schedule: { type: 'manual' },
      });
      stage.say('creates an automation: Release notes');
    }
    const started = await call('start_run', { automation_id: AUTOMATION_ID });
    const { run_id: runId } = started['run'] as JsonObject;
    stage.say('writes the release notes');
    await call('reserve_spend', { run_id: runId, usage_id: 'draft', cost_usd: 0.4 });
    await stage.rest(0.5);
    const spent = await call('report_spend', {
      run_id: runId,
      usage_id: 'draft',
      prompt_tokens: 12_400,
      completion_tokens: 1_900,
      cost_usd: 0.34,
    });
    if ((spent['run'] as JsonObject)['status'] !== 'running') {
      stage.say('stops writing: its run was paused');
      return;
    }
    await call('finish_run', {
      run_id: runId,
      status: 'completed',
      detail: 'Notes for 14 changes.',
      node_outputs: { notes: { changes: 14 } },
    });
    stage.say('has written the release notes');
  });

/** Plays herald until the demo is over. */
export const playHerald = (stage: Stage): Promise<never> => playInTurn(stage, [writesNotes, asksToPost]);
