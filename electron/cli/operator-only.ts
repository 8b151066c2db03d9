import { exitCode } from '../client/exit-code';
import { Failure, Refusal } from '../client/failure';

/** Does what only the operator may; a refusal of the token says how to get one that may. */
export async function asOperator<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || (error.code !== 'FORBIDDEN' && error.code !== 'AUTH_REQUIRED')) throw error;
    throw new Failure(
      `Only the operator may ${what}. Turn on “decide over the API” in Gatehouse, Settings, make an operator token there, and set GATEHOUSE_TOKEN to it.`,
      exitCode.refused,
      error.code,
    );
  }
}
