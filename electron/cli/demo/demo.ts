import { setMaxListeners } from 'node:events';
import { type ExitCode, exitCode } from '../../client/exit-code';
import { findConnection } from '../connection';
import type { Terminal } from '../terminal';
import { playHerald } from './herald';
import { playPlanner } from './planner';
import { playScout } from './scout';
import { stageOf } from './stage';

/** What the demo is started with; times in seconds. */
export type DemoOptions = { readonly for?: number; readonly pace: number };

const actors = { scout: playScout, herald: playHerald, planner: playPlanner } as const;

/**
 * Three scripted agents use the real API, each its own way, until Ctrl-C or the time is over. Rejects with Unreachable when there is
 * no Gatehouse to begin with; later the agents wait for it.
 */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<ExitCode> {
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
