import type { InputOf } from '../../../shared/contract/contract';
import { engineNames } from '../../../shared/contract/engine';
import type { Session } from '../../../shared/contract/run';
import type { SessionCall } from '../../../shared/contract/session';
import { defined, fieldOf } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import { canonicalHash } from '../../kernel/store/canonical-json';
import { consumeAtOnce } from '../approvals/by-rule';
import { requestApproval } from '../approvals/request';
import { lineageOf } from '../lineage/effects';
import { judgedOf } from '../tool-rules/effects';
import type { Judged } from '../tool-rules/matching';
import { tellCallOf } from './effects';

/** A call of a session as its agent would ask for it. */
export function requestOfCall(
  session: Session,
  { toolName, action, toolUseId }: SessionCall,
): InputOf<'approval.request'> {
  const { engine, sessionId, workspace, permissionMode } = session;
  const description = fieldOf(action, 'description');
  const said = typeof description === 'string' ? description.trim().slice(0, 10_000) : '';
  return {
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: toolName },
    rationale: said === '' ? `${engineNames[engine]} wants to use ${toolName}.` : said,
    action,
    context: {
      engine,
      session_id: sessionId,
      ...(workspace !== '' && { cwd: workspace }),
      ...defined({ permission_mode: permissionMode, tool_use_id: toolUseId }),
    },
  };
}

/** A call of a session with what it is judged to be. */
export function judgedCallOf(context: CommandContext, session: Session, call: SessionCall): Judged {
  const { requestType, targetResource, action, context: said } = requestOfCall(session, call);
  return judgedOf(context, {
    requestType,
    requestedBy: context.caller.actor,
    ancestorIds: [...lineageOf(context, context.caller)],
    targetResource,
    context: said,
    action,
    actionHash: canonicalHash(action),
  });
}

/**
 * Writes down what a standing rule has decided of a call, as if its agent had asked for it: the request, the decision in the name of the
 * rule's maker, and its use. Answers whether it is written; what is not written down is not allowed.
 */
export function isSettledByRule(context: CommandContext, session: Session, call: SessionCall): boolean {
  const asked = requestApproval(context, requestOfCall(session, call));
  if (!asked.ok) return false;
  const approval = context.store.approvals.find(asked.value.approval.approvalId);
  if (approval?.status === 'denied') {
    tellCallOf(context, approval, 'deny');
    return true;
  }
  return approval?.status === 'approved' && consumeAtOnce(context, approval, call.action);
}
