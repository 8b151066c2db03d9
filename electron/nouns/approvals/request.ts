import type { Approval } from '../../../shared/contract/approval';
import type { InputOf } from '../../../shared/contract/contract';
import { effectiveLimits } from '../../../shared/contract/limits';
import { type Refusal, refusal } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import type { CommandContext, CommandOutcome } from '../../kernel/handler';
import { textHash } from '../../kernel/store/canonical-json';
import { agentIdOf, findVisible } from '../automations/access';
import { lineageOf, noteSeen, stateOwnLineage } from '../lineage/effects';
import { tellCallOf } from '../sessions/effects';
import { judgedOf, ruleThatDecides } from '../tool-rules/effects';
import { settleByRule } from './by-rule';
import { answer } from './effects';
import { duplicateKeyOf, sentForms } from './facts';
import { approvalEvent, openApproval } from './rules';
import { keepRisk } from './shown';

/**
 * Asks the operator for a decision, which a standing rule may bring about at once (spec/governance.md section 7). The same request that
 * still waits is answered again. Refused where the asker may not see what it is about, and where too much of its waits.
 */
export function requestApproval(
  context: CommandContext,
  input: InputOf<'approval.request'>,
): CommandOutcome<{ approval: Approval }> {
  const { store, caller, now, ids } = context;
  const unseen = lackOfSight(context, input);
  if (unseen !== undefined) return { ok: false, refusal: unseen };
  const agentId = agentIdOf(caller);
  const sent = sentForms(input);
  const duplicateKey = duplicateKeyOf(input, sent);
  const ancestorIds = lineageOf(context, caller);
  const actionHash = sent.action === undefined ? undefined : textHash(sent.action);
  const judged = judgedOf(context, {
    ...input,
    requestedBy: caller.actor,
    ancestorIds: [...ancestorIds],
    context: input.context ?? {},
    ...defined({ actionHash }),
  });
  const rule = ruleThatDecides(context, judged);
  const opened = openApproval(
    input,
    {
      requestedBy: caller.actor,
      ancestorIds,
      duplicate: store.approvals.findPendingDuplicate(caller.actor, duplicateKey),
      pendingOfAgent:
        agentId === undefined || rule !== undefined
          ? 0
          : store.approvals.pendingCountOfAgent(caller.ownerId ?? agentId),
      pendingOfToken:
        caller.tokenKey === undefined || rule !== undefined ? 0 : store.approvals.pendingCountOfToken(caller.tokenKey),
      limits: effectiveLimits(store.limits.current(), agentId === undefined ? {} : store.agents.overridesOf(agentId)),
      approvalId: `apr_${ids.uuid().replaceAll('-', '')}`,
      actionHash,
    },
    now,
  );
  if (!opened.ok) return opened;
  const { approval, isNew } = opened.value;
  if (isNew) {
    const unkept = stateOwnLineage(context);
    if (unkept !== undefined) return unkept;
    if (agentId !== undefined) noteSeen(context, agentId);
    store.approvals.insert(approval, duplicateKey, caller.tokenKey);
    keepRisk(context, approval, judged.judged());
    tellCallOf(context, approval, 'ask');
    context.emit({ ...approvalEvent('approval.requested', approval), knownForms: { request: sent } });
  }
  return answer(context, rule === undefined ? approval : settleByRule(context, approval, rule));
}

/**
 * Why an agent may not ask for a look at this, or for its end: it may not see what that is about, so it does not exist for it
 * (section 7). Else the answer would tell of it, and the operator's would be about somebody else's.
 */
function lackOfSight(
  context: CommandContext,
  { requestType, targetResource: { type, id } }: InputOf<'approval.request'>,
): Refusal | undefined {
  const agentId = agentIdOf(context.caller);
  const isAboutLife = requestType === 'lifecycle_review' || requestType === 'retirement_action';
  if (agentId === undefined || !isAboutLife) return undefined;
  if (type === 'agent') return id === agentId ? undefined : refusal('AGENT_NOT_FOUND');
  if (type !== 'automation') return undefined;
  const found = findVisible(context, id);
  return found.ok ? undefined : found.refusal;
}
