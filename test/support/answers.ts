import type { Result } from '../../shared/kernel/errors';

/** What was answered; a refusal fails the test. */
export function answered<Value>(answer: Result<Value>): Value {
  if (!answer.ok) throw new Error(`${answer.refusal.code} ${JSON.stringify(answer.refusal)}`);
  return answer.value;
}

/** `ok`, or the code of the refusal. */
export const codeOf = (answer: Result<unknown>): string => (answer.ok ? 'ok' : answer.refusal.code);
