import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { engines } from '../../shared/contract/engine';
import type { HttpCaller } from '../client/client';
import { type ExitCode, exitCode } from '../client/exit-code';
import { ApiRefusal, Failure } from '../client/failure';
import type { Environment } from '../engines/engine';
import { findConnection, homeFolder } from './connection';
import type { Terminal } from './terminal';

/** What a command's action is given to make: it is run to an exit code, and its failures are told. */
export type Running = (
  /** Resolves to the exit code; `options` are commander's, with --json. */
  // oxlint-disable-next-line typescript/no-explicit-any -- commander types the arguments of an action so
  action: (...given: any[]) => ExitCode | Promise<ExitCode>,
  // oxlint-disable-next-line typescript/no-explicit-any -- commander types the arguments of an action so
) => (...given: any[]) => Promise<void>;

/** Adds arguments, options and the action to a command; heavy parts are imported by the action. */
export type Definition = (command: Command, running: Running, terminal: Terminal) => void;

/** A command that reads its arguments itself, so that no parser has to be loaded; undefined leaves these arguments to the parser. */
export type QuickCommand = (args: readonly string[], terminal: Terminal) => Promise<ExitCode> | undefined;

/** The options of every command that talks to Gatehouse. */
export type CommonOptions = { readonly json?: true; readonly engine?: string; readonly agent?: string };

/** Adds --json, --engine and --agent. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'answer as JSON')
    .option('--engine <name>', `use the token of this connected engine (${engines.join(', ')})`)
    .option('--agent <id>', 'the agent to speak for, with the token of an engine');
}

/** Finds Gatehouse and the token as the options say; throws Unreachable. */
export function callerOf(environment: Environment, { engine, agent }: CommonOptions): HttpCaller {
  return { ...findConnection(environment, engine), agentId: agent };
}

/** Reports the runs whose end could not be told when they ended; every command but `hook` begins with it. */
export async function sendKeptReports(options: CommonOptions, terminal: Terminal): Promise<void> {
  const home = homeFolder(terminal.environment);
  // Almost always there is none, and then nothing is loaded for it.
  if (!existsSync(join(home, 'outbox'))) return;
  const { sendKept } = await import('./run/outbox');
  await sendKept(
    home,
    () => callerOf(terminal.environment, options),
    (line) => terminal.tell(`gatehouse: ${line}`),
  );
}

/** Does what only the operator may; a refusal of the token says how to get one that may. */
export async function asOperator<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiRefusal) || (error.code !== 'FORBIDDEN' && error.code !== 'AUTH_REQUIRED')) throw error;
    throw new Failure(
      `Only the operator may ${what}. Turn on “decide over the API” in Gatehouse, Settings, make an operator token there, and set GATEHOUSE_TOKEN to it.`,
      exitCode.refused,
      error.code,
    );
  }
}
