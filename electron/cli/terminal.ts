import { styleText } from 'node:util';
import { messageOf } from '../../shared/kernel/message-of';
import { type ExitCode, exitCode } from '../client/exit-code';
import { Failure } from '../client/failure';
import type { Environment } from '../engines/engine';

/** What a command is run in; tests give it one of their own. */
export type Terminal = {
  readonly environment: Environment;
  /** Writes one line for the caller: stdout. */
  say(line: string): void;
  /** Writes one line about what goes on or wrong: stderr. */
  tell(line: string): void;
  /** Whether stdout is a screen, so that colours make sense. */
  readonly hasColours: boolean;
};

/** The terminal of this process. NO_COLOR is respected. */
export function processTerminal(): Terminal {
  const noColour = process.env['NO_COLOR'];
  // A reader that has had enough (`gatehouse status | head -1`) is no mistake.
  process.stdout.on('error', () => process.exit());
  // Nor is a full disk: unheard, it would end this with the code of a refusal while the operator still decides.
  process.stderr.on('error', () => {});
  return {
    environment: process.env,
    say: (line) => void process.stdout.write(`${line}\n`),
    tell: (line) => void process.stderr.write(`${line}\n`),
    hasColours: process.stdout.isTTY && (noColour === undefined || noColour === ''),
  };
}

/** Text in a style on a screen, and plain anywhere else. */
export function styled(terminal: Terminal, style: Parameters<typeof styleText>[0], text: string): string {
  return terminal.hasColours ? styleText(style, text) : text;
}

/** Dollars as people read them; what rounds to nothing but is something has more digits. */
export function usdText(usd: number): string {
  return usd > 0 && usd < 0.005 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`;
}

/** Characters of an agent's text that are shown on one line. */
const MOST_SHOWN = 70;

/** An agent's text on one short line, without what a terminal would obey. */
export function plainLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  const plain = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ').trim();
  return plain.length > MOST_SHOWN ? `${plain.slice(0, MOST_SHOWN - 1)}…` : plain;
}

/**
 * Runs a command to its exit code. What went wrong is told in one sentence, with --json as one line of JSON, and never as a
 * stack trace.
 */
export async function endingOf(
  terminal: Terminal,
  isJson: boolean,
  run: () => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    const failure = error instanceof Failure ? error : unforeseen(error);
    const { message, code } = failure;
    terminal.tell(isJson ? JSON.stringify({ error: message, code }) : `gatehouse: ${message}`);
    return failure.exitCode;
  }
}

function unforeseen(error: unknown): Failure {
  const message = messageOf(error);
  return new Failure(`a mistake in gatehouse itself: ${message.split('\n')[0]}`, exitCode.internal, 'INTERNAL');
}
