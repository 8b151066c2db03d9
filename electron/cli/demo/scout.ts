import { actTitle } from '../../../shared/act/act-title';
import { hookRationale } from '../../../shared/act/engine-facts';
import { engineNames } from '../../../shared/contract/engine';
import { approvalsOver, type WireApproval } from '../../client/approvals';
import type { WireRun } from '../run/runs';
import { createOnce, inTurn, outcomeOf, playInTurn, type Scene, type Stage } from './stage';

// scout asks over HTTP, as any program can: in the shape in which the hook of Claude Code asks, and it looks after a code base.

const AUTOMATION_ID = 'demo-dependency-check';

/** How long it is tried to withdraw what was asked once the demo is over, in milliseconds. */
const LAST_WORD_MS = 1_000;

const session = {
  engine: 'claude',
  session_id: 'demo-session',
  workspace: '/home/you/shop',
  title: 'Make the cart survive a reload, and test it',
  branch: 'fix/cart',
  permission_mode: 'default',
} as const;

const file = (name: string) => `${session.workspace}/${name}`;

/** What a session of Claude Code asks for, as its hook sends it. */
const acts = [
  {
    tool: 'Edit',
    input: {
      file_path: file('src/cart/store.ts'),
      old_string: '  return sum;',
      new_string: '  return Math.round(sum * 100) / 100;',
      replace_all: false,
    },
  },
  { tool: 'Bash', input: { command: 'npm test', description: 'Run the tests' } },
  {
    tool: 'Write',
    input: { file_path: file('src/cart/keep.ts'), content: "export const keep = (cart) => set('cart', cart);\n" },
  },
  { tool: 'Bash', input: { command: 'git push origin fix/cart', description: 'Publish the branch' } },
] as const;

/** What one check of the dependencies costs, step by step, in US dollars. */
const stepCosts = [0.08, 0.21, 0.13] as const;

const asksForAnAct: Scene = async (stage, turn) => {
  const { tool, input } = inTurn(acts, turn);
  const title = actTitle({ toolName: tool, action: input, cwd: session.workspace });
  stage.say(`asks: ${title}`);
  const call = { tool_name: tool, action: input, engine_asks: 'asking', ask_mode: 'engine' };
  await stage.call({ method: 'POST', path: '/governance/tool_calls/decide', body: { session, call } });
  const asked = await approvalsOver(stage.call).request({
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: tool },
    rationale: 'description' in input ? input.description : hookRationale(engineNames.claude, tool),
    action: input,
    context: {
      engine: session.engine,
      session_id: session.session_id,
      cwd: session.workspace,
      permission_mode: session.permission_mode,
      hook_event_name: 'PermissionRequest',
    },
  });
  // Goes on with other work meanwhile, as an agent with several tasks does. The same question meets the same approval.
  if (waitedFor.has(asked.approval_id)) return;
  waitedFor.add(asked.approval_id);
  void settled(stage, asked, { title, action: input }).catch(() => undefined);
};

const waitedFor = new Set<string>();

type Wanted = { readonly title: string; readonly action: unknown };

async function settled(stage: Stage, asked: WireApproval, { title, action }: Wanted) {
  const approvals = approvalsOver(stage.call);
  try {
    const { approval_id: approvalId, status } = await approvals.untilDecided(asked, { signal: stage.signal });
    if (status === 'approved') await approvals.consume(approvalId, action);
    stage.say(`${outcomeOf(status)}: ${title}`);
  } catch (error) {
    if (!stage.signal.aborted) throw error;
    const signal = AbortSignal.timeout(LAST_WORD_MS);
    await approvals.cancel(asked.approval_id, 'the demo has ended', { signal });
  }
}

const runsItsAutomation: Scene = async (stage, turn) => {
  await createOnce(stage, {
    automation_id: AUTOMATION_ID,
    name: 'Nightly dependency check',
    description: 'Looks for updates with known problems and writes a report.',
    schedule: { type: 'daily', at: '03:00' },
    flow: { nodes: [{ node_id: 'check', agent_id: stage.agentId, objective: 'Report outdated packages' }] },
  });
  const send = async (method: 'POST' | 'PATCH', path: string, body: unknown) =>
    ((await stage.call({ method, path, body })) as { readonly run: WireRun }).run;
  const { run_id: runId } = await send('POST', `/automations/v2/${AUTOMATION_ID}/run_now`, {});
  const path = `/automations/v2/runs/${runId}`;
  await send('PATCH', path, { status: 'running' });
  stage.say('checks the dependencies');
  for (const [step, cost] of stepCosts.entries()) {
    await stage.rest(0.3);
    const { status } = await send('POST', `${path}/spend`, {
      usage_id: `step-${step}`,
      prompt_tokens: 4_000 + 900 * step,
      completion_tokens: 700,
      cost_usd: cost,
    });
    if (status !== 'running') return stage.say(`stops the check: its run is ${status}`);
  }
  const hasFailed = turn % 4 === 2;
  await send('PATCH', path, {
    status: hasFailed ? 'failed' : 'completed',
    detail: hasFailed ? 'The registry did not answer.' : '3 packages can be updated.',
    ...(!hasFailed && { node_outputs: { check: { outdated: 3 } } }),
  });
  stage.say(hasFailed ? 'fails: the registry did not answer' : 'is done: 3 packages can be updated');
};

/** Plays scout until the demo is over. */
export const playScout = (stage: Stage): Promise<never> => playInTurn(stage, [asksForAnAct, runsItsAutomation]);
