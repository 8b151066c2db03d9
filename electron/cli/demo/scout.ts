import { approvalsOver, type WireApproval } from '../../client/approvals';
import type { WireRun } from '../run/runs';
import { createOnce, inTurn, outcomeOf, playInTurn, type Scene, type Stage } from './stage';

// scout asks over HTTP, as any program can: it looks after a code base.

const AUTOMATION_ID = 'demo-dependency-check';

/** How long it is tried to withdraw what was asked once the demo is over, in milliseconds. */
const LAST_WORD_MS = 1_000;

const commands = [
  { command: 'git push origin main', why: 'The fix for the login bug is reviewed and all tests pass.' },
  { command: 'npm test -- --coverage', why: 'The coverage report is due.' },
  { command: 'rm -rf build/cache', why: 'The cache is corrupt; a clean build takes two minutes.' },
  { command: 'npm outdated', why: 'Looking for updates before the release.' },
] as const;

/** What one check of the dependencies costs, step by step, in US dollars. */
const stepCosts = [0.08, 0.21, 0.13] as const;

const asksForACommand: Scene = async (stage, turn) => {
  const { command, why } = inTurn(commands, turn);
  stage.say(`asks: ${command}`);
  const asked = await approvalsOver(stage.call).request({
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'Bash' },
    rationale: why,
    action: { command },
    context: { branch: 'main', session_id: 'demo' },
  });
  // Goes on with other work meanwhile, as an agent with several tasks does. The same question meets the same approval.
  if (waitedFor.has(asked.approval_id)) return;
  waitedFor.add(asked.approval_id);
  void settled(stage, asked, command).catch(() => undefined);
};

const waitedFor = new Set<string>();

async function settled(stage: Stage, asked: WireApproval, command: string) {
  const approvals = approvalsOver(stage.call);
  try {
    const { approval_id: approvalId, status } = await approvals.untilDecided(asked, { signal: stage.signal });
    if (status === 'approved') await approvals.consume(approvalId, { command });
    stage.say(`${outcomeOf(status)}: ${command}`);
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
export const playScout = (stage: Stage): Promise<never> => playInTurn(stage, [asksForACommand, runsItsAutomation]);
