import { type Caller, send } from '../../client/client';
import type { Environment } from '../../engines/engine';

/** The tokens that the app was started with, the one of `run`, which is looked at first, and the run around this one. */
const keptBack = ['GATEHOUSE_OPERATOR_TOKEN', 'GATEHOUSE_ENGINE_TOKEN', 'GATEHOUSE_TOKEN', 'GATEHOUSE_RUN_ID'];

/** What the command gets: how its run is called, so that it can report itself, and never the operator's power. */
export async function environmentOf(
  environment: Environment,
  find: () => Caller,
  run: { readonly automationId: string; readonly runId: string | undefined },
): Promise<Environment> {
  const { GATEHOUSE_TOKEN: token = '' } = environment;
  const passedOn = Object.entries(environment).filter(([name]) => !keptBack.includes(name));
  return {
    ...Object.fromEntries(passedOn),
    ...(token !== '' && (await mayHave(token, find)) && { GATEHOUSE_TOKEN: token }),
    GATEHOUSE_AUTOMATION_ID: run.automationId,
    ...(run.runId !== undefined && { GATEHOUSE_RUN_ID: run.runId }),
  };
}

/** Whether an agent may have this token: only the operator's reads the audit log. Nobody knows of one while Gatehouse is away. */
async function mayHave(token: string, find: () => Caller): Promise<boolean> {
  try {
    return (await send({ url: find().url, token }, { path: '/governance/audit?limit=1' })).status === 403;
  } catch {
    return false;
  }
}
