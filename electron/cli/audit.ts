import type { AuditVerdict, StateDifference, StateVerdict } from '../../shared/contract/checkpoint';
import type { Wire } from '../../shared/kernel/wire-type';
import { ask } from '../client/client';
import { type ExitCode, exitCode } from '../client/exit-code';
import { Failure } from '../client/failure';
import { asOperator, type CommonOptions, callerOf, type Definition, withCommonOptions } from './command';
import { styled, type Terminal } from './terminal';

const help = `
Examples:
  gatehouse audit verify                       asks the running Gatehouse; needs an operator token
  gatehouse audit verify export.jsonl          verifies an export, without Gatehouse
  gatehouse audit verify export.jsonl --key KEY

Exit codes: 0 it holds, 1 it does not, 2 the file could not be read, 3 Gatehouse is not reachable.`;

/** How long a walk over a long log may take, in milliseconds. */
const LONGEST_WALK_MS = 10 * 60_000;

type VerifyOptions = CommonOptions & { readonly key?: string };

/** Both say `ok` where the types say `isOk`. */
type Verdict = Wire<Omit<AuditVerdict, 'isOk' | 'state'>> & {
  readonly ok: boolean;
  readonly state: Wire<Omit<StateVerdict, 'isOk'>> & { readonly ok: boolean };
};

type Difference = Wire<StateDifference>;

/** gatehouse audit */
export const defineAudit: Definition = (command, running, terminal) => {
  const verify = command
    .command('verify')
    .summary('check that nobody has changed the audit log')
    .description(
      'Checks that every row of the audit log follows from the one before it, and that its checkpoints are signed.',
    )
    .argument('[export]', 'a file from GET /governance/audit/export or from the desk')
    .option('--key <public key>', 'the only key that may have signed, of an export')
    .addHelpText('after', help);
  withCommonOptions(verify).action(
    running(async (file: string | undefined, options: VerifyOptions) => {
      if (file !== undefined) return verifyFile(file, options, terminal);
      const caller = callerOf(terminal.environment, options);
      const path = '/governance/audit/verify';
      const answer = await asOperator('verify the audit log', () => ask(caller, { path, timeoutMs: LONGEST_WALK_MS }));
      const verdict = answer as unknown as Verdict;
      if (options.json === true) terminal.say(JSON.stringify(verdict));
      else for (const line of linesOf(verdict, terminal)) terminal.say(line);
      return verdict.ok ? exitCode.ok : exitCode.refused;
    }),
  );
};

/** The verdict in words: the log first, then everything stored that is not what the log says, and what to do about it. */
function linesOf(verdict: Verdict, terminal: Terminal): readonly string[] {
  const { state, rows, head_hash, first_bad_seq, problem, unsigned_rows } = verdict;
  const bad = styled(terminal, 'red', 'DOES NOT HOLD');
  const lines = [];
  if (verdict.ok) lines.push(`${styled(terminal, 'green', 'HOLDS')}: ${rows} rows, ${head_hash}`);
  else if (problem === 'state_differs') lines.push(`The log holds: ${rows} rows, ${head_hash}`);
  else if (problem === 'beginning_unsigned') {
    lines.push(`${bad}: rows 1 to ${unsigned_rows} are older than the first signature, and no key vouches for them`);
  } else lines.push(`${bad}: row ${first_bad_seq} is the first that does not`);
  if (state.unvouched > 0)
    lines.push(`An older import brought ${state.unvouched} things that the log cannot vouch for.`);
  if (state.ok) return lines;
  lines.push(`${bad}: ${state.difference_count} of what is stored is not what the log says`);
  for (const one of state.differences) lines.push(`  ${differenceLine(one)}`);
  const more = state.difference_count - state.differences.length;
  if (more > 0) lines.push(`  and ${more} more`);
  for (const line of state.integrity) lines.push(`  the database: ${line}`);
  lines.push(
    'Something else than Gatehouse changed the data, or the disk fails. Pause all, and copy the data folder as it is.',
  );
  return lines;
}

const differenceWords: Readonly<Record<string, string>> = {
  not_in_log: 'is stored, and no row of the log says so',
  not_stored: 'is gone, and no row of the log says so',
  unreadable: 'cannot be read',
  row_changed: 'was changed by something else than Gatehouse',
  row_added: 'was written by something else than Gatehouse',
  row_removed: 'was removed by something else than Gatehouse',
};

function differenceLine({ kind, noun, id, field, logged, stored, seq }: Difference): string {
  const name = [noun, id].filter((part) => part !== undefined).join(' ');
  const row = seq === undefined || seq === 0 ? '' : ` (row ${seq})`;
  if (kind === 'field_differs') return `${name}: ${field} is ${stored}, the log says ${logged}${row}`;
  return `${name} ${differenceWords[kind] ?? kind}${row}`;
}

/** Verifies an export with the very program that anyone can run without Gatehouse. */
async function verifyFile(file: string, { key, json }: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const { verifyExport } = await import('../../build/audit/verify-audit.mjs');
  const lines: string[] = [];
  try {
    const code = await verifyExport(file, key, (line) => lines.push(line));
    if (json === true) terminal.say(JSON.stringify({ ok: code === 0, findings: lines }));
    else for (const line of lines) terminal.say(line);
    return code;
  } catch (error) {
    throw new Failure(`Cannot verify ${file}: ${(error as Error).message}.`, exitCode.undecided, 'UNREADABLE');
  }
}
