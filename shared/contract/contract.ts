import type { z } from 'zod';
import { agentContract } from './agent';
import { approvalContract } from './approval-rows';
import { auditContract } from './audit';
import { automationContract } from './automation';
import { connectionContract } from './connection';
import type { ContractEntry } from './contract-entry';
import { custodyContract, reviewContract } from './governance';
import { limitsContract } from './limits';
import { lineageContract } from './lineage';
import { runContract } from './run';
import { sessionContract } from './session';
import { sessionDeskContract } from './session-desk';
import { sessionQuotaContract } from './session-quota';
import { sessionUsageContract } from './session-usage';
import { spendContract } from './spend';
import { stateContract } from './state-file';
import { tokenContract } from './token';
import { toolRuleContract } from './tool-rule';
import { trustContract } from './trust';

/**
 * Everything that can be asked of Gatehouse: the one table that IPC and HTTP are loops over (design.md decision 2). A new
 * command is a row here, a handler in its noun's folder and a test.
 */
export const contract = {
  ...automationContract,
  ...connectionContract,
  ...custodyContract,
  ...approvalContract,
  ...agentContract,
  ...limitsContract,
  ...auditContract,
  ...lineageContract,
  ...reviewContract,
  ...stateContract,
  ...toolRuleContract,
  ...trustContract,
  ...tokenContract,
  ...runContract,
  ...spendContract,
  ...sessionContract,
  ...sessionUsageContract,
  ...sessionQuotaContract,
  ...sessionDeskContract,
} as const satisfies Record<string, ContractEntry>;

type Contract = typeof contract;

/** The name of a command or query. */
export type ContractName = keyof Contract;

/** The name of a command: it may change something. */
export type CommandName = { [N in ContractName]: Contract[N]['kind'] extends 'command' ? N : never }[ContractName];

/** The name of a query: it changes nothing. */
export type QueryName = { [N in ContractName]: Contract[N]['kind'] extends 'query' ? N : never }[ContractName];

/** The name of a long query: it changes nothing, and is answered in slices. */
export type LongQueryName = Exclude<ContractName, CommandName | QueryName>;

/** The parsed input of a command or query. */
export type InputOf<N extends ContractName> = z.output<Contract[N]['input']>;

/** What a caller passes as input: what the schema fills in may be left out. */
export type GivenInputOf<N extends ContractName> = z.input<Contract[N]['input']>;

/** The answer of a command or query. */
export type OutputOf<N extends ContractName> = z.output<Contract[N]['output']>;

/** The row of a name, with the types that hold for every row. */
export function contractEntry(name: ContractName): ContractEntry {
  return contract[name];
}

/** Whether this is the name of a command or query. */
export function isContractName(name: string): name is ContractName {
  return Object.hasOwn(contract, name);
}
