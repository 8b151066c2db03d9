import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

const help = `
Examples:
  bash    gatehouse completion bash > ~/.local/share/bash-completion/completions/gatehouse
  zsh     gatehouse completion zsh > "\${fpath[1]}/_gatehouse"
  fish    gatehouse completion fish > ~/.config/fish/completions/gatehouse.fish`;

/** Adds `completion <shell>` and what its scripts call; every command must be defined before, with its options. */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: 'completion' });
  const command = program.commands.find((one) => one.name() === 'completion');
  command?.summary('Print a script for tab completion').addHelpText('after', help);
}
