import type { Api } from '../../../electron/edges/http/server';
import { defaultLimits } from '../../../shared/contract/limits';
import type { ErrorCode } from '../../../shared/kernel/errors';
import { ask, call } from '../../support/api-client';
import { insertAutomation, recordOf, runOf } from '../../support/governed';
import { OPERATOR_TOKEN, operator, type World } from '../../support/world';

/** What is looked at of a refusal. */
type Refused = { readonly status: number; readonly body: unknown };

/** A code, how it has to be answered, and what makes a fresh world answer it over HTTP. */
export type ErrorCase = {
  readonly code: ErrorCode;
  readonly status: number;
  readonly isRetryable?: true;
  readonly provoke: (world: World, api: Api) => Promise<Refused>;
};

/** Where automations are. */
export const V2 = '/automations/v2';
/** The automation of the cases. */
export const NIGHTLY = `${V2}/nightly`;
/** Where approvals are. */
export const APPROVALS = '/governance/approvals';
/** Sends as the operator. */
export const asOperator = { token: OPERATOR_TOKEN };
/** Sends as the agent of the cases. */
export const asScout = { agent: 'scout' };

/** Creates an automation as scout. */
export const create = (api: Api, body: object = { name: 'N' }) => call(api, 'POST', V2, { ...asScout, body });
/** Changes the automation. */
export const change = (api: Api, agent = 'scout') => call(api, 'PATCH', NIGHTLY, { agent, body: { description: 'x' } });
/** Deletes the automation. */
export const remove = (api: Api, agent = 'scout') => call(api, 'DELETE', NIGHTLY, { agent });
/** Decides an approval as the operator. */
export const decide = (api: Api, verb: 'approve' | 'deny', approvalId: string, body: object = {}) =>
  call(api, 'POST', `${APPROVALS}/${approvalId}/${verb}`, { ...asOperator, body });
/** Uses an approval as scout. */
export const consume = (api: Api, approvalId: string, command = 'git push') =>
  call(api, 'POST', `${APPROVALS}/${approvalId}/consume`, { ...asScout, body: { action: { command } } });
/** Withdraws an approval as scout. */
export const cancel = (api: Api, approvalId: string) =>
  call(api, 'POST', `${APPROVALS}/${approvalId}/cancel`, { ...asScout, body: {} });
/** Reports a usage of the run of the automation as an engine. */
export const spend = (api: Api, body: object) =>
  call(api, 'POST', `${V2}/runs/run-1/spend`, { body: { prompt_tokens: 1, completion_tokens: 1, ...body } });

/** Puts limits in force. */
export const limit = (world: World, different: object) =>
  world.store.transaction(({ limits }) => limits.save({ ...defaultLimits, ...different }));
/** Puts the automation, its custody record and a running run into the world. */
export const record = (world: World, different: Parameters<typeof recordOf>[0] = {}) =>
  insertAutomation(world, undefined, recordOf(different), [runOf({ status: 'running' })]);
/** The provenance of what the operator creates. */
export const byOlga = { creator: operator.actor, rootActor: operator.actor, ancestorChain: [], depth: 0 };

/** Asks as scout and approves; answers the id. */
export async function approved(api: Api, different: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { approval_id } = await ask(api, 'scout', different);
  await decide(api, 'approve', approval_id);
  return approval_id;
}
