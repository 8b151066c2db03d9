import { resolve } from 'node:path';
import type { Risk } from '../../shared/judgement';
import { without } from '../../shared/kernel/fields';
import { ask } from '../client/client';
import { exitCode } from '../client/exit-code';
import { Failure } from '../client/failure';
import { type CommonOptions, callerOf, type Definition, withCommonOptions } from './command';
import { homeFolder } from './connection';
import { plainLine, styled, type Terminal } from './terminal';

type ExplainOptions = CommonOptions & { readonly tool: string; readonly cwd: string };

/** What is known of a call; without Gatehouse nothing is known of rules and agents. */
type Explained = {
  readonly risk: Risk;
  readonly workspace?: string;
  readonly would?: 'ask' | 'allow' | 'deny';
  readonly rule_id?: string;
  readonly reads: readonly { readonly words: readonly string[]; readonly level: string }[];
};

const help = `
Judges with the same function that decides. With an operator's token (GATEHOUSE_TOKEN) it also says what would become of it by your
standing rules, for the agent named with --agent; without one, the risk alone.

Examples:
  gatehouse explain -- git push origin main
  gatehouse explain 'npm test && rm -rf dist'
  gatehouse explain --tool Edit '{"file_path": "src/a.ts", "old_string": "a", "new_string": "b"}'

Exit codes: 0 low or normal risk, 1 high risk.`;

const would = { ask: 'You would be asked.', allow: 'It would be allowed.', deny: 'It would be denied.' } as const;

/** gatehouse explain */
export const defineExplain: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .argument('<act...>', 'a command line, or for another tool its input as JSON')
    .option('--tool <name>', 'the tool that does it', 'Bash')
    .option('--cwd <folder>', 'where it would happen', '.')
    .addHelpText('after', help)
    .action(
      running(async (words: readonly string[], options: ExplainOptions) => {
        const explained = await explain(lineOf(words), options, terminal);
        if (options.json === true) terminal.say(JSON.stringify(explained));
        else tell(explained, terminal);
        return explained.risk.level === 'high' ? exitCode.refused : exitCode.ok;
      }),
    );
};

async function explain(text: string, options: ExplainOptions, terminal: Terminal): Promise<Explained> {
  const action = actionOf(text, options.tool);
  const cwd = resolve(options.cwd);
  try {
    const caller = callerOf(terminal.environment, without(options, 'agent'));
    const answer = await ask(caller, {
      method: 'POST',
      path: '/governance/tool_calls/explain',
      body: {
        tool: options.tool,
        action,
        context: { cwd },
        ...(options.agent !== undefined && { agent_id: options.agent }),
      },
    });
    return answer as Explained;
  } catch (error) {
    // Gatehouse is away, or the token is none of the operator's: the risk can be said all the same.
    if (!(error instanceof Failure)) throw error;
    return explainHere(homeFolder(terminal.environment), options, action, cwd);
  }
}

async function explainHere(
  home: string,
  { tool, agent }: ExplainOptions,
  action: unknown,
  cwd: string,
): Promise<Explained> {
  const [{ judgeKnowing }, { loadShellGrammar }, { knownWhileAway }] = await Promise.all([
    import('../judgement/here'),
    import('../judgement/shell/grammar'),
    import('./known-away'),
  ]);
  await loadShellGrammar();
  const judge = judgeKnowing(knownWhileAway(home, agent));
  const { level, reasons, workspace, parts } = judge.call({ toolName: tool, action, cwd });
  return {
    risk: { level, reasons },
    ...(workspace !== undefined && { workspace }),
    reads: parts.map((part) => ({ words: part.words, level: part.level })),
  };
}

/** One command line: as it was given, or put together of words as the shell has read them. */
function lineOf(words: readonly string[]): string {
  const [only = ''] = words;
  if (words.length === 1) return only;
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/** What a tool is given: its input as JSON, else a command. */
function actionOf(text: string, tool: string): unknown {
  if (!text.trimStart().startsWith('{') || tool === 'Bash') return { command: text };
  try {
    return JSON.parse(text);
  } catch {
    return { command: text };
  }
}

function tell({ risk, workspace, would: verdict, rule_id: ruleId, reads }: Explained, terminal: Terminal): void {
  const colour = { low: 'green', normal: 'yellow', high: 'red' } as const;
  const place = workspace === undefined ? '' : ` in ${plainLine(workspace)}`;
  terminal.say(`${styled(terminal, colour[risk.level], `${risk.level} risk`)}${place}`);
  for (const { kind, what } of risk.reasons) terminal.say(`  ${kind.replaceAll('_', ' ')}: ${plainLine(what)}`);
  for (const note of risk.notes ?? []) terminal.say(`  ${plainLine(note)}`);
  if (reads.length > 1) {
    terminal.say('Read as:');
    for (const { words, level } of reads) terminal.say(`  ${level.padEnd(6)} ${plainLine(words.join(' '))}`);
  }
  if (verdict === undefined) {
    terminal.say('Standing rules were not looked at: that takes a running Gatehouse and an operator’s token.');
    return;
  }
  terminal.say(`${would[verdict]}${ruleId === undefined ? '' : ` By the standing rule ${ruleId}.`}`);
}
