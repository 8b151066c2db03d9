import { type Grant, lifecycleSchema } from '../../../shared/contract/governance';
import { effectiveLimits } from '../../../shared/contract/limits';
import { refused, succeeded } from '../../../shared/kernel/errors';
import { defined } from '../../../shared/kernel/fields';
import type { CommandContext, SomeCommands, SomeQueries } from '../../kernel/handler';
import { agentsOf, textOf } from '../effects';
import { revokeDependency } from '../lifecycle/effects';
import { withLastCheck } from '../lifecycle/findings';
import { spendSummary } from '../spend/pause';
import { agentIdOf, findVisible } from './access';
import { creationFacts } from './creation-facts';
import { readCreationRules } from './rules-creation';
import { lineageAgentIds } from './rules-definition';
import { grantsByKind } from './rules-mutation';

/** grant.create and grant.revoke (spec/governance.md sections 5 and 10); the contract lets only the operator send them. */
export const grantCommands = {
  'grant.create'(context, { automationId, grantedToAgentId, reason }) {
    const { store, caller, now, ids } = context;
    const found = findVisible(context, automationId);
    if (!found.ok) return found;
    if (store.records.find(automationId) === undefined) return refused('AUTOMATION_V2_GOVERNANCE_MISSING');
    const standing = store.grants.findModify(automationId, grantedToAgentId);
    if (standing !== undefined) return succeeded({ grant: grantedAgain(context, standing, reason) });
    const grant: Grant = {
      grantId: `grant-${ids.uuid()}`,
      automationId,
      grantKind: 'modify',
      grantedTo: { kind: 'agent', actorId: grantedToAgentId },
      grantedBy: caller.actor,
      createdAtMs: now,
      ...defined({ reason }),
    };
    store.grants.save(grant);
    tell(context, 'grant.created', grant);
    return succeeded({ grant });
  },

  'grant.revoke'(context, { automationId, grantId, reason }) {
    const { store, now } = context;
    const found = findVisible(context, automationId);
    if (!found.ok) return found;
    const grant = store.grants.find(grantId);
    if (grant === undefined || grant.automationId !== automationId || grant.revokedAtMs !== undefined) {
      return refused('AUTOMATION_GOVERNANCE_GRANT_NOT_FOUND');
    }
    const revoked: Grant = { ...grant, revokedAtMs: now, ...defined({ revokeReason: reason }) };
    store.grants.save(revoked);
    tell(context, 'grant.revoked', revoked);
    revokeDependency(context, automationId, {
      reason: textOf(reason) ?? 'modify grant revoked',
      evidence: { grant_id: grantId, granted_to: grant.grantedTo.actorId ?? 'unknown', grant_kind: grant.grantKind },
    });
    return succeeded({ grant: revoked });
  },
} satisfies SomeCommands;

/** automation.governance, grants.list and agent.allowance. */
export const custodyQueries = {
  'automation.governance'(context, { automationId }) {
    const { store, caller, now } = context;
    const found = findVisible(context, automationId);
    if (!found.ok) return found;
    const stored = store.records.find(automationId);
    if (stored === undefined) return refused('AUTOMATION_V2_GOVERNANCE_MISSING');
    const record = withLastCheck(store, stored);
    const viewer = agentIdOf(caller);
    const { creator } = record.provenance;
    const creatorAgent =
      creator.kind === 'agent' && creator.actorId !== undefined ? store.agents.find(creator.actorId) : undefined;
    const limits = effectiveLimits(store.limits.current(), creatorAgent?.overrides ?? {});
    const isForViewer = (agentId: string | undefined) => viewer === undefined || viewer === agentId;
    const spenders = lineageAgentIds(record.provenance).filter(isForViewer);
    const { modifyGrants, capabilityGrants } = grantsByKind(store.grants.of(automationId));
    return succeeded({
      governance: {
        ...record,
        modifyGrants,
        capabilityGrants,
        grantCount: modifyGrants.length,
        capabilityGrantCount: capabilityGrants.length,
      },
      agentReview: isForViewer(creatorAgent?.agentId) ? (creatorAgent?.review ?? null) : null,
      lifecycle: lifecycleSchema.parse(record),
      spend: {
        weeklySpendCapNanos: limits.weeklySpendCapNanos,
        warningThresholdRatio: limits.spendWarningThresholdRatio,
        agents: spenders.flatMap((agentId) => spendSummary({ store, now }, agentId) ?? []),
      },
    });
  },

  'grants.list'(context, { automationId }) {
    const found = findVisible(context, automationId);
    if (!found.ok) return found;
    const grants = context.store.grants.of(automationId);
    return succeeded({ automationId, ...grantsByKind(grants), count: grants.length });
  },

  'agent.allowance'(context, { agentId }) {
    const { caller } = context;
    const viewer = agentIdOf(caller);
    if (viewer !== undefined && viewer !== agentId) return refused('AGENT_NOT_FOUND');
    const asAgent = { ...caller, actor: { kind: 'agent', actorId: agentId } as const };
    const rules = readCreationRules(creationFacts(context, asAgent));
    const denial = rules.find(({ isMet }) => !isMet);
    return succeeded({ agentId, canCreate: denial === undefined, code: denial?.code ?? null, rules: [...rules] });
  },
} satisfies SomeQueries;

/** The standing grant with the reason that was given now (section 5); unchanged, and not told again, where none was or it is the same. */
function grantedAgain(context: CommandContext, standing: Grant, reason: string | undefined): Grant {
  if (reason === undefined || reason === standing.reason) return standing;
  const grant = { ...standing, reason };
  context.store.grants.save(grant);
  tell(context, 'grant.created', grant);
  return grant;
}

function tell(context: CommandContext, name: 'grant.created' | 'grant.revoked', grant: Grant): void {
  const { grantId, automationId, grantedTo, revokeReason } = grant;
  const agentIds = new Set([
    ...agentsOf(context, automationId),
    ...(grantedTo.actorId === undefined ? [] : [grantedTo.actorId]),
  ]);
  const reason = revokeReason === undefined ? {} : { reason: revokeReason };
  context.emit(
    name === 'grant.created'
      ? { name, payload: { automationId, grant }, agentIds: [...agentIds] }
      : { name, payload: { automationId, grantId, ...reason }, agentIds: [...agentIds] },
  );
}
