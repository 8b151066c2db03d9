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

/** Gatehouse does not answer, or there is no token to show it: nothing was decided. */
export class Unreachable extends Failure {
  constructor(sentence: string) {
    super(sentence, exitCode.unreachable, 'UNREACHABLE');
  }
}

/** The command line asks for what does not exist or does not fit together. */
export class UsageFailure extends Failure {
  constructor(sentence: string) {
    super(sentence, exitCode.usage, 'USAGE');
  }
}

/** What Gatehouse answered instead of doing it: its status, its code from shared/errors.ts and its sentence. */
export class Refusal extends Failure {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    const sentence = typeof body['error'] === 'string' ? body['error'] : `Gatehouse answered with status ${status}.`;
    super(sentence, exitCode.refused, typeof body['code'] === 'string' ? body['code'] : `HTTP_${status}`);
    this.status = status;
    this.body = body;
  }
}
