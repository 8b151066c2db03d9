import type { InputOf, OutputOf } from '../../../shared/contract/contract';
import { defined } from '../../../shared/kernel/fields';
import { canonicalHash } from '../../kernel/store/canonical-json';
import type { ReadStore } from '../../kernel/store/database';
import { haltOf } from '../agents/facts';
import { bindingAgentIds } from '../lineage/effects';
import { planStopOf } from '../sessions/effects-quotas';
import { judgedOf, ruleThatDecides } from './effects';
import type { RuledCall } from './rules';

/** Whom a call is judged for that is of no agent. */
const NOBODY = 'nobody';

/**
 * How dangerous a tool call is, why, and what would become of it if this agent asked now (spec/judgement.md section 7): denied while it is
 * halted or by a rule; allowed by a rule, or because it only looks; asked otherwise. What an engine allows by its own mode it does not know.
 */
export function explained(
  source: { readonly store: ReadStore; readonly now: number },
  { agentId = NOBODY, tool, action, context = {} }: InputOf<'toolCalls.explain'>,
): OutputOf<'toolCalls.explain'> {
  const ancestorIds = [...bindingAgentIds(source.store, agentId)].filter((id) => id !== agentId);
  const call: RuledCall = {
    requestType: 'tool_call',
    requestedBy: { kind: 'agent', actorId: agentId },
    ancestorIds,
    targetResource: { type: 'tool', id: tool },
    context,
    action,
    ...defined({ actionHash: action === undefined ? undefined : canonicalHash(action) }),
  };
  const judged = judgedOf(source, call);
  const { level, reasons, notes, workspace, parts } = judged.judged();
  const rule = ruleThatDecides(source, judged);
  return {
    risk: { level, reasons: [...reasons], ...(notes !== undefined && { notes: [...notes] }) },
    ...defined({ workspace, ruleId: rule?.ruleId }),
    would: wouldBe(),
    reads: parts.map((part) => ({ words: [...part.words], level: part.level })),
  };

  function wouldBe(): 'ask' | 'allow' | 'deny' {
    const isHalted = haltOf(source, bindingAgentIds(source.store, agentId, ancestorIds)) !== undefined;
    const [ownerId = ''] = agentId.split('/');
    if (isHalted || planStopOf(source, ownerId) !== undefined || rule?.verdict === 'deny') return 'deny';
    return rule !== undefined || level === 'low' ? 'allow' : 'ask';
  }
}
