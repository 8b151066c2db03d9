import type { Actor } from '../kernel/actor';
import { visibleLine } from '../kernel/visible-text';
import type { Approval, RequestType } from './approval';

/** What each kind of request is called in one sentence; `{who}`, `{type}` and `{id}` are texts that others wrote. */
export const approvalTitles: Readonly<Record<RequestType, string>> = {
  capability_request: '{who} asks for a capability for {type} {id}',
  external_post: '{who} wants to post externally to {type} {id}',
  quota_override: '{who} asks to lift the spend limit of {type} {id}',
  lifecycle_review: '{who} asks you to review {type} {id}',
  elevated_capability: '{who} asks for an elevated capability for {type} {id}',
  depth_override: '{who} asks for a deeper lineage for {type} {id}',
  retirement_action: '{who} asks what becomes of {type} {id}',
  tool_call: '{who} wants to use {type} {id}',
};

/** What an actor is called: its id or source, else what it is. The rules that ask by themselves are Gatehouse to the operator. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'human':
      return actor.actorId ?? 'the operator';
    case 'agent':
      return actor.actorId ?? 'an agent without a name';
    case 'system':
      // No engine can have such a name: see isOwnSource.
      if (actor.source?.startsWith('automation_')) return 'Gatehouse';
      return actor.source ?? actor.actorId ?? 'Gatehouse';
  }
}

/** The texts for the places in a title. */
export function approvalTitleTexts(
  approval: Pick<Approval, 'requestedBy' | 'targetResource'>,
): Readonly<Record<'who' | 'type' | 'id', string>> {
  return {
    who: actorName(approval.requestedBy),
    type: approval.targetResource.type,
    id: approval.targetResource.id,
  };
}

/** The title as one line of text with hidden characters shown; each text of others is cut to `maxTextLength`. */
export function approvalTitle(
  approval: Pick<Approval, 'requestType' | 'requestedBy' | 'targetResource'>,
  maxTextLength = 80,
): string {
  const texts = approvalTitleTexts(approval);
  return approvalTitles[approval.requestType].replaceAll(/\{(who|type|id)\}/g, (_, slot: keyof typeof texts) =>
    visibleLine(texts[slot], maxTextLength),
  );
}
