import type { CommandName } from '../../../shared/contract/contract';
import type { Caller } from '../../../shared/kernel/actor';
import { nanosOfUsd } from '../../../shared/kernel/money';
import { agent, createWorld, engine, operator, type World } from '../world';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Days of spend that every agent of the crowd has. */
const HISTORY_DAYS = 90;
const AUTOMATIONS_EACH = 3;
const WAITING = 3_000;
const PAST = 2_500;

const teams = ['billing', 'docs', 'support', 'release', 'research', 'infra', 'sales', 'legal', 'design', 'data'];
const crews = ['review', 'triage', 'watch', 'report'];
const tasks = [
  ['Digest of open questions', 'every working day'],
  ['Check of links and examples', 'each night'],
  ['Weekly report with figures', 'on Mondays'],
] as const;

/** An agent of the crowd: 20 lead, 80 work for them, 400 for these. */
type Member = { readonly agentId: string; readonly ancestorIds: readonly string[] };

const members: readonly Member[] = Array.from({ length: 20 }, (_, lead): readonly Member[] => {
  const name = `${teams[lead % teams.length]}-${lead < teams.length ? 'eu' : 'us'}`;
  const lower = crews.flatMap((crew): readonly Member[] => {
    const crewId = `${name}-${crew}`;
    const workers = Array.from({ length: 5 }, (_member, index) => ({
      agentId: `${crewId}-${index + 1}`,
      ancestorIds: [name, crewId],
    }));
    return [{ agentId: crewId, ancestorIds: [name] }, ...workers];
  });
  return [{ agentId: name, ancestorIds: [] }, ...lower];
}).flat();

/** How much a crowded desk holds. */
export const crowd = {
  agents: members.length,
  automations: members.length * AUTOMATIONS_EACH,
  waiting: WAITING,
  past: PAST,
} as const;

/** A number from 0 to 1 that follows from two others. */
function noise(one: number, other: number): number {
  const value = Math.sin(one * 12.9898 + other * 78.233) * 43_758.5453;
  return value - Math.floor(value);
}

/**
 * Fills a data folder with 500 agents, 1,500 automations and 5,500 requests, by the commands that the API sends; only the spend
 * of the days before today is written as its sums. The app must not run on the folder yet.
 */
export async function fillCrowdedDesk(home: string): Promise<void> {
  const world = createWorld({ home });
  const now = Date.now();
  world.clock.at = now - 20 * DAY_MS;
  await each(world, [
    [
      operator,
      'limits.update',
      {
        perAgentCreationReviewThreshold: 0,
        weeklySpendCapNanos: nanosOfUsd(12),
        lineageDepthLimit: 3,
        perAgentDailyCreationLimit: 100,
        activeAgentAutomationCap: 10_000,
      },
    ],
  ]);
  for (const [index, task] of tasks.entries()) await createAll(world, index, task);
  writeHistory(world, now);
  world.clock.at = now - 30 * HOUR_MS;
  await runSome(world);
  await endSome(world, now);
  await askAll(world, now);
  world.clock.at = now - 10 * MINUTE_MS;
  await each(world, [[operator, 'health.check', {}]]);
  world.holder.close();
}

type Command = readonly [Caller, CommandName, Readonly<Record<string, unknown>>];

/** Sends commands, many in a commit; each must succeed. */
async function each(world: World, commands: readonly Command[]): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (let from = 0; from < commands.length; from += 400) {
    const sent = commands.slice(from, from + 400);
    answers.push(...(await Promise.all(sent.map(([caller, name, input]) => world.done(caller, name, input as never)))));
  }
  return answers;
}

const callerOf = ({ agentId, ancestorIds }: Member) => agent(agentId, ancestorIds);
const automationIdOf = (member: Member, task: number) => `${member.agentId}-task-${task + 1}`;

function createAll(world: World, task: number, [name, when]: readonly [string, string]) {
  return each(
    world,
    members.map((member) => [
      callerOf(member),
      'automation.create',
      {
        automationId: automationIdOf(member, task),
        name: `${name}, ${member.agentId}`,
        description: `Runs ${when}.`,
        status: 'active',
        schedule: { type: 'cron', expression: '0 6 * * 1-5' },
      },
    ]),
  );
}

/** The sums of the days before today, as charges would have left them. */
function writeHistory({ store }: World, now: number): void {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  for (let day = HISTORY_DAYS; day >= 1; day -= 1) {
    const dayStartMs = today - day * DAY_MS;
    store.transaction((write) => {
      for (const [index, member] of members.entries()) {
        const usd = (0.02 + 0.3 * noise(day, index) ** 3) * (index % 25 === 0 ? 4 : 1);
        const costNanos = nanosOfUsd(usd);
        const totalTokens = Math.round(usd * 90_000);
        const sums = { dayStartMs, totalTokens, costNanos, estimatedNanos: 0 };
        write.spend.addToDay(member.agentId, { ...sums, ownCostNanos: costNanos });
        write.spendDays.addToAutomation(automationIdOf(member, day % AUTOMATIONS_EACH), sums);
      }
    });
  }
}

