import type { ApprovalRecord } from '../../../shared/contract/approval';
import { canonicalJson, textHash } from '../../kernel/store/canonical-json';

type Request = Pick<ApprovalRecord, 'requestType' | 'targetResource' | 'rationale'> & {
  readonly context?: unknown;
  readonly action?: unknown;
};

/** The canonical forms of what an agent sent along, each of which may be a megabyte: they are written once, and hashed in several ways. */
export type SentForms = { readonly context: string; readonly action?: string };

/** The canonical forms of a request's context and act. */
export function sentForms({ context, action }: Pick<Request, 'context' | 'action'>): SentForms {
  return {
    context: canonicalJson(context ?? {}),
    ...(action !== undefined && { action: canonicalJson(action) }),
  };
}

/** What two requests of one agent have in common when they ask the same (spec/governance.md section 7, Duplicates). */
export function duplicateKeyOf(request: Request, { context, action = '' }: SentForms = sentForms(request)): string {
  const asked = [request.requestType, request.targetResource, request.rationale].map(canonicalJson);
  // The canonical form of a list; an act stands in a list of its own, so that none differs from every one.
  return textHash(`[${asked.join(',')},${context},[${action}]]`);
}
