import { actorName } from '../contract/actor-name';
import type { Approval, ListedApproval } from '../contract/approval';
import { engineNames } from '../contract/engine';
import type { RequestType } from '../contract/request-kinds';
import { visibleLine, wholeLine } from '../kernel/visible-text';
import { actTitle, LONGEST_TITLE } from './act-title';
import { engineFactsOf, folderOf, hookRationale, projectFolderOf, projectOf } from './engine-facts';

type Titled = Pick<Approval, 'requestType' | 'requestedBy' | 'targetResource'> &
  Partial<Pick<ListedApproval, 'action' | 'context' | 'title' | 'isPartial'>>;

/** What each other kind of request is called in one sentence; `{who}`, `{type}` and `{id}` are texts that others wrote. */
export const requestSentences: Readonly<Record<Exclude<RequestType, 'tool_call'>, string>> = {
  capability_request: '{who} asks for a capability for {type} {id}',
  external_post: '{who} wants to post externally to {type} {id}',
  quota_override: '{who} asks to lift the spend limit of {type} {id}',
  lifecycle_review: '{who} asks you to review {type} {id}',
  elevated_capability: '{who} asks for an elevated capability for {type} {id}',
  depth_override: '{who} asks for a deeper lineage for {type} {id}',
  retirement_action: '{who} asks what becomes of {type} {id}',
};

/** The texts for the places in such a sentence. */
export function sentenceTexts(approval: Titled): Readonly<Record<'who' | 'type' | 'id', string>> {
  const { requestedBy, targetResource } = approval;
  return { who: actorName(requestedBy), type: targetResource.type, id: targetResource.id };
}

/** What is asked, as one line with hidden characters shown: of a tool call the title of its act, of another kind its sentence. */
export function approvalTitle(approval: Titled, maxLength = LONGEST_TITLE): string {
  const { requestType, targetResource, action, context, title } = approval;
  if (requestType !== 'tool_call') {
    const texts = sentenceTexts(approval);
    const withParts = (longest: number) =>
      requestSentences[requestType].replaceAll(/\{(who|type|id)\}/g, (_, slot: keyof typeof texts) =>
        visibleLine(texts[slot], longest),
      );
    return wholeLine(withParts(maxLength), maxLength) ?? withParts(Math.ceil(maxLength / 2));
  }
  if (title !== undefined) return visibleLine(title, maxLength);
  const { type, id } = targetResource;
  if (action === undefined) return visibleLine(`Use ${type === 'tool' ? '' : `${type} `}${id}`, maxLength);
  return actTitle({ toolName: id, action, cwd: folderOf(context) }, maxLength);
}

/** Where a tool call is asked for: its project; where none is known, who asks. */
export function placeOf({ context, requestedBy }: Pick<Titled, 'context' | 'requestedBy'>): string {
  const folder = projectFolderOf(context);
  return folder === undefined ? actorName(requestedBy) : projectOf(folder);
}

/** The title with the place before it, for surfaces that show nothing else: `shop: Run npm test`. */
export function placedTitle(approval: Titled, maxLength = LONGEST_TITLE): string {
  const title = approvalTitle(approval, maxLength);
  return approval.requestType === 'tool_call'
    ? `${visibleLine(placeOf(approval), Math.ceil(maxLength / 2))}: ${title}`
    : title;
}

/** Why the asker wants it, where that says more than the title does: a hook without a description only names its tool. */
export function reasonOf(approval: Titled & Pick<Approval, 'rationale'>): string | undefined {
  const { rationale, targetResource, context } = approval;
  const facts = engineFactsOf(context);
  if (facts === undefined) return rationale;
  const isOnlyTool = rationale === hookRationale(engineNames[facts.engine], targetResource.id);
  return isOnlyTool || approvalTitle(approval).endsWith(`: ${rationale}`) ? undefined : rationale;
}
