import type { Definition } from './commands';
import { type CommonOptions, withCommonOptions } from './common-options';
import { status } from './status';

const help = `
Shows what the token may see: with an agent's, its own requests and spend; with an engine's or the operator's, all.

Examples:
  gatehouse status
  gatehouse status --json | jq .waiting_count

The exit code is 0 while Gatehouse runs, and 3 while it does not.`;

/** gatehouse status */
export const defineStatus: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .addHelpText('after', help)
    .action(running((options: CommonOptions) => status(options, terminal)));
};
