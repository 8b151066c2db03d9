import type { InputOf } from '../../../shared/contract/contract';
import type { Engine } from '../../../shared/contract/engine';
import type { Run } from '../../../shared/contract/run';
import type { SessionCost, UsageSource, Use } from '../../../shared/contract/session-usage';
import type { Usage } from '../../../shared/contract/spend';
import { type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { saturatingSum } from '../../../shared/kernel/money';
import { modelName, noTokens, type Prices, priceOf, type TokenCounts } from '../../../shared/prices';
import type { CommandContext } from '../../kernel/handler';
import { charge } from '../spend/charge';
import { automationIdOf, ownerOf, runToldOf } from './effects';
import { runIdOf } from './rules';
import { chargedSince, countOf, sumOf, tokensOf, usageOfModel, usedTokens } from './rules-usage';

/** What was used and not charged yet. */
export type NewUsage = { readonly tokens: TokenCounts; readonly costNanos: number };

/** The folder of a session that nothing is known of but what it costs. */
const UNKNOWN_WORKSPACE = 'unknown';

/** Takes what a source says, and charges each session's run what is new of it. Refused where a session is somebody else's. */
export function takeUses(
  context: CommandContext,
  { engine, source, uses, ownPrices, fork }: InputOf<'session.use'>,
): Result<{ readonly chargedNanos: number; readonly chargedTokens: number }> {
  const runs = new Map<string, Run>();
  for (const sessionId of new Set(uses.map((use) => use.sessionId))) {
    const found = runToldOf(context, { engine, sessionId, workspace: UNKNOWN_WORKSPACE });
    if (!found.ok) return found;
    runs.set(found.value.runId, found.value);
  }
  const owner = automationIdOf(ownerOf(context).agentId);
  const fresh = raiseMarks(context, { engine, source, owner, uses, ownPrices });
  if (source === 'transcript') noteSources(context, { engine, source, owner, uses });
  if (fork !== undefined) noteFork(context, owner, runIdOf(engine, fork.sessionId), runIdOf(engine, fork.ofSessionId));
  let [chargedNanos, chargedTokens] = [0, 0];
  for (const [runId, { tokens, costNanos }] of fresh) {
    // A mark can be one of another session of the same agent, which named it first.
    const run = context.store.runs.find(runId);
    if (run === undefined || (countOf(tokens) === 0 && costNanos === 0)) continue;
    charge(context, run, { ...promptAndCompletion(tokens), costNanos });
    chargedNanos = saturatingSum(chargedNanos, costNanos);
    chargedTokens = saturatingSum(chargedTokens, countOf(tokens));
  }
  return succeeded({ chargedNanos, chargedTokens });
}

/**
 * What a run's command says of the session that it was, without what was charged for it already, whoever said it: by the engine's
 * telemetry, its transcript, or an earlier run that it resumes. Refused where the session is somebody else's.
 */
export function newUsageOfSession(context: CommandContext, run: Run, said: SessionCost): Result<Usage> {
  const { engine, sessionId, source, ownPrices } = said;
  const known = context.store.runs.find(runIdOf(engine, sessionId));
  const isAgent = context.caller.actor.kind === 'agent';
  if (known !== undefined && isAgent && known.automationId !== automationIdOf(ownerOf(context).agentId)) {
    return refused('FORBIDDEN', { sentence: 'There is a session of this id that is not of yours.' });
  }
  const owner = known?.automationId ?? run.automationId;
  const uses = said.uses.map((use) => ({ ...use, sessionId }));
  const fresh = raiseMarks(context, { engine, source, owner, uses, ownPrices });
  let [tokens, costNanos] = [noTokens, 0];
  for (const one of fresh.values()) {
    tokens = sumOf(tokens, one.tokens);
    costNanos = saturatingSum(costNanos, one.costNanos);
  }
  return succeeded({ ...promptAndCompletion(tokens), costNanos });
}

/** Tokens as a report of spend has them. */
export function promptAndCompletion(tokens: TokenCounts) {
  const { outputTokens: completionTokens } = tokens;
  const promptTokens = countOf({ ...tokens, outputTokens: 0 });
  return { promptTokens, completionTokens, totalTokens: saturatingSum(promptTokens, completionTokens) };
}

/** What is said, and for whom its marks count. */
type Said = {
  readonly engine: Engine;
  readonly source: UsageSource;
  readonly owner: string;
  readonly uses: readonly Use[];
  readonly ownPrices?: Prices | undefined;
};

/** Raises the marks, and answers what is new by that, by the session that it is of; it counts as charged from now on. */
export function raiseMarks(
  { store, now }: CommandContext,
  { engine, source, owner, uses, ownPrices }: Said,
): ReadonlyMap<string, NewUsage> {
  const { sessionUsage } = store;
  const since = chargedSince(store.automations.find(owner)?.automation.createdAtMs ?? now, now);
  const before = new Map<string, { readonly sessionKey: string; readonly model: string; readonly used: TokenCounts }>();
  for (const use of uses) {
    if (use.atMs < since) continue;
    const key = { owner, source, mark: `${engine}:${use.mark}` };
    const { part } = use;
    const model = modelName(use.model);
    const place = sessionUsage.markPlace(key) ?? { sessionKey: runIdOf(engine, use.sessionId), model, part };
    const touched = JSON.stringify([place.sessionKey, place.model]);
    if (!before.has(touched)) {
      before.set(touched, { ...place, used: usedTokens(sessionUsage.said(place.sessionKey, place.model)) });
    }
    sessionUsage.raise(key, place, use);
  }
  const fresh = new Map<string, NewUsage>();
  for (const { sessionKey, model, used } of before.values()) {
    const { costNanos, basis, unpricedTokens, ...after } = usageOfModel(
      model,
      sessionUsage.said(sessionKey, model),
      priceOf(model, ownPrices),
    );
    const charged = sessionUsage.charge(sessionKey, model)?.chargedNanos ?? 0;
    // An estimate that was too high is not given back (spec/governance.md section 8).
    const chargedNanos = Math.max(charged, costNanos ?? 0);
    sessionUsage.setCharge(sessionKey, model, { chargedNanos, basis, unpricedTokens });
    const more = tokensOf((kind) => after[kind] - used[kind]);
    const known = fresh.get(sessionKey);
    fresh.set(sessionKey, {
      tokens: known === undefined ? more : sumOf(known.tokens, more),
      costNanos: saturatingSum(known?.costNanos ?? 0, chargedNanos - charged),
    });
  }
  return fresh;
}

/**
 * A transcript that begins with the answers of another session is that of a fork of it; Claude Code says so in no other way. Of a fork of
 * a fork the last one counts.
 */
function noteSources(context: CommandContext, { engine, source, owner, uses }: Said): void {
  const sources = new Map<string, string>();
  for (const use of uses) {
    const runId = runIdOf(engine, use.sessionId);
    const place = context.store.sessionUsage.markPlace({ owner, source, mark: `${engine}:${use.mark}` });
    if (place !== undefined && place.sessionKey !== runId) sources.set(runId, place.sessionKey);
  }
  for (const [runId, sourceRunId] of sources) noteFork(context, owner, runId, sourceRunId);
}

/** Writes from which session another one of the same owner was forked. */
function noteFork({ store }: CommandContext, owner: string, runId: string, parentRunId: string): void {
  const run = store.runs.find(runId);
  if (run?.session === undefined || run.automationId !== owner || run.session.parentRunId === parentRunId) return;
  if (runId !== parentRunId) store.runs.update({ ...run, session: { ...run.session, parentRunId } });
}
