import { Option } from 'commander';
import type { JsonObject } from '../../shared/kernel/fields';
import { ask } from '../client/client';
import { exitCode } from '../client/exit-code';
import { ApiRefusal } from '../client/failure';
import { asOperator, type CommonOptions, callerOf, type Definition, withCommonOptions } from './command';
import { readGiven, writeGiven } from './given-file';
import type { Terminal } from './terminal';

type ImportOptions = CommonOptions & { readonly onConflict?: 'skip' | 'replace' };

const importHelp = `
The file is imported whole or not at all. Every problem is listed with its JSON path.

Examples:
  gatehouse import state.json
  gatehouse import state.json --on-conflict skip

Exit codes: 0 imported, 1 refused, 3 Gatehouse is not reachable.`;

const exportHelp = `
Examples:
  gatehouse export state.json
  gatehouse export | jq .limits

It holds everything but tokens, of which Gatehouse keeps no more than hashes.`;

/** Reading and writing a whole state takes a while, in milliseconds. */
const LONGEST_MS = 5 * 60_000;

/** gatehouse import */
export const defineImport: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .argument('<file>', 'a state file of Gatehouse or of the reference system; - for stdin')
    .addOption(
      new Option('--on-conflict <choice>', 'what becomes of ids that exist already').choices(['skip', 'replace']),
    )
    .addHelpText('after', importHelp)
    .action(
      running(async (file: string, options: ImportOptions) => {
        const text = readGiven(file);
        const caller = callerOf(terminal.environment, options);
        const body = { text, ...(options.onConflict !== undefined && { on_conflict: options.onConflict }) };
        const request = {
          method: 'POST',
          path: '/governance/state/import',
          body,
          timeoutMs: LONGEST_MS,
        } as const;
        try {
          const answer = await asOperator('import a state', () => ask(caller, request));
          sayImported(answer, options, terminal);
          return exitCode.ok;
        } catch (error) {
          if (error instanceof ApiRefusal) tellProblems(error, options, terminal);
          throw error;
        }
      }),
    );
};

/** gatehouse export */
export const defineExport: Definition = (command, running, terminal) => {
  withCommonOptions(command)
    .argument('[file]', 'where to write it, for its owner only; stdout without one')
    .option('--force', 'write over a file that is there')
    .addHelpText('after', exportHelp)
    .action(
      running(async (file: string | undefined, options: CommonOptions & { readonly force?: true }) => {
        const caller = callerOf(terminal.environment, options);
        const answer = await asOperator('export the state', () =>
          ask(caller, { path: '/governance/state', timeoutMs: LONGEST_MS }),
        );
        const text = String(answer['text']);
        if (file === undefined) terminal.say(text.trimEnd());
        else writeGiven(file, text, options.force === true);
        if (file !== undefined && options.json === true)
          terminal.say(JSON.stringify({ file, bytes: Buffer.byteLength(text) }));
        else if (file !== undefined) terminal.say(`Exported to ${file}.`);
        return exitCode.ok;
      }),
    );
};

function sayImported(answer: JsonObject, { json }: ImportOptions, terminal: Terminal): void {
  if (json === true) {
    terminal.say(JSON.stringify(answer));
    return;
  }
  const counts = Object.entries(answer['counts'] as Readonly<Record<string, number>>);
  for (const [section, count] of counts) terminal.say(`${section}: ${count}`);
  const conflicts = answer['conflicts'] as readonly unknown[];
  if (conflicts.length > 0) terminal.say(`There already, and dealt with as asked: ${conflicts.length}`);
  for (const path of answer['unknown_paths'] as readonly string[]) terminal.say(`not known, kept aside: ${path}`);
}

/** Every problem on a line of its own: where it is, and what it is. */
function tellProblems({ body, code }: ApiRefusal, { json }: ImportOptions, terminal: Terminal): void {
  if (json === true) {
    terminal.say(JSON.stringify(body));
    return;
  }
  const issues = (body['issues'] ?? []) as readonly { readonly path: string; readonly message: string }[];
  for (const { path, message } of issues) terminal.tell(`${path === '' ? 'the file' : path}: ${message}`);
  const conflicts = (body['conflicts'] ?? []) as readonly { readonly section: string; readonly id: string }[];
  for (const { section, id } of conflicts) terminal.tell(`${section}.${id}: exists already`);
  if (code === 'STATE_IMPORT_CONFLICTS') terminal.tell('Say what becomes of them: --on-conflict skip or replace.');
}
