import type { CallToolResult } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { contractEntry } from '../../../shared/contract/contract';
import { citedApprovalIdSchema } from '../../../shared/kernel/actor';
import {
  type ErrorCode,
  errorCatalogue,
  issuePath,
  listedIssues,
  type Refusal,
  refusal,
} from '../../../shared/kernel/errors';
import type { JsonObject } from '../../../shared/kernel/fields';
import { type Remedy, type RemedyRequest, remedyOf } from '../../../shared/kernel/remedy';
import { acceptCamelCase, encodeWire } from '../../../shared/kernel/wire';
import type { Query, Send } from '../../kernel/door';
import { type BugParts, internalRefusal } from '../../kernel/thrown';
import { isNumbersOnly, refusalBody } from '../http/refusals';
import { citing } from '../http/routes';
import type { McpCaller, Tool } from './tool';

/** What calling a tool needs; the query is for what a refusal offers. */
export type CallParts = BugParts & { readonly send: Send; readonly query: Query };

/** Calls a tool: validates, sends, and answers for a model to read. Whatever is refused is a result that says so. */
export async function callTool(
  parts: CallParts,
  caller: McpCaller,
  tool: Tool,
  everything: JsonObject,
): Promise<CallToolResult> {
  const { by, given } = withoutCitation(caller, tool, everything);
  try {
    const { input, output, http } = contractEntry(tool.row);
    const parsed = tool.input.safeParse(http?.acceptsCamelCase === true ? acceptCamelCase(input, given) : given);
    if (!parsed.success) return refusedResult(parts, by, invalidInput(parsed.error, http?.invalidNumbers), given);
    const result = await tool.send(parts.send, by, tool.decode(parsed.data));
    if (!result.ok) return refusedResult(parts, by, result.refusal, given);
    const answer = encodeWire(output, result.value) as JsonObject;
    return answeredResult(tool.shown?.(answer) ?? answer);
  } catch (error) {
    return refusedResult(
      parts,
      by,
      internalRefusal(error, 'a tool call failed', parts, { tool: tool.name }).refusal,
      given,
    );
  }
}

/** What a tool is given, apart from the approval that the call says it acts on, where the tool itself asks for none. */
function withoutCitation(by: McpCaller, tool: Tool, given: JsonObject): { by: McpCaller; given: JsonObject } {
  const { approval_id: approvalId, ...rest } = given;
  const cited = citedApprovalIdSchema.safeParse(approvalId);
  if (Object.hasOwn(tool.input.shape, 'approval_id') || !cited.success) return { by, given };
  return { by: { ...by, caller: citing(by.caller, cited.data) }, given: rest };
}

function invalidInput({ issues }: z.ZodError, invalidNumbers: ErrorCode | undefined): Refusal {
  const named = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: issuePath([...issue.path, key]), message: 'there is no such field' }))
      : [{ path: issuePath(issue.path), message: issue.message }],
  );
  const code = isNumbersOnly(named) ? (invalidNumbers ?? 'VALIDATION_FAILED') : 'VALIDATION_FAILED';
  return refusal(code, { issues: named });
}

/** Clients show a model the text or the structured content: both say the same. An approval's own sentence comes first. */
function answeredResult(answer: JsonObject): CallToolResult {
  const { guidance } = (answer['approval'] ?? {}) as { readonly guidance?: { readonly sentence: string } };
  const json = JSON.stringify(answer);
  return {
    content: [{ type: 'text', text: guidance === undefined ? json : `${guidance.sentence}\n${json}` }],
    structuredContent: { ...answer },
  };
}

function refusedResult(parts: CallParts, { caller }: McpCaller, why: Refusal, given: JsonObject): CallToolResult {
  const agentId = caller.actor.kind === 'agent' ? caller.actor.actorId : undefined;
  const automationId = typeof given['automation_id'] === 'string' ? given['automation_id'] : undefined;
  const remedy = remedyOf(why, { agentId, automationId });
  const requests = remedy?.requests.map((request) => offered(parts, caller, request)) ?? [];
  return {
    isError: true,
    content: [{ type: 'text', text: refusalText(why, remedy, requests) }],
    structuredContent: {
      ...refusalBody(why),
      ...(remedy !== undefined && { lifted_by: { sentence: remedy.sentence, approvals: requests } }),
    },
  };
}

/** What to call so that the refusal is lifted: to ask, or to wait where the same is asked for already. */
type Offer = { readonly request_approval: JsonObject } | { readonly wait_for_approval: JsonObject };

function offered({ query }: CallParts, caller: McpCaller['caller'], request: RemedyRequest): Offer {
  const { requestType, targetResource, context } = request;
  const pending = query(caller, 'approvals.list', { requestType, status: 'pending' });
  const same = pending.ok
    ? pending.value.approvals.find(
        ({ targetResource: { type, id }, context: asked }) =>
          type === targetResource.type && id === targetResource.id && isAsked(asked, context),
      )
    : undefined;
  if (same !== undefined) return { wait_for_approval: { approval_id: same.approvalId } };
  return {
    request_approval: {
      request_type: requestType,
      target_resource: targetResource,
      ...(context !== undefined && { context }),
      rationale: '<why you need it>',
    },
  };
}

function isAsked(asked: unknown, wanted: JsonObject = {}): boolean {
  const fields = (asked ?? {}) as JsonObject;
  return Object.entries(wanted).every(([key, value]) => fields[key] === value);
}

function refusalText(why: Refusal, remedy: Remedy | undefined, offers: readonly Offer[]): string {
  const { code, sentence, issues = [], details = {}, correlationId } = why;
  const figures = Object.entries(details).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [
    `${code}: ${sentence}`,
    ...listedIssues(issues).map(({ path, message }) => `- ${path === '' ? 'the arguments' : path}: ${message}`),
    ...(figures.length > 0 ? [`What decided it: ${figures.join(', ')}.`] : []),
    ...(correlationId === undefined ? [] : [`Correlation id: ${correlationId}.`]),
    ...(remedy === undefined ? [] : [remedy.sentence]),
    ...offers.flatMap((offer) =>
      Object.entries(offer).map(([tool, args]) => `Call ${tool} with ${JSON.stringify(args)}.`),
    ),
    ...(errorCatalogue[code].isRetryable && offers.length === 0 ? ['The same call may succeed later.'] : []),
  ].join('\n');
}
