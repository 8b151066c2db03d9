import type { Command } from 'commander';
import { engines } from '../../shared/contract/engine';
import type { Caller } from '../client/client';
import type { Environment } from '../engines/engine';
import { findConnection } from './connection';

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
export function callerOf(environment: Environment, { engine, agent }: CommonOptions): Caller {
  return { ...findConnection(environment, engine), agentId: agent };
}
