import type { StateFile } from '../../../shared/contract/state-file';
import type { CommandContext } from '../../kernel/handler';
import {
  agentFacts,
  automationFacts,
  type Facts,
  grantFacts,
  idOf,
  type Noun,
  reservationFacts,
  runFacts,
  windowFacts,
} from '../audit/facts';

/** Things that one row of the log tells of at most. */
const ENTRIES_A_ROW = 200;

type IsSkipped = (section: string, id: string) => boolean;

/**
 * Tells the log how everything stands that a file brought, once it is written, so that the log vouches for it from here on. Only
 * the operator sees these rows. An approval has a row of its own, where it is looked for before it is used.
 */
export function tellImported(context: CommandContext, file: StateFile, isSkipped: IsSkipped): void {
  const { store, emit } = context;
  for (const approvalId of file.approvals.keys()) {
    const approval = store.approvals.find(approvalId);
    if (approval === undefined || isSkipped('approvals', approvalId)) continue;
    emit({ name: 'approval.imported', payload: approval });
  }
  const entries = [...importedFacts(context, file, isSkipped)];
  for (let from = 0; from < entries.length; from += ENTRIES_A_ROW) {
    emit({ name: 'imported.facts', payload: { entries: entries.slice(from, from + ENTRIES_A_ROW) } });
  }
}

/** How one thing stands; or that those of this automation which the log told of before are replaced by what follows. */
type Entry =
  | { readonly noun: Noun; readonly id: string; readonly facts: Facts }
  | { readonly noun: Noun; readonly replacedOf: string };

function* importedFacts({ store }: CommandContext, file: StateFile, isSkipped: IsSkipped): Generator<Entry> {
  const taken = (section: string, ids: Iterable<string>) => [...ids].filter((id) => !isSkipped(section, id));
  const { records, deletedAutomations, agentSpend, agentCreationReviews, pausedAgents, spendPausedAgents, extra } =
    file;
  const recordIds = taken('records', records.keys());
  const automationIds = [
    ...recordIds,
    ...taken('deleted_automations', deletedAutomations.keys()),
    ...taken('gatehouse.automations', Object.keys(extra.automations)),
  ];
  for (const id of new Set(automationIds)) {
    const record = store.records.find(id);
    if (record === undefined) continue;
    yield { noun: 'automation', id, facts: automationFacts(record, store.automations.find(id)?.automation) };
  }
  for (const id of recordIds) {
    yield { noun: 'grant', replacedOf: id };
    for (const grant of store.grants.of(id)) yield { noun: 'grant', id: grant.grantId, facts: grantFacts(grant) };
  }
  for (const automationId of taken('gatehouse.runs', Object.keys(extra.runs))) {
    yield { noun: 'run', replacedOf: automationId };
    for (const run of store.runs.newest(automationId, Number.MAX_SAFE_INTEGER)) {
      yield { noun: 'run', id: run.runId, facts: runFacts(run) };
      for (const reservation of store.spend.reservationsOf(run.runId)) {
        const { runId, usageId } = reservation;
        const facts = reservationFacts(reservation, store.spend.payersOf(runId, usageId));
        yield { noun: 'reservation', id: idOf(runId, usageId), facts };
      }
    }
  }
  const agentIds = [
    ...taken('agent_spend', agentSpend.keys()),
    ...taken('agent_creation_reviews', agentCreationReviews.keys()),
    ...pausedAgents,
    ...spendPausedAgents,
    ...taken('gatehouse.agents', Object.keys(extra.agents)),
  ];
  for (const id of new Set(agentIds)) {
    const agent = store.agents.find(id);
    if (agent !== undefined) yield { noun: 'agent', id, facts: agentFacts(agent) };
    for (const window of store.spend.windows(id)) {
      yield { noun: 'spend_window', id: idOf(id, window.kind), facts: windowFacts(window) };
    }
  }
}
