import type { Definition } from '../definition';
import { numberOption } from '../number-option';
import type { DemoOptions } from './demo';

const help = `
scout asks over HTTP, herald over MCP, planner with this very command line. They ask for what agents ask for, create
automations and sub-agents, spend money that is only counted, and fail now and then. Decide at the desk what they may;
pause one in the tray menu; give one a weekly cap under Agents and see it stopped.

It needs the token of an engine: \`npm start\` prints one, or make one in Settings. Ctrl-C ends it; requests that wait
are withdrawn, and what was created stays.`;

const positive = numberOption('Give a number of seconds.', (value) => value > 0);

/** gatehouse demo */
export const defineDemo: Definition = (command, running, terminal) => {
  command
    .option('--for <seconds>', 'end after this time (default: when you press Ctrl-C)', positive)
    .option('--pace <seconds>', 'how long an agent rests between two things', positive, 6)
    .addHelpText('after', help)
    .action(
      running(async (options: DemoOptions) => {
        const { demo } = await import('./demo');
        return demo(options, terminal);
      }),
    );
};
