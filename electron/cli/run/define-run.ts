import { Option } from 'commander';
import { UsageFailure } from '../../client/failure';
import { withCommonOptions } from '../common-options';
import type { Definition } from '../definition';
import { numberOption } from '../number-option';
import { costSources } from './cost';
import type { RunOptions } from './run';

const examples = `
Examples:
  gatehouse run --automation nightly -- make report
  gatehouse run --automation nightly --cost claude -- claude -p "tidy the docs" --output-format json
  gatehouse run --automation nightly --cost codex --reserve 2 -- codex exec --json -m gpt-5.4 "fix the build"

The command runs in a process group of its own. When Gatehouse pauses or cancels the run, the whole group gets SIGTERM,
and 10 seconds later SIGKILL; so does what the command leaves running at its end. A run that was paused stays paused:
after it was resumed at the desk, --run takes it up again. The command finds its run in GATEHOUSE_RUN_ID:
  gatehouse spend --run "$GATEHOUSE_RUN_ID" --cost 0.42

The exit code is the command's (128 + n for a signal), 127 or 126 when it could not be started; 1 when Gatehouse refused
the run and 3 when Gatehouse is not reachable, and then the command was not started.`;

const dollars = numberOption('Give a cost in dollars, such as 1.50.', (value) => value > 0);

/** gatehouse run */
export const defineRun: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .usage('--automation <id> [options] -- <command...>')
    .argument('<command...>', 'the command and its arguments, after --')
    .requiredOption('--automation <id>', 'the automation that this is a run of')
    .option('--run <id>', 'go on with this queued run instead of starting one')
    .addOption(
      new Option(
        '--if-unavailable <choice>',
        'when Gatehouse is not reachable: refuse to start, or run and report later',
      )
        .choices(['refuse', 'run'])
        .default('refuse'),
    )
    .addOption(
      new Option('--cost <engine>', 'read the cost out of the JSON that the engine prints').choices(costSources),
    )
    .option('--model <name>', 'the model, to price what Codex used (default: its -m or --model)')
    .option('--reserve <usd>', 'set this cost aside first; refused when it does not fit under the cap', dollars)
    .passThroughOptions()
    .addHelpText('after', examples)
    .action(
      running(async (words: readonly string[], options: RunOptions) => {
        if (words[0] === undefined) throw new UsageFailure('Say which command to run, after --.');
        const { run } = await import('./run');
        return run(words, options, terminal);
      }),
    );
};
