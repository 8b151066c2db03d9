import { ask } from './client';
import type { Definition } from './commands';
import { type CommonOptions, callerOf, withCommonOptions } from './common-options';
import { type ExitCode, exitCode } from './exit-code';
import { Failure } from './failure';
import { asOperator } from './operator-only';
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

type Verdict = {
  readonly ok: boolean;
  readonly rows: number;
  readonly head_hash: string;
  readonly first_bad_seq?: number;
};

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
      const { connection, agentId } = callerOf(terminal.environment, options);
      const path = '/governance/audit/verify';
      const answer = await asOperator('verify the audit log', () =>
        ask(connection, { path, agentId, timeoutMs: LONGEST_WALK_MS }),
      );
      const verdict = answer as unknown as Verdict;
      if (options.json === true) terminal.say(JSON.stringify(verdict));
      else if (verdict.ok)
        terminal.say(`${styled(terminal, 'green', 'HOLDS')}: ${verdict.rows} rows, ${verdict.head_hash}`);
      else
        terminal.say(
          `${styled(terminal, 'red', 'DOES NOT HOLD')}: row ${verdict.first_bad_seq} is the first that does not`,
        );
      return verdict.ok ? exitCode.ok : exitCode.refused;
    }),
  );
};

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
