import type { ExitCode } from '../client/exit-code';
import type { QuickCommand } from './command';
import { endingOf, processTerminal } from './terminal';

// Put in by the build.
declare const __GATEHOUSE_VERSION__: string;

// One line for each that people type most.
const quickCommands: Readonly<Record<string, () => Promise<QuickCommand>>> = {
  status: async () => (await import('./status')).quickStatus,
};

/** Runs every command but `hook`. */
async function main(args: readonly string[]): Promise<ExitCode> {
  const [name = '', ...rest] = args;
  const terminal = processTerminal();
  return endingOf(terminal, args.includes('--json'), async () => {
    const quick = Object.hasOwn(quickCommands, name) ? await quickCommands[name]?.() : undefined;
    const ending = quick?.(rest, terminal);
    if (ending !== undefined) return ending;
    const { runProgram } = await import('./program');
    return runProgram(args, terminal, __GATEHOUSE_VERSION__);
  });
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
