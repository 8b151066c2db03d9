import type { CommandName, QueryName } from '../../../shared/contract';
import type { CommandHandlers, QueryHandlers } from '../handler';
import { agentDeskCommands, agentDeskQueries } from './agent-desk';
import { agentLists } from './agent-lists';
import { agentCommands, agentQueries } from './agents';
import { approvalQueries } from './approval-queries';
import { approvalCommands } from './approvals';
import { auditCommands, auditQueries } from './audit';
import { auditSearchQueries } from './audit-search';
import { automationEndCommands } from './automation-ends';
import { automationCommands, automationQueries } from './automations';
import { connectionCommands } from './connections';
import { custodyQueries, grantCommands } from './custody';
import { deskAutomationQueries } from './desk-automations';
import { limitsCommands, limitsQueries } from './limits';
import { lineageCommands, lineageQueries } from './lineage';
import { queueQueries } from './queue';
import { reviewCommands, reviewQueries } from './reviews';
import { runCommands, runQueries } from './runs';
import { spendCommands, spendQueries } from './spend';
import { spendDeskQueries } from './spend-desk';
import { stateCommands, stateQueries } from './state';
import { tokenCommands, tokenQueries } from './tokens';
import { toolRuleCommands, toolRuleQueries } from './tool-rules';

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
