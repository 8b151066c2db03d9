import type { CommandName, QueryName } from '../../shared/contract/contract';
import type { CommandHandlers, QueryHandlers } from '../kernel/handler';
import { agentCommands } from './agents/handlers';
import { agentQueries } from './agents/handlers-lists';
import { approvalCommands } from './approvals/handlers';
import { approvalQueries } from './approvals/handlers-lists';
import { auditCommands, auditQueries } from './audit/handlers';
import { automationCommands, automationQueries } from './automations/handlers';
import { custodyQueries, grantCommands } from './automations/handlers-custody';
import { deskAutomationQueries } from './automations/handlers-lists';
import { automationEndCommands, reviewCommands, reviewQueries } from './lifecycle/handlers';
import { limitsCommands, limitsQueries } from './limits/handlers';
import { lineageCommands, lineageQueries } from './lineage/handlers';
import { runCommands, runQueries } from './runs/handlers';
import { sessionCommands, sessionQueries } from './sessions/handlers';
import { sessionDeskQueries } from './sessions/handlers-desk';
import { sessionQuotaCommands, sessionQuotaQueries } from './sessions/handlers-quotas';
import { sessionUsageCommands, sessionUsageQueries } from './sessions/handlers-usage';
import { spendCommands, spendQueries } from './spend/handlers';
import { spendDeskQueries } from './spend/handlers-lists';
import { stateCommands, stateQueries } from './state-file/handlers';
import { connectionCommands, tokenCommands, tokenQueries } from './tokens/handlers';
import { toolRuleCommands, toolRuleQueries } from './tool-rules/handlers';
import { trustCommands, trustQueries } from './trust/handlers';

/** The handler of every command in the contract; the types refuse a missing one. */
export const commandHandlers: CommandHandlers<CommandName> = {
  ...approvalCommands,
  ...automationCommands,
  ...automationEndCommands,
  ...grantCommands,
  ...tokenCommands,
  ...connectionCommands,
  ...toolRuleCommands,
  ...trustCommands,
  ...runCommands,
  ...spendCommands,
  ...sessionCommands,
  ...sessionUsageCommands,
  ...sessionQuotaCommands,
  ...agentCommands,
  ...auditCommands,
  ...lineageCommands,
  ...limitsCommands,
  ...reviewCommands,
  ...stateCommands,
};

/** The handler of every query in the contract; the types refuse a missing one. */
export const queryHandlers: QueryHandlers<QueryName> = {
  ...approvalQueries,
  ...automationQueries,
  ...custodyQueries,
  ...deskAutomationQueries,
  ...tokenQueries,
  ...toolRuleQueries,
  ...trustQueries,
  ...runQueries,
  ...spendQueries,
  ...sessionQueries,
  ...sessionUsageQueries,
  ...sessionQuotaQueries,
  ...sessionDeskQueries,
  ...spendDeskQueries,
  ...agentQueries,
  ...lineageQueries,
  ...auditQueries,
  ...limitsQueries,
  ...reviewQueries,
  ...stateQueries,
};
