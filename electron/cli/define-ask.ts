import { Option } from 'commander';
import type { RequestType } from '../../shared/contract/approval';
import type { AskOptions } from './ask';
import { withCommonOptions } from './common-options';
import type { Definition } from './definition';
import { numberOption } from './number-option';

/** Every kind of request, in the words of the help. */
const requestTypes = {
  tool_call: 'use a tool or run a command, once',
  external_post: 'publish or send something outside, once',
  capability_request: 'get a capability, such as creating agents',
  elevated_capability: 'get a capability beyond the usual ones',
  quota_override: 'go on above the spend cap or a quota',
  depth_override: 'create agents deeper than is allowed',
  lifecycle_review: 'have an automation or agent reviewed',
  retirement_action: 'have an automation extended or retired',
} satisfies Record<RequestType, string>;

const help = `
Types:
${Object.entries(requestTypes)
  .map(([type, meaning]) => `  ${type.padEnd(20)} ${meaning}`)
  .join('\n')}

Examples:
  gatehouse ask "All tests pass" --command "git push origin main" && git push origin main
  gatehouse ask "The team expects it" --type external_post --target slack:#releases --action '{"text":"1.4 is out"}'
  gatehouse ask "Three parts need three agents" --type capability_request --target agent:planner \\
    --context '{"capability_key":"creates_agents"}' --wait 600

Exit codes: 0 approved (with an act: and used up by this one), 1 denied, 2 expired or cancelled, 3 not reachable.
Ctrl-C withdraws the request. While Gatehouse restarts, it is waited for.`;

const seconds = numberOption('Give a number of seconds.', (value) => value > 0);

/** gatehouse ask */
export const defineAsk: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .argument('<why>', 'the reason, for the operator to read')
    .addOption(
      new Option('--type <type>', 'what kind of request this is')
        .choices(Object.keys(requestTypes))
        .default('tool_call'),
    )
    .option('--target <type:id>', 'what it is about (default with --command: tool:shell)')
    .option('--command <text>', 'the act: a command that will be run')
    .option('--action <json>', 'the act: anything else, exactly as it will be done')
    .option('--context <json>', 'what else helps to decide')
    .option('--wait <seconds>', 'withdraw the request when nobody has decided by then', seconds)
    .option('--expires <seconds>', 'how long the request stays open (default: as set at the desk)', seconds)
    .addHelpText('after', help)
    .action(
      running(async (why: string, options: AskOptions) => {
        const { ask } = await import('./ask');
        return ask(why, options, terminal);
      }),
    );
};
