import { ask } from '../client';
import { inTurn, outcomeOf, playInTurn, type Scene, type Stage } from './stage';

// scout asks over HTTP, as any program can: it looks after a code base.

const AUTOMATION_ID = 'demo-dependency-check';

const commands = [
  { command: 'git push origin main', why: 'The fix for the login bug is reviewed and all tests pass.' },
  { command: 'npm test -- --coverage', why: 'The coverage report is due.' },
  { command: 'rm -rf build/cache', why: 'The cache is corrupt; a clean build takes two minutes.' },
  { command: 'npm outdated', why: 'Looking for updates before the release.' },
] as const;

/** What one check of the dependencies costs, step by step, in US dollars. */
const stepCosts = [0.08, 0.21, 0.13] as const;

type Body = Readonly<Record<string, unknown>>;

const send = (stage: Stage, method: 'GET' | 'POST' | 'PATCH', path: string, body?: Body) =>
  ask(stage.connection(), {
    method,
    path,
    agentId: stage.agentId,
    signal: stage.signal,
    timeoutMs: 60_000,
    ...(body !== undefined && { body }),
  });

const asksForACommand: Scene = async (stage, turn) => {
  const { command, why } = inTurn(commands, turn);
  stage.say(`asks: ${command}`);
  const action = { command };
  const { approval } = (await send(stage, 'POST', '/governance/approvals', {
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'Bash' },
    rationale: why,
    action,
    context: { branch: 'main', session_id: 'demo' },
  })) as { readonly approval: Body };
  // Goes on with other work meanwhile, as an agent with several tasks does.
  void settled(stage, String(approval['approval_id']), { command, action }).catch(() => undefined);
};

async function settled(stage: Stage, approvalId: string, act: { readonly command: string; readonly action: Body }) {
  const path = `/governance/approvals/${approvalId}`;
  try {
    for (;;) {
      const { approval } = (await send(stage, 'GET', `${path}?wait_ms=30000`)) as { readonly approval: Body };
      if (approval['status'] === 'pending') continue;
      if (approval['status'] === 'approved') await send(stage, 'POST', `${path}/consume`, { action: act.action });
      stage.say(`${outcomeOf(approval['status'])}: ${act.command}`);
      return;
    }
  } catch (error) {
    if (!stage.signal.aborted) throw error;
    await ask(stage.connection(), {
      method: 'POST',
      path: `${path}/cancel`,
      agentId: stage.agentId,
      body: { reason: 'the demo has ended' },
    });
  }
}

const runsItsAutomation: Scene = async (stage, turn) => {
  await createOnce(stage);
  const { run } = (await send(stage, 'POST', `/automations/v2/${AUTOMATION_ID}/run_now`, {})) as { readonly run: Body };
  const runId = String(run['run_id']);
  const path = `/automations/v2/runs/${runId}`;
  await send(stage, 'PATCH', path, { status: 'running' });
  stage.say('checks the dependencies');
  for (const [step, cost] of stepCosts.entries()) {
    await stage.rest(0.3);
    const answer = await send(stage, 'POST', `${path}/spend`, {
      usage_id: `step-${step}`,
      prompt_tokens: 4_000 + 900 * step,
      completion_tokens: 700,
      cost_usd: cost,
    });
    if ((answer['run'] as Body)['status'] !== 'running') {
      stage.say(`stops the check: its run is ${String((answer['run'] as Body)['status'])}`);
      return;
    }
  }
  const hasFailed = turn % 4 === 2;
  await send(stage, 'PATCH', path, {
    status: hasFailed ? 'failed' : 'completed',
    detail: hasFailed ? 'The registry did not answer.' : '3 packages can be updated.',
    ...(!hasFailed && { node_outputs: { check: { outdated: 3 } } }),
  });
  stage.say(hasFailed ? 'fails: the registry did not answer' : 'is done: 3 packages can be updated');
};

async function createOnce(stage: Stage): Promise<void> {
  const { automations } = (await send(stage, 'GET', '/automations/v2')) as { readonly automations: readonly Body[] };
  if (automations.some(({ automation_id: id }) => id === AUTOMATION_ID)) return;
  await send(stage, 'POST', '/automations/v2', {
    automation_id: AUTOMATION_ID,
    name: 'Nightly dependency check',
    description: 'Looks for updates with known problems and writes a report.',
    status: 'active',
    schedule: { type: 'daily', at: '03:00' },
    agents: [{ agent_id: stage.agentId }],
    flow: { nodes: [{ node_id: 'check', agent_id: stage.agentId, objective: 'Report outdated packages' }] },
  });
  stage.say('creates an automation: Nightly dependency check');
}

/** Plays scout until the demo is over. */
export const playScout = (stage: Stage): Promise<never> => playInTurn(stage, [asksForACommand, runsItsAutomation]);
