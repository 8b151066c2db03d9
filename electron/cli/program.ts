import { Command, CommanderError } from 'commander';
import { engines } from '../../shared/contract/engine';
import { type ExitCode, exitCode } from '../client/exit-code';
import { type CommonOptions, type Definition, type Running, sendKeptReports } from './command';
import { endingOf, type Terminal } from './terminal';

/** Every command in the order of the help, with its summary; it is defined when it is used. `hook` alone is not here: see gatehouse.ts. */
const commands: Readonly<Record<string, readonly [summary: string, load: () => Promise<Definition>]>> = {
  status: [
    'Whether Gatehouse runs, what waits for you, and what was spent',
    async () => (await import('./status')).defineStatus,
  ],
  ask: ['Ask the operator for an approval, and wait for it', async () => (await import('./ask')).defineAsk],
  run: [
    'Run a command as a run of an automation, which the operator can stop',
    async () => (await import('./run/run')).defineRun,
  ],
  spend: ['Show what was spent, or report what a run has cost', async () => (await import('./spend')).defineSpend],
  audit: [
    'Verify the audit log, or an export of it without Gatehouse',
    async () => (await import('./audit')).defineAudit,
  ],
  import: [
    'Import a state file, whole or not at all; for the operator',
    async () => (await import('./state')).defineImport,
  ],
  export: ['Export the whole state to a file; for the operator', async () => (await import('./state')).defineExport],
  connect: [
    `Connect an engine (${engines.join(', ')}) to Gatehouse, or disconnect it`,
    async () => (await import('./connect')).defineConnect,
  ],
  'status-line': [
    'Print, for Claude Code’s status line, how much of your plan is used, and tell Gatehouse',
    async () => (await import('./status-line')).defineStatusLine,
  ],
  doctor: [
    'Try out whether the connected engines are guarded, and say what to do',
    async () => (await import('./doctor')).defineDoctor,
  ],
  explain: [
    'Say how dangerous a command is, why, and whether you would be asked',
    async () => (await import('./explain')).defineExplain,
  ],
  rules: [
    'Check, try, load and export standing rules as a file; for the operator',
    async () => (await import('./rules')).defineRules,
  ],
  demo: [
    'Let three scripted agents work with a running Gatehouse',
    async () => (await import('./demo/demo')).defineDemo,
  ],
};

const after = `
Exit codes: 0 done or approved, 1 refused or denied, 2 expired or cancelled, 3 Gatehouse is not reachable, 64 wrong usage.

Tab completion: gatehouse completion bash | zsh | fish prints a script; gatehouse completion --help says where it goes.
Gatehouse is found by GATEHOUSE_URL, else by the data folder (GATEHOUSE_HOME).
The token is GATEHOUSE_TOKEN, else that of the connected engine (--engine NAME when there are several).
This command never decides: approvals are the operator's, in the window, the tray or a notification.`;

/** Runs what the arguments name and resolves to the exit code. */
export async function runProgram(args: readonly string[], terminal: Terminal, version: string): Promise<ExitCode> {
  let ending: ExitCode = exitCode.ok;
  const running: Running = (action) => {
    return async (...given) => {
      // Commander ends the arguments of an action with the options and the command.
      const command = given.at(-1) as Command;
      const options = command.opts<CommonOptions>();
      await sendKeptReports(options, terminal);
      ending = await endingOf(terminal, options.json === true, () => action(...given.slice(0, -1)));
    };
  };
  // What can be completed is every option of every command.
  const isAboutCompletion = args[0] === 'completion' || args[0] === 'complete';
  const program = await createProgram(isAboutCompletion ? 'all' : args, running, terminal);
  program.version(version, '-V, --version', 'print the version');
  if (isAboutCompletion) (await import('./completion')).addCompletion(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and the version end with 0; commander has said what is wrong with the rest.
    return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  }
  return ending;
}

/** The program with every command, of which those that the arguments name are defined whole; all of them for completion. */
async function createProgram(args: readonly string[] | 'all', running: Running, terminal: Terminal): Promise<Command> {
  const program = new Command('gatehouse')
    .description('Governs the AI agents on this machine: ask the operator, run under control, report what was spent.')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', after)
    .configureOutput({
      writeOut: (text) => terminal.say(text.trimEnd()),
      writeErr: (text) => terminal.tell(text.trimEnd()),
      outputError: (text, write) => write(`gatehouse: ${text.replace(/^error: /, '')}`),
    })
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride();
  for (const [name, [summary, load]] of Object.entries(commands)) {
    const command = program.command(name).summary(summary).description(`${summary}.`).copyInheritedSettings(program);
    if (args === 'all' || args.includes(name)) (await load())(command, running, terminal);
  }
  return program;
}
