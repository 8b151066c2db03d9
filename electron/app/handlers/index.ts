import type { CommandName, QueryName } from '../../../shared/contract';
import type { CommandHandlers, QueryHandlers } from '../handler';
import { agentCommands, agentQueries } from './agents';
import { approvalCommands, approvalQueries } from './approvals';
import { auditQueries } from './audit';
import { limitsCommands, limitsQueries } from './limits';
import { reviewCommands, reviewQueries } from './reviews';
import { spendCommands } from './spend';
import { stateCommands, stateQueries } from './state';
import { tokenCommands, tokenQueries } from './tokens';

/** The handler of every command in the contract; the types refuse a missing one. */
export const commandHandlers: CommandHandlers<CommandName> = {
  ...approvalCommands,
  ...agentCommands,
  ...limitsCommands,
  ...reviewCommands,
  ...spendCommands,
  ...stateCommands,
  ...tokenCommands,
};

/** The handler of every query in the contract; the types refuse a missing one. */
export const queryHandlers: QueryHandlers<QueryName> = {
  ...approvalQueries,
  ...agentQueries,
  ...auditQueries,
  ...limitsQueries,
  ...reviewQueries,
  ...stateQueries,
  ...tokenQueries,
};
