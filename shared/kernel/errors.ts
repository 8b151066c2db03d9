import type { JsonObject } from './fields';

/** One refusal that a caller can be given: its HTTP status, whether the same call may succeed later, and its sentence. */
type CatalogueEntry = { readonly status: number; readonly isRetryable: boolean; readonly sentence: string };

const of =
  (status: number, isRetryable = false) =>
  (sentence: string): CatalogueEntry => ({ status, isRetryable, sentence });
const [badRequest, forbidden, notFound, conflict, broken] = [of(400), of(403), of(404), of(409), of(500)];
const [changed, tooMany, unavailable] = [of(409, true), of(429, true), of(503, true)];

/** Every refusal there is (spec/api.md sections 1 and 2). A code that is not here cannot be answered. */
export const errorCatalogue = {
  AUTH_REQUIRED: of(401)('A valid bearer token is required. The operator makes one in Gatehouse under Settings.'),
  AGENT_IDENTITY_MISMATCH: forbidden('This token belongs to another agent than the one that x-tandem-agent-id names.'),
  FORBIDDEN: forbidden('This token may not do that.'),
  HOST_REFUSED: forbidden('Gatehouse only answers requests that are addressed to this machine by its loopback name.'),
  ORIGIN_REFUSED: forbidden('Gatehouse does not answer web pages.'),
  NOT_FOUND: notFound('There is nothing at this address.'),
  PAYLOAD_TOO_LARGE: of(413)('The body is over 1 MiB.'),
  UNSUPPORTED_MEDIA_TYPE: of(415)('Send the body as application/json.'),
  VALIDATION_FAILED: badRequest('The request does not have the expected form.'),
  RATE_LIMITED: tooMany('Too many requests with this token. Wait and try again.'),
  CONNECTION_BACKLOG: tooMany('Too many programs ask to be connected. Wait a few seconds and try again.'),
  CONNECTION_NOT_FOUND: notFound(
    'Nobody waits for an answer to this. It was answered, its time is over, or Gatehouse was started again.',
  ),
  GOVERNANCE_APPROVAL_BACKLOG: tooMany(
    'This agent has 50 approvals waiting already. Wait for a decision, or cancel one.',
  ),
  GOVERNANCE_SESSION_BACKLOG: tooMany(
    'This agent and its sub-agents have begun 600 sessions in the last hour. Go on with one, or wait.',
  ),
  GOVERNANCE_APPROVAL_NOT_FOUND: notFound('There is no such approval.'),
  GOVERNANCE_APPROVAL_REQUIRES_HUMAN: forbidden('Only the operator decides approvals, at the desk. Ask and wait.'),
  GOVERNANCE_APPROVAL_SELF_REVIEW: forbidden(
    'Independent review is required, so nobody decides what they asked for themselves.',
  ),
  GOVERNANCE_APPROVAL_EXPIRED: conflict(
    'Nobody decided this approval in time, so it has expired. It was not denied; it can be asked again.',
  ),
  GOVERNANCE_APPROVAL_CANCELLED: conflict(
    'This approval was withdrawn by the one who asked, so there is nothing left to decide.',
  ),
  GOVERNANCE_APPROVAL_CHANGED: changed(
    'This approval has changed since you saw it. Look at it again before you decide.',
  ),
  GOVERNANCE_APPROVAL_SETTLED: conflict('This approval has been decided already, so it cannot be cancelled.'),
  GOVERNANCE_APPROVAL_NOT_APPROVED: conflict('This approval is not approved, so it cannot be used.'),
  GOVERNANCE_APPROVAL_CONSUMED: conflict(
    'This approval has been used already. One approval allows one act; ask again for another.',
  ),
  GOVERNANCE_APPROVAL_NOT_CONSUMABLE: conflict(
    'This approval stands until it expires; it is not used up, so there is nothing to consume.',
  ),
  GOVERNANCE_APPROVAL_NOT_VOUCHED: conflict(
    'What is stored of this approval is not what the audit log says, so it is not used. The operator can verify the audit log; ask again.',
  ),
  GOVERNANCE_ACTION_MISMATCH: conflict('This is not the act that the operator approved. Ask for approval of this one.'),
  AUTOMATION_V2_CREATION_DISABLED: forbidden('The operator has turned off the creation of automations.'),
  AUTOMATION_V2_AGENT_ID_REQUIRED: forbidden('Say which agent this is.'),
  AUTOMATION_V2_AGENT_CREATION_PAUSED: forbidden(
    'The operator has paused this agent, or one above it. It can create and start nothing until the operator resumes that one.',
  ),
  AUTOMATION_V2_AGENT_SPEND_CAP_EXCEEDED: tooMany(
    'This agent, or one above it, has reached its weekly spend cap. An approved quota_override, or a new week, lifts that.',
  ),
  AUTOMATION_V2_AGENT_REVIEW_REQUIRED: tooMany(
    'This agent has created as many automations as it may before the operator looks at them.',
  ),
  AUTOMATION_V2_CAPABILITY_ESCALATION_FORBIDDEN: forbidden(
    'This automation declares a capability that is not approved for this agent. Ask with capability_request.',
  ),
  AUTOMATION_V2_LINEAGE_DEPTH_EXCEEDED: forbidden(
    'This agent is too many agents away from a human to create automations. Ask with depth_override.',
  ),
  AGENT_LINEAGES_FULL: conflict(
    'Sixteen different lineages were stated for this agent already. State one of those, or ask the operator to correct it at the desk.',
  ),
  AUTOMATION_V2_AGENT_DAILY_QUOTA_EXCEEDED: tooMany(
    'This agent has created as many automations as it may in 24 hours.',
  ),
  AUTOMATION_V2_AGENT_CAP_EXCEEDED: tooMany(
    'There are as many automations by agents as there may be. One has to be deleted or retired first.',
  ),
  AUTOMATION_V2_ALREADY_EXISTS: conflict('There is an automation with this id.'),
  AUTOMATION_V2_NOT_FOUND: notFound('There is no such automation or run.'),
  AUTOMATION_V2_GOVERNANCE_MISSING: forbidden('Nobody knows who this automation belongs to, so it cannot be changed.'),
  AUTOMATION_V2_RETIRED: forbidden('This automation is retired.'),
  AUTOMATION_V2_EXPIRED: forbidden('This automation has expired. The operator can extend it.'),
  AUTOMATION_V2_LIFECYCLE_PAUSED: forbidden('This automation is paused until the operator has looked at it.'),
  AUTOMATION_V2_DELETE_HUMAN_CREATED_DENIED: forbidden(
    'No agent created this automation, so only the operator deletes it.',
  ),
  AUTOMATION_V2_DELETE_NOT_OWNER: forbidden('Another agent created this automation.'),
  AUTOMATION_V2_MODIFY_FORBIDDEN: forbidden(
    'This agent did not create this automation, and no grant lets it change it.',
  ),
  AUTOMATION_V2_RESTORE_NOT_FOUND: notFound('There is no deleted automation with this id that can still be restored.'),
  AUTOMATION_V2_LIFECYCLE_BLOCKED: conflict(
    'This automation is retired, expired, deleted or paused by the operator, so it cannot run.',
  ),
  AUTOMATION_V2_RUN_TRANSITION_INVALID: conflict('A run cannot go from its status to this one.'),
  AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN: forbidden('Only the operator gives and revokes grants.'),
  AUTOMATION_GOVERNANCE_GRANT_NOT_FOUND: notFound('There is no such grant, or it is revoked.'),
  AGENT_NOT_FOUND: notFound('There is no such agent.'),
  AGENT_SPEND_NOT_FOUND: notFound('This agent has not spent anything yet.'),
  AGENT_PAUSE_DISABLED: conflict('Pausing single agents is turned off in the limits (per_agent_pause_enabled).'),
  GOVERNANCE_SPEND_INVALID: badRequest('Tokens and costs are numbers from 0 on. Nothing was charged.'),
  STATE_IMPORT_CONFLICTS: conflict('Some of what the file has is here already. Say whether to skip or to replace it.'),
  AUDIT_CANCELLED: changed('Reading the audit log was cancelled before the end, so nothing can be said about it.'),
  TOOL_RULE_NOT_FOUND: notFound('There is no such standing rule, or it is over already.'),
  TOOL_RULE_HIGH_RISK: conflict(
    'This may do harm that cannot be undone, so each time is decided by itself; no standing rule can allow it.',
  ),
  TOKEN_NOT_FOUND: notFound('There is no such token.'),
  STORE_UNAVAILABLE: unavailable('Gatehouse cannot use its database right now; nothing was changed.'),
  SHUTTING_DOWN: unavailable('Gatehouse is shutting down. Nothing was changed.'),
  ROW_UNREADABLE: broken(
    'What Gatehouse stored about this is damaged and cannot be read, so nothing was done. Settings says which rows these are and what to do.',
  ),
  INTERNAL: broken('Something went wrong inside Gatehouse. The correlation id names the entry in its log.'),
} satisfies Record<string, CatalogueEntry>;

