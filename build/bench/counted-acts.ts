import { agentCaller, type BenchApp, engine, operator, valueOf } from './app';
import { agentIdOf } from './seed';

/** What is counted: one act of a kind after the other, each of them one commit. */
export type Acts = {
  readonly request: (number: number) => Promise<unknown>;
  readonly decision: (number: number) => Promise<unknown>;
  readonly charge: (number: number) => Promise<unknown>;
  readonly creation: (number: number) => Promise<unknown>;
};

/** What one is called, as the table of goals says it. */
export type ActName = keyof Acts;

/** How many of each are prepared. */
export const ACTS = 40;

const session = (number: number) => `4f1c7a52-0000-4000-8000-${String(number % 5).padStart(12, '0')}`;

/** Prepares the acts: what each decides and charges is there before anything is counted. */
export async function prepareActs({ send }: BenchApp): Promise<Acts> {
  const limits = { perAgentDailyCreationLimit: 1_000, activeAgentAutomationCap: 1_000_000 };
  valueOf(await send(operator, 'limits.update', { ...limits, perAgentCreationReviewThreshold: 1_000 }));
  const ask = (number: number, what: string) =>
    send({ ...agentCaller(agentIdOf(number)), tokenKey: `token of ${agentIdOf(number)}` }, 'approval.request', {
      requestType: 'tool_call',
      targetResource: { type: 'tool', id: 'Bash' },
      rationale: 'The tests pass, and the branch is reviewed.',
      context: { engine: 'claude', session_id: session(number), cwd: '/home/me/work/shop', mode: 'default' },
      action: { command: `git push origin ${what}-${number}`, description: 'Pushes the branch' },
    });
  const pending: string[] = [];
  for (let number = 0; number < ACTS; number++) {
    pending.push(valueOf(await ask(number, 'prepared')).approval.approvalId);
  }
  const runs: string[] = [];
  for (let number = 0; number < ACTS; number++) {
    const automationId = `counted-${number}`;
    const made = { automationId, name: `Counted ${number}`, status: 'active' } as const;
    valueOf(await send(agentCaller(agentIdOf(number)), 'automation.create', made));
    const { run } = valueOf(await send(engine, 'automation.run', { automationId }));
    valueOf(await send(engine, 'run.report', { runId: run.runId, status: 'running' }));
    runs.push(run.runId);
  }
  const charge = (number: number, usageId: string) =>
    send(engine, 'run.spend', {
      runId: runs[number % ACTS] ?? '',
      usageId,
      promptTokens: 1_200,
      completionTokens: 300,
      costNanos: 12_345_678,
    });
  // The first of a day makes rows that the others change.
  for (let number = 0; number < ACTS; number++) valueOf(await charge(number, 'first'));
  return {
    request: async (number) => valueOf(await ask(number, 'counted')),
    decision: async (number) =>
      valueOf(await send(operator, 'approval.approve', { approvalId: pending[number] ?? '' })),
    charge: async (number) => valueOf(await charge(number, 'second')),
    creation: async (number) =>
      valueOf(
        await send(agentCaller(agentIdOf(number)), 'automation.create', {
          name: `Made ${number}`,
          status: 'active',
          schedule: { type: 'manual' },
          agents: [],
          flow: { nodes: [] },
        }),
      ),
  };
}
