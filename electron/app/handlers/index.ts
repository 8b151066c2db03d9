import type { CommandName, QueryName } from '../../../shared/contract';
import type { CommandHandlers, QueryHandlers } from '../handler';
import { approvalCommands, approvalQueries } from './approvals';
import { tokenCommands, tokenQueries } from './tokens';

/** The handler of every command in the contract; the types refuse a missing one. */
export const commandHandlers: CommandHandlers<CommandName> = { ...approvalCommands, ...tokenCommands };

/** The handler of every query in the contract; the types refuse a missing one. */
export const queryHandlers: QueryHandlers<QueryName> = { ...approvalQueries, ...tokenQueries };
