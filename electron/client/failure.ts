import type { JsonObject } from '../../shared/kernel/fields';
import { type ExitCode, exitCode } from './exit-code';

/** Ends the command with a sentence for the person at the terminal; the code of a refusal is for programs. */
export class Failure extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;

  constructor(sentence: string, exit: ExitCode, code: string) {
    super(sentence);
    this.name = 'Failure';
    this.exitCode = exit;
    this.code = code;
  }
}

/** Gatehouse does not answer now; it may later. Nothing was decided. */
export class Unreachable extends Failure {
  constructor(sentence: string) {
    super(sentence, exitCode.unreachable, 'UNREACHABLE');
  }
}

/** There is no token to show; waiting does not change that. */
export class NoToken extends Failure {
  constructor(sentence: string) {
    super(sentence, exitCode.unreachable, 'NO_TOKEN');
  }
}

/** The command line asks for what does not exist or does not fit together. */
export class UsageFailure extends Failure {
  constructor(sentence: string) {
    super(sentence, exitCode.usage, 'USAGE');
  }
}

/** What Gatehouse answered instead of doing it: its status, its code from shared/kernel/errors.ts and its sentence. */
export class ApiRefusal extends Failure {
  readonly status: number;
  readonly body: JsonObject;

  constructor(status: number, body: JsonObject) {
    const sentence = typeof body['error'] === 'string' ? body['error'] : `Gatehouse answered with status ${status}.`;
    // A Gatehouse that cannot answer has refused nothing: its exit code must not be that of a denial.
    const exit = status >= 500 ? exitCode.unreachable : exitCode.refused;
    super(sentence, exit, typeof body['code'] === 'string' ? body['code'] : `HTTP_${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Whether the same may work a little later: Gatehouse is away, starting, or was asked too often. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  return error instanceof ApiRefusal && (error.status === 503 || error.code === 'RATE_LIMITED');
}
