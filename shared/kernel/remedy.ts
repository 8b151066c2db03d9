import type { RequestType } from '../contract/request-kinds';
import type { ErrorCode, Refusal } from './errors';
import { defined, isTexts, type JsonObject } from './fields';

/** A request for approval that would lift a refusal, as far as it is known; the rationale is the asker's. */
export type RemedyRequest = {
  readonly requestType: RequestType;
  readonly targetResource: { readonly type: string; readonly id: string };
  readonly context?: JsonObject;
};

/** What would lift a refusal: a sentence for the one who was refused, and what to ask for where asking helps. */
export type Remedy = { readonly sentence: string; readonly requests: readonly RemedyRequest[] };

/** Whom and what a refused call was about. */
export type RefusedCall = { readonly agentId?: string | undefined; readonly automationId?: string | undefined };

type Facts = {
  readonly details: JsonObject;
  readonly agentIds: readonly string[];
} & RefusedCall;

const aboutAgent = (requestType: RequestType, id: string, context?: RemedyRequest['context']): RemedyRequest => ({
  requestType,
  targetResource: { type: 'agent', id },
  ...defined({ context }),
});

const deskOnly = (sentence: string) => () => ({ sentence: `No approval lifts this. ${sentence}`, requests: [] });

/** One row for each code that something can be done about (spec/governance.md sections 3 to 8, read from the end). */
const remedies: Partial<Record<ErrorCode, (facts: Facts) => Remedy>> = {
  AUTOMATION_V2_CREATION_DISABLED: deskOnly('The operator turns creation on again at the desk.'),
  AUTOMATION_V2_AGENT_CREATION_PAUSED: deskOnly(
    'The operator resumes the agent at the desk. Stop, and tell your user.',
  ),
  AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED: ({ agentIds }) => ({
    sentence:
      'An approved quota_override of each agent that is named lifts this; so does a new week, on Monday 00:00 UTC.',
    requests: agentIds.map((id) => aboutAgent('quota_override', id)),
  }),
  AUTOMATION_V2_AGENT_REVIEW_REQUIRED: ({ agentIds }) => ({
    sentence: 'The operator has to look at what this agent created: an approved lifecycle_review of it lifts this.',
    requests: agentIds.map((id) => aboutAgent('lifecycle_review', id, { trigger: 'creation_quota' })),
  }),
  AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN: ({ details, agentIds }) => ({
    sentence: 'An approved capability_request for each capability lifts this; or leave the capability out.',
    requests: agentIds.flatMap((id) =>
      namesIn(details['value']).map((key) => aboutAgent('capability_request', id, { capability_key: key })),
    ),
  }),
  AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED: ({ details, agentIds }) => ({
    sentence: 'An approved depth_override that is deep enough lifts this; or let an agent nearer to a human create it.',
    requests: agentIds.map((id) => aboutAgent('depth_override', id, { max_depth: details['value'] })),
  }),
  AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED: deskOnly(
    'Wait until what was created is 24 hours old, or ask your user to have the limit raised at the desk.',
  ),
  AUTOMATION_V2_AGENT_CAP_EXCEEDED: deskOnly('An automation of an agent has to be deleted or retired first.'),
  AUTOMATION_V2_MODIFY_FORBIDDEN: deskOnly('The operator can grant this agent the automation at the desk.'),
  AUTOMATION_V2_LIFECYCLE_BLOCKED: ({ automationId }) => ({
    sentence: 'The operator can extend the automation: ask with an approval of type retirement_action and say why.',
    requests:
      automationId === undefined
        ? []
        : [{ requestType: 'retirement_action', targetResource: { type: 'automation', id: automationId } }],
  }),
  GOVERNANCE_SESSION_BACKLOG: deskOnly('Go on in a session that was begun, or wait.'),
  GOVERNANCE_APPROVAL_BACKLOG: deskOnly('Cancel an approval that is no longer needed, or wait for one.'),
};

/** What would lift this refusal; undefined where the refusal itself says all there is. */
export function remedyOf({ code, details = {} }: Refusal, call: RefusedCall): Remedy | undefined {
  const named = [details['agent_ids'], details['spend_paused_agent_ids']].find(isTexts);
  return remedies[code]?.({ ...call, details, agentIds: named ?? (call.agentId === undefined ? [] : [call.agentId]) });
}

function namesIn(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split(', ').filter((name) => name !== '') : [];
}
