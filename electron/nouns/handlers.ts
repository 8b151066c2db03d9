import type { CommandName, QueryName } from '../../shared/contract/contract';
import type { CommandHandlers, QueryHandlers } from '../kernel/handler';
import { agentCommands, agentQueries } from './agents/handlers';
import { agentDeskCommands, agentDeskQueries } from './agents/handlers-desk';
import { agentLists } from './agents/handlers-lists';
import { approvalCommands } from './approvals/handlers';
import { approvalQueries } from './approvals/handlers-lists';
import { queueQueries } from './approvals/handlers-queue';
import { auditCommands, auditQueries } from './audit/handlers';
import { auditSearchQueries } from './audit/handlers-search';
import { automationCommands, automationQueries } from './automations/handlers';
import { custodyQueries, grantCommands } from './automations/handlers-custody';
import { deskAutomationQueries } from './automations/handlers-lists';
import { reviewCommands, reviewQueries } from './lifecycle/handlers';
import { automationEndCommands } from './lifecycle/handlers-ends';
import { limitsCommands, limitsQueries } from './limits/handlers';
import { lineageCommands, lineageQueries } from './lineage/handlers';
import { runCommands, runQueries } from './runs/handlers';
import { spendCommands, spendQueries } from './spend/handlers';
import { spendDeskQueries } from './spend/handlers-lists';
import { stateCommands, stateQueries } from './state-file/handlers';
import { tokenCommands, tokenQueries } from './tokens/handlers';
import { connectionCommands } from './tokens/handlers-connections';
import { toolRuleCommands, toolRuleQueries } from './tool-rules/handlers';

/** The handler of every command in the contract; the types refuse a missing one. */
export const commandHandlers: CommandHandlers<CommandName> = {
  ...approvalCommands,
  ...automationCommands,
  ...automationEndCommands,
  ...grantCommands,
  ...tokenCommands,
  ...connectionCommands,
  ...toolRuleCommands,
  ...runCommands,
  ...spendCommands,
  ...agentCommands,
  ...agentDeskCommands,
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
  ...queueQueries,
  ...deskAutomationQueries,
  ...tokenQueries,
  ...toolRuleQueries,
  ...runQueries,
  ...spendQueries,
  ...spendDeskQueries,
  ...agentQueries,
  ...agentDeskQueries,
  ...agentLists,
  ...lineageQueries,
  ...auditSearchQueries,
  ...auditQueries,
  ...limitsQueries,
  ...reviewQueries,
  ...stateQueries,
};
