#!/usr/bin/env node
import type { ExitCode } from './exit-code';
import { endingOf, processTerminal, type Terminal } from './terminal';

// Put in by the build.
declare const __GATEHOUSE_VERSION__: string;

/** A command that reads its arguments itself, because it runs on every tool call of an agent: no commander is loaded. */
export type QuickCommand = (args: readonly string[], terminal: Terminal) => Promise<ExitCode>;

// One line for each.
const quickCommands: Readonly<Record<string, () => Promise<QuickCommand>>> = {};

async function main(): Promise<ExitCode> {
  const args = process.argv.slice(2);
  const terminal = processTerminal();
  return endingOf(terminal, args.includes('--json'), async () => {
    const quick = Object.hasOwn(quickCommands, args[0] ?? '') ? quickCommands[args[0] ?? ''] : undefined;
    if (quick !== undefined) return (await quick())(args.slice(1), terminal);
    const { runProgram } = await import('./program');
    return runProgram(args, terminal, __GATEHOUSE_VERSION__);
  });
}

// A reader that has had enough (`gatehouse status | head -1`) is no mistake.
process.stdout.on('error', () => process.exit());
process.exitCode = await main();
