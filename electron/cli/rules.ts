import type { Issue } from '../../shared/kernel/errors';
import type { JsonObject } from '../../shared/kernel/fields';
import { ask } from '../client/client';
import { exitCode } from '../client/exit-code';
import { ApiRefusal } from '../client/failure';
import { asOperator, type CommonOptions, callerOf, type Definition, withCommonOptions } from './command';
import { readGiven } from './given-file';
import { fileOfRules, type ListedRule, rulesOfFile } from './rules-file';
import { plainLine, type Terminal } from './terminal';

const help = `
A file of rules:

  rules:
    - deny: { command: git push main }
      because: Only people push to main.
      match: [git push origin HEAD:main]
      not_match: [git push origin my-branch]
    - deny: { files: '.env*' }
    - allow: { bundle: checks }        # edits, checks or looks
      in: ~/work/shop                  # everywhere without
      agent: claude-code               # or engine: claude; anyone without

What a rule is about: command, files, folder, host, bundle, tool, or act with tool. match and not_match are examples that are checked.

Examples:
  gatehouse rules try rules.yaml      what they would have done with what was asked before; changes nothing
  gatehouse rules load rules.yaml     all of them or none; one that is there already is not made twice
  gatehouse rules export > rules.yaml`;

/** Rules that one list is read of, and pages of it. */
const MOST_PAGES = 50;

/** gatehouse rules */
export const defineRules: Definition = (command, running, terminal) => {
  command.addHelpText('after', help);
  withCommonOptions(
    command.command('try <file>').description('Try the rules of a file on what was asked before'),
  ).action(
    running(async (file: string, options: CommonOptions) => {
      const answer = await sent('/governance/tool_rules/try', file, options, terminal);
      if (options.json === true) terminal.say(JSON.stringify(answer));
      else sayTried(answer, terminal);
      return exitCode.ok;
    }),
  );
  withCommonOptions(command.command('load <file>').description('Make the rules of a file, all or none')).action(
    running(async (file: string, options: CommonOptions) => {
      const answer = await sent('/governance/tool_rules/load', file, options, terminal);
      const made = (answer['tool_rules'] as readonly unknown[]).length;
      if (options.json === true) terminal.say(JSON.stringify(answer));
      else terminal.say(`${made} rules hold. They have decided ${String(answer['settled'])} requests that waited.`);
      return exitCode.ok;
    }),
  );
  withCommonOptions(command.command('export').description('Write the rules that hold as a file')).action(
    running(async (options: CommonOptions) => {
      const rules = await listed(options, terminal);
      const { text, leftOut } = fileOfRules(rules);
      if (options.json === true) terminal.say(JSON.stringify({ tool_rules: rules }));
      else terminal.say(text.trimEnd());
      if (leftOut > 0) terminal.tell(`Left out, because they are of one act or one session: ${leftOut}.`);
      return exitCode.ok;
    }),
  );
};

async function sent(path: string, file: string, options: CommonOptions, terminal: Terminal) {
  const rules = rulesOfFile(readGiven(file), file);
  try {
    return await asOperator('change standing rules', () =>
      ask(callerOf(terminal.environment, options), { method: 'POST', path, body: { rules } }),
    );
  } catch (error) {
    if (error instanceof ApiRefusal && options.json !== true) {
      for (const issue of (error.body['issues'] ?? []) as readonly Issue[]) {
        terminal.tell(`${file}: ${issue.path} ${plainLine(issue.message)}`);
      }
    }
    throw error;
  }
}

async function listed(options: CommonOptions, terminal: Terminal): Promise<readonly ListedRule[]> {
  const rules: ListedRule[] = [];
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page++) {
    const path = `/governance/tool_rules?state=live&limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const answer = await asOperator('list standing rules', () =>
      ask(callerOf(terminal.environment, options), { path }),
    );
    rules.push(...(answer['tool_rules'] as readonly ListedRule[]));
    if (typeof answer['next_cursor'] !== 'string') break;
    cursor = answer['next_cursor'];
  }
  return rules;
}

function sayTried(answer: JsonObject, terminal: Terminal): void {
  const { count, allowed, denied, allowed_but_denied, deniedButApproved = answer['denied_but_approved'] } = answer;
  const newest = answer['is_cut'] === true ? 'newest ' : '';
  terminal.say(`Of the ${newest}${String(count)} requests to use a tool:`);
  terminal.say(`  allowed ${String(allowed)}, of which you denied ${String(allowed_but_denied)}`);
  terminal.say(`  denied ${String(denied)}, of which you approved ${String(deniedButApproved)}`);
  const otherwise = answer['otherwise'] as readonly { verdict: string; rule: number; summary: string }[];
  for (const { verdict, rule, summary } of otherwise) {
    terminal.say(`  rule ${rule + 1} would ${verdict}: ${plainLine(summary)}`);
  }
}
