import { setMaxListeners } from 'node:events';
import { type ExitCode, exitCode } from '../../client/exit-code';
import type { Definition } from '../command';
import { findConnection } from '../connection';
import { numberOption } from '../number-option';
import type { Terminal } from '../terminal';
import { playHerald } from './herald';
import { playPlanner } from './planner';
import { playScout } from './scout';
import { stageOf } from './stage';

/** Times in seconds. */
type DemoOptions = { readonly for?: number; readonly pace: number };

const help = `
scout asks over HTTP as a session of Claude Code does, herald over MCP, planner with this very command line. They ask for what agents ask for, create
automations and sub-agents, spend money that is only counted, and fail now and then. Decide at the desk what they may;
pause one in the tray menu; give one a weekly cap under Agents and see it stopped.

It needs the token of an engine: \`npm start\` prints one, or make one in Settings. Ctrl-C ends it; requests that wait
are withdrawn, and what was created stays.`;

const positive = numberOption('Give a number of seconds.', (value) => value > 0);

/** gatehouse demo */
export const defineDemo: Definition = (command, running, terminal) => {
  command
    .option('--for <seconds>', 'end after this time (default: when you press Ctrl-C)', positive)
    .option('--pace <seconds>', 'how long an agent rests between two things', positive, 6)
    .addHelpText('after', help)
    .action(running((options: DemoOptions) => demo(options, terminal)));
};

const actors = { scout: playScout, herald: playHerald, planner: playPlanner } as const;

/**
 * Three scripted agents use the real API, each its own way, until Ctrl-C or the time is over. Rejects with Unreachable when there is
 * no Gatehouse to begin with; later the agents wait for it.
 */
async function demo(options: DemoOptions, terminal: Terminal): Promise<ExitCode> {
  const connection = () => findConnection(terminal.environment);
  connection();
  const over = new AbortController();
  // Everything that is under way listens to it.
  setMaxListeners(0, over.signal);
  const end = () => over.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  const timer = options.for === undefined ? undefined : setTimeout(end, options.for * 1_000);

  terminal.say('Three agents work now. Decide at the desk what they may; Ctrl-C ends it.\n');
  const played = Object.entries(actors).map(async ([agentId, play]) => {
    try {
      await play(stageOf(agentId, options.pace * 1_000, { terminal, signal: over.signal, connection }));
    } catch (error) {
      if (over.signal.aborted) return;
      over.abort();
      throw error;
    }
  });
  const ended = await Promise.allSettled(played);
  clearTimeout(timer);
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason as Error;
  terminal.say('\nThe demo is over. What the agents created stays.');
  return exitCode.ok;
}
