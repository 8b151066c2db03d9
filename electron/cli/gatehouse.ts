#!/usr/bin/env node
import { runHook } from './hook/hook';
import { hookTerminal } from './hook/streams';
import { endingOf } from './terminal';

/** It runs on every tool call of an agent: nothing is loaded for it that other commands need, not even the streams. */
async function hook(args: readonly string[]): Promise<never> {
  const terminal = hookTerminal();
  const code = await endingOf(terminal, args.includes('--json'), () => runHook(args, terminal));
  // All is said and written. To wait until Node.js has tidied up takes longer.
  process.exit(code);
}

const [name, ...args] = process.argv.slice(2);
// The build makes a program of each.
void (name === 'hook' ? hook(args) : import('./other-commands'));
