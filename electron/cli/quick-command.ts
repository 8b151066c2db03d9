import type { ExitCode } from '../client/exit-code';
import type { Terminal } from './terminal';

/** A command that reads its arguments itself, so that no parser has to be loaded; undefined leaves these arguments to the parser. */
export type QuickCommand = (args: readonly string[], terminal: Terminal) => Promise<ExitCode> | undefined;