/** The code of a refusal. */
export type ErrorCode = keyof typeof errorCatalogue;

/** One thing that is wrong with an input: where (`a.b[0]`, empty for the whole) and what. */
export type Issue = { readonly path: string; readonly message: string };

/** Issues that one answer lists at most (spec/api.md section 1). */
const MOST_LISTED_ISSUES = 20;

/** Characters of all messages that one answer lists together. */
const MOST_ISSUE_TEXT = 2_000;

/** Longest path that is told of an issue; a caller may have named its fields as it likes. */
const LONGEST_PATH = 200;

/** As many issues as an answer lists; where there are more, the last one says so. How many is not known: a list is left at its first few. */
export function listedIssues(issues: readonly Issue[]): readonly Issue[] {
  const listed: Issue[] = [];
  let left = MOST_ISSUE_TEXT;
  const room = issues.length > MOST_LISTED_ISSUES ? MOST_LISTED_ISSUES - 1 : MOST_LISTED_ISSUES;
  for (const { path, message } of issues.slice(0, room)) {
    if (left === 0) break;
    listed.push({ path: cut(path, LONGEST_PATH), message: cut(message, left) });
    left = Math.max(0, left - message.length);
  }
  return issues.length === listed.length ? listed : [...listed, { path: '', message: 'and more' }];
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** An expected refusal. Nothing was changed but the audit log. */
export type Refusal = {
  readonly code: ErrorCode;
  readonly sentence: string;
  readonly issues?: readonly Issue[];
  readonly correlationId?: string;
  /** What the caller should see of the record that stood in the way. */
  readonly details?: JsonObject;
};

/** No value, and why. */
export type Refused = { readonly ok: false; readonly refusal: Refusal };

/** A value, or why there is none. */
export type Result<T> = { readonly ok: true; readonly value: T } | Refused;

/** The refusal of this code, with its sentence from the catalogue unless a more exact one is given. */
export function refusal(code: ErrorCode, more: Partial<Omit<Refusal, 'code'>> = {}): Refusal {
  return { code, sentence: errorCatalogue[code].sentence, ...more };
}

/** A failed result with the refusal of this code. */
export function refused(code: ErrorCode, more: Partial<Omit<Refusal, 'code'>> = {}): Refused {
  return { ok: false, refusal: refusal(code, more) };
}

/** The refusal of one field of an input; the path has the wire's names. */
export function invalid(path: string, message: string): Refused {
  return refused('VALIDATION_FAILED', { issues: [{ path, message }] });
}

/** A successful result. */
export function succeeded<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** The path of a validation issue as a person writes it: `agents[0].name`. */
export function issuePath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}
