import type { SpendSummary, SpendWindow } from '../../shared/contract/spend';
import type { Wire } from '../../shared/kernel/wire-type';
import { ask, type HttpCaller } from '../client/client';
import { exitCode } from '../client/exit-code';
import { UsageFailure } from '../client/failure';
import { type CommonOptions, callerOf, type Definition, withCommonOptions } from './command';
import { numberOption } from './number-option';
import { plainLine, type Terminal, usdText } from './terminal';

type SpendOptions = CommonOptions & {
  readonly run?: string;
  readonly cost?: number;
  readonly input: number;
  readonly output: number;
  readonly usageId?: string;
  readonly reserve?: true;
};

const help = `
Without --run it shows what was spent; with --run it reports what a run has cost.

Examples:
  gatehouse spend
  gatehouse spend --run run-0193 --input 1200 --output 300 --cost 0.42 --usage-id step-1
  gatehouse spend --run run-0193 --reserve --cost 2 --usage-id step-2

The same --usage-id again charges nothing, so a report can be repeated. With --reserve the cost is set aside, and the
report with the same --usage-id settles it. Exit code 1: refused, as when it does not fit under the weekly cap.`;

const amount = numberOption('Give a number from 0 on.', (value) => value >= 0);

/** gatehouse spend */
export const defineSpend: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .option('--run <id>', 'report for this run')
    .option('--cost <usd>', 'what it cost, in dollars', amount)
    .option('--input <tokens>', 'prompt tokens', amount, 0)
    .option('--output <tokens>', 'completion tokens', amount, 0)
    .option('--usage-id <id>', 'what to know this report by, so that it is charged once')
    .option('--reserve', 'set the cost aside before the step instead of charging it')
    .addHelpText('after', help)
    .action(
      running(async (options: SpendOptions) => {
        const caller = callerOf(terminal.environment, options);
        if (options.run === undefined) await show(caller, options, terminal);
        else await report(caller, options.run, options, terminal);
        return exitCode.ok;
      }),
    );
};

async function show(caller: HttpCaller, options: SpendOptions, terminal: Terminal): Promise<void> {
  if (options.cost !== undefined || options.reserve === true) throw new UsageFailure('Say which run it is: --run ID.');
  const answer = await ask(caller, { path: '/governance/spend?limit=500' });
  if (options.json === true) {
    terminal.say(JSON.stringify(answer));
    return;
  }
  const spend = answer['spend'] as readonly Wire<SpendSummary>[];
  if (spend.length === 0) terminal.say('Nothing was reported yet.');
  for (const { agent_id, daily, weekly, monthly, lifetime, pause_reason } of spend) {
    const windows = [
      ['today', daily],
      ['this week', weekly],
      ['this month', monthly],
      ['ever', lifetime],
    ] as const;
    terminal.say(
      `${plainLine(agent_id)}: ${windows.map(([name, window]) => `${costText(window)} ${name}`).join(', ')}`,
    );
    if (pause_reason !== undefined) terminal.say(`  paused: ${plainLine(pause_reason)}`);
  }
}

/** Tokens without a cost are a cost that nobody knows. */
function costText({ cost_usd, total_tokens }: Wire<SpendWindow>): string {
  return cost_usd === 0 && total_tokens > 0 ? 'unknown' : usdText(cost_usd);
}

async function report(
  caller: HttpCaller,
  runId: string,
  { cost, input, output, usageId, reserve, json }: SpendOptions,
  terminal: Terminal,
): Promise<void> {
  if (cost === undefined)
    throw new UsageFailure('Say what it cost: --cost USD. An unknown cost is not 0; leave it out.');
  if (reserve === true && usageId === undefined)
    throw new UsageFailure('A reservation needs a --usage-id to settle it by.');
  const id = usageId === undefined ? {} : { usage_id: usageId };
  const tokens = reserve === true ? {} : { prompt_tokens: input, completion_tokens: output };
  const path = `/automations/v2/runs/${encodeURIComponent(runId)}/${reserve === true ? 'reserve' : 'spend'}`;
  const answer = await ask(caller, { method: 'POST', path, body: { ...id, ...tokens, cost_usd: cost } });
  if (json === true) {
    terminal.say(JSON.stringify(answer));
    return;
  }
  if (reserve === true) {
    terminal.say(`Set aside: ${usdText(answer['reserved_usd'] as number)}.`);
    return;
  }
  terminal.say(`Reported: ${usdText(cost)}.`);
  for (const agent of answer['warnings'] as readonly string[])
    terminal.say(`${plainLine(agent)} is close to its weekly cap.`);
  for (const agent of answer['hard_stops'] as readonly string[]) {
    terminal.say(`${plainLine(agent)} has reached its weekly cap: its run is paused, and the operator was asked.`);
  }
}
