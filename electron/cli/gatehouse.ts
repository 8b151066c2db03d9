#!/usr/bin/env node
import type { ExitCode } from '../client/exit-code';
import type { QuickCommand } from './command';
import { endingOf, processTerminal } from './terminal';

// Put in by the build.
declare const __GATEHOUSE_VERSION__: string;

// One line for each; what runs on every tool call of an agent is here, and what people type most.
const quickCommands: Readonly<Record<string, () => Promise<QuickCommand>>> = {
  status: async () => (await import('./status')).quickStatus,
  hook: async () => (await import('./hook/hook')).runHook,
};

async function main(): Promise<ExitCode> {
  const args = process.argv.slice(2);
  const terminal = processTerminal();
  return endingOf(terminal, args.includes('--json'), async () => {
    const name = args[0] ?? '';
    const quick = Object.hasOwn(quickCommands, name) ? await quickCommands[name]?.() : undefined;
    const ending = quick?.(args.slice(1), terminal);
    if (ending !== undefined) return ending;
    const { runProgram } = await import('./program');
    return runProgram(args, terminal, __GATEHOUSE_VERSION__);
  });
}

// A reader that has had enough (`gatehouse status | head -1`) is no mistake.
process.stdout.on('error', () => process.exit());
// Nor is a full disk: unheard, it would end this with the code of a refusal while the operator still decides.
process.stderr.on('error', () => {});
process.exitCode = await main();