/** Runs: one that cost something for each agent, five that failed for every 25th, and some that are under way. */
async function runSome(world: World): Promise<void> {
  const started = async (picked: readonly Member[], task: number) => {
    const answers = await each(
      world,
      picked.map((member) => [
        callerOf(member),
        'automation.run',
        { automationId: automationIdOf(member, task), triggerType: 'schedule' },
      ]),
    );
    return answers.map((answer) => (answer as { readonly run: { readonly runId: string } }).run.runId);
  };
  const report = (runIds: readonly string[], given: Readonly<Record<string, unknown>>) =>
    each(
      world,
      runIds.map((runId) => [engine, 'run.report', { runId, ...given }]),
    );
  const paid = await started(members, 0);
  await report(paid, { status: 'running' });
  await each(
    world,
    paid.map((runId, index) => [
      engine,
      'run.spend',
      {
        runId,
        promptTokens: 9_000,
        completionTokens: 1_100,
        costNanos: nanosOfUsd(0.05 + 1.4 * noise(index, 5) ** 4),
      },
    ]),
  );
  // A cap may have stopped some of them meanwhile.
  const isRunning = (runId: string) => world.store.read.runs.find(runId)?.status === 'running';
  await report(paid.filter(isRunning), { status: 'completed', nodeOutputs: { done: true } });
  const every = (count: number, from = 0) => members.filter((_, index) => index % count === from && canRun(index));
  const canRun = (index: number) =>
    world.store.read.agents.find(members[index]?.agentId ?? '')?.spendPausedAtMs === undefined;
  for (let round = 0; round < 5; round += 1) {
    const failing = await started(every(25, 3), 1);
    await report(failing, { status: 'running' });
    await report(failing, { status: 'failed', detail: 'The site refused the crawler.' });
  }
  await report(await started(every(8, 5), 2), { status: 'running', activeSessionIds: ['session-1'] });
}

/** What ends: some automations expire, are retired or deleted, some agents are paused. */
async function endSome(world: World, now: number): Promise<void> {
  const every = (count: number, from: number, task: number) =>
    members.filter((_, index) => index % count === from).map((member) => automationIdOf(member, task));
  const commands: readonly Command[] = [
    ...every(12, 1, 1).map(
      (automationId, index): Command => [
        operator,
        'automation.extend',
        { automationId, expiresAtMs: now + (index + 1) * 4 * HOUR_MS },
      ],
    ),
    ...every(20, 2, 1).map(
      (automationId): Command => [operator, 'automation.extend', { automationId, expiresAtMs: now - 5 * HOUR_MS }],
    ),
    ...every(16, 4, 2).map(
      (automationId): Command => [operator, 'automation.retire', { automationId, reason: 'Its work is done.' }],
    ),
    ...every(25, 6, 2).map((automationId): Command => [operator, 'automation.delete', { automationId }]),
    ...members
      .filter((_, index) => index % 40 === 7)
      .map(({ agentId }): Command => [operator, 'agent.pause', { agentId, reason: 'Its tests are broken.' }]),
  ];
  await each(world, commands);
}

/** Requests that wait and ones that were decided; the decided ones first, because an agent has few at a time. */
async function askAll(world: World, now: number): Promise<void> {
  world.clock.at = now - 28 * HOUR_MS;
  const asked = await each(
    world,
    Array.from({ length: PAST }, (_, index) => request(index, now)),
  );
  await each(
    world,
    asked.map((answer, index) => {
      const { approvalId, revision } = (answer as { approval: { approvalId: string; revision: number } }).approval;
      return [
        operator,
        index % 4 === 0 ? 'approval.deny' : 'approval.approve',
        { approvalId, revision, notes: index % 4 === 0 ? 'Not on a Friday.' : 'Fine.' },
      ];
    }),
  );
  for (let from = 0; from < WAITING; from += 100) {
    world.clock.at = now - 26 * HOUR_MS + from * 30_000;
    await each(
      world,
      Array.from({ length: 100 }, (_, index) => request(PAST + from + index, now)),
    );
  }
}

/** A request as one agent of the crowd in turn makes it; some are similar to others, most are not. */
function request(number: number, now: number): Command {
  const member = members[(number * 7) % members.length] as Member;
  const expiresAtMs = now + HOUR_MS + Math.round(noise(number, 2) * 60 * HOUR_MS);
  const acts = [
    {
      targetResource: { type: 'tool', id: 'Bash' },
      rationale: 'All tests pass on the branch and the review is in.',
      action: { command: `git push origin fix-${number}` },
    },
    {
      targetResource: { type: 'file', id: `docs/page-${number}.md` },
      rationale: 'The page is behind the English one.',
      action: { command: `translate docs/page-${number}.md --to fr` },
    },
    {
      targetResource: { type: 'tool', id: 'payments.refund' },
      rationale: 'The customer was charged twice; policy 3.2 allows a refund of the second charge.',
      action: { order: String(8_000 + number), amount: '129.00', currency: 'EUR' },
    },
  ] as const;
  const act = acts[number % acts.length];
  return [callerOf(member), 'approval.request', { requestType: 'tool_call', expiresAtMs, ...act }];
}
