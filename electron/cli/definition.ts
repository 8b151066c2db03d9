import type { Command } from 'commander';
import type { ExitCode } from '../client/exit-code';
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
