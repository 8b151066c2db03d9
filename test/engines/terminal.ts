import { spawn } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TestedEngine } from './install';
import type { Lab } from './lab';

/** An engine in a terminal of its own, with somebody who reads and types. */
export type Terminal = {
  /** What it has shown so far, without colours and other marks. */
  shown(): string;
  /** Types, as a person does. */
  type(keys: string): void;
};

/** What keys send. */
export const keys = { enter: '\r' } as const;

type Settled = Readonly<Record<string, unknown>>;

/** What an engine asks a person when it is first started somewhere, answered beforehand; and how it is started with a prompt. */
const terminals: Readonly<
  Record<'claude' | 'codex' | 'gemini', { settle(lab: Lab): void; readonly promptOption: readonly string[] }>
> = {
  claude: {
    settle({ person, workspace }) {
      const path = join(person, '.claude.json');
      const known = JSON.parse(readFileSync(path, 'utf8')) as Settled;
      const settled = {
        ...known,
        theme: 'dark',
        bypassPermissionsModeAccepted: true,
        customApiKeyResponses: { approved: ['dummy'], rejected: [] },
        projects: { [workspace]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
      };
      writeFileSync(path, JSON.stringify(settled));
    },
    promptOption: [],
  },
  codex: {
    settle({ person, workspace }) {
      const known = `
[projects."${workspace}"]
trust_level = "trusted"
[notice.model_migrations]
"gpt-5.5" = "gpt-6-sol"
`;
      appendFileSync(join(person, '.codex', 'config.toml'), known);
    },
    promptOption: [],
  },
  gemini: { settle() {}, promptOption: ['-i'] },
};

/**
 * Starts an engine with a prompt in a terminal (of `script`, which every Linux has). It ends with the test, and so does everything
 * that was started for this person.
 */
export function startInTerminal(
  lab: Lab,
  engine: keyof typeof terminals & TestedEngine,
  prompt: string,
  args: readonly string[] = [],
): Terminal {
  const { settle, promptOption } = terminals[engine];
  settle(lab);
  const { program, before, variables } = lab.terminalCommand;
  const line = [program, ...before, ...args, ...promptOption, prompt]
    .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    .join(' ');
  const child = spawn('script', ['-qfec', `stty rows 50 cols 160; exec ${line}`, '/dev/null'], {
    cwd: lab.workspace,
    env: { ...lab.environment, ...variables, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    detached: true,
  });
  onTestFinished(() => endAllOf(lab.person));
  let shown = '';
  child.stdout.on('data', (part: Buffer) => (shown += part.toString()));
  child.stderr.on('data', (part: Buffer) => (shown += part.toString()));
  // What is typed into a program that is gone is of no matter.
  child.stdin.on('error', () => {});
  return { shown: () => plain(shown), type: (text) => void child.stdin.write(text) };
}

/** Ends every process with this home folder: it was made for this test alone. */
function endAllOf(person: string): void {
  for (const processId of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const variables = readFileSync(`/proc/${processId}/environ`, 'utf8').split('\0');
      if (variables.includes(`HOME=${person}`) && !variables.some((each) => each.startsWith('GATEHOUSE_'))) {
        process.kill(Number(processId), 'SIGKILL');
      }
    } catch {
      // It has ended, or is somebody else's.
    }
  }
}

/** A movement to the right is a space. */
function plain(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- the marks of a terminal are control characters
      .replaceAll(/\u001b\[\d*C/g, ' ')
      .replaceAll(
        // oxlint-disable-next-line no-control-regex -- the same
        /\u001b\[[0-9;?>=<]*[a-zA-Z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[()][0-9A-B]|\u001b[=>78M]/g,
        '',
      )
  );
}
