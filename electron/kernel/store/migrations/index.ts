import { approvalsAndAudit } from './0001-approvals-and-audit';
import { governance } from './0002-governance';
import { deskState } from './0003-desk-state';
import { checkpoints } from './0004-checkpoints';
import { agentsAndSpend } from './0005-agents-and-spend';
import { automationDesk } from './0006-automation-desk';
import { approvalSearch } from './0007-approval-search';
import { toolRules } from './0008-tool-rules';
import { activeAutomations } from './0009-active-automations';
import { runOverrides } from './0010-run-overrides';
import { approvalsByToken } from './0011-approvals-by-token';
import { lineages } from './0012-lineages';
import { unadoptedRecords } from './0013-unadopted-records';
import { rowSums } from './0014-row-sums';
import { sessionCalls } from './0015-session-calls';
import { sessionUsage } from './0016-session-usage';
import { callsToldApart } from './0017-calls-told-apart';
import { callsById } from './0018-calls-by-id';
import { sessionQuotas } from './0019-session-quotas';
import { rulesForAnyone } from './0020-rules-for-anyone';
import { sessionDesk } from './0021-session-desk';
import { trust } from './0022-trust';
import { missedApprovals } from './0023-missed-approvals';
import { planStops } from './0024-plan-stops';
import { words } from './0025-words';
import { smallerCalls } from './0026-smaller-calls';
import { whatWaits } from './0027-what-waits';
import { recentSums } from './0028-recent-sums';
import { subjectsLater } from './0029-subjects-later';
import { columnsThatStay } from './0030-columns-that-stay';

/** One step of the schema. Once released it never changes: its text's hash is recorded in every database. */
export type Migration = { readonly id: number; readonly name: string; readonly sql: string };

/** Every step, in order. */
export const migrations: readonly Migration[] = [
  approvalsAndAudit,
  governance,
  deskState,
  checkpoints,
  agentsAndSpend,
  automationDesk,
  approvalSearch,
  toolRules,
  activeAutomations,
  runOverrides,
  approvalsByToken,
  lineages,
  unadoptedRecords,
  rowSums,
  sessionCalls,
  sessionUsage,
  callsToldApart,
  callsById,
  sessionQuotas,
  rulesForAnyone,
  sessionDesk,
  trust,
  missedApprovals,
  planStops,
  words,
  smallerCalls,
  whatWaits,
  recentSums,
  subjectsLater,
  columnsThatStay,
];
