import fc from 'fast-check';
import { expect, test } from 'vitest';
import { windowBounds } from '../../electron/nouns/spend/rules-calendar';
import { nanosOfUsd } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import { setLimits } from '../support/automations';
import { insertAgent } from '../support/governed';
import { approveOverride, gatehouse, putAutomation, runOf } from '../support/runs';
import { createWorld, engine, operator, START, type World } from '../support/world';

/** The general cap, and a smaller one of the ancestor that pays for the same runs. */
const caps: Readonly<Record<string, number>> = { scout: nanosOfUsd(10), root: nanosOfUsd(8) };
const agentIds = Object.keys(caps);

const nanos = fc.integer({ min: 0, max: 500 }).map((cents) => cents * 10_000_000);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('reserve' as const), estimate: nanos }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('settle' as const), real: nanos, which: fc.nat(20) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('report' as const), real: nanos }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('override' as const), hours: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 8 * HOUR_MS }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type OpenStep = { readonly usageId: string; readonly estimate: number; readonly beganAtMs: number; isCharged: boolean };

/** The app, and beside it what a plain ledger says that each agent must have been charged. */
class Ledger {
  readonly world: World = createWorld();
  readonly open: OpenStep[] = [];
  /** What was charged, by week; the same for every agent that pays. */
  readonly charged = new Map<number, number>();
  runId = '';
  overrideUntilMs = 0;
  private count = 0;

  async begin(): Promise<void> {
    const weeklySpendCapNanos = caps['scout'] ?? null;
    setLimits(this.world, { weeklySpendCapNanos, runReviewThreshold: 0, approvalTtlMs: 1_000 * HOUR_MS });
    putAutomation(this.world, { ancestorIds: ['root'] });
    insertAgent(this.world, 'root', { overrides: { weeklySpendCapNanos: caps['root'] ?? 0 } });
    const started = await this.world.execute(engine, 'automation.run', { automationId: 'auto' });
    if (started.ok) this.runId = started.value.run.runId;
  }

  get now(): number {
    return this.world.clock.at;
  }

  get week(): number {
    return windowBounds('weekly', this.now).startMs;
  }

  get hasOverride(): boolean {
    return this.now < this.overrideUntilMs;
  }

  costOf(agentId: string): number {
    const spend = this.world.query(operator, 'spend.get', { agentId });
    return spend.ok ? spend.value.spend.weekly.costNanos : 0;
  }

  reservedFor(agentId: string): number {
    return this.world.store.read.spend.reservedFor(agentId);
  }

  isRunning(): boolean {
    return runOf(this.world, this.runId).status !== 'paused';
  }

  async reserve(estimate: number): Promise<boolean> {
    this.count += 1;
    const usageId = `u${this.count}`;
    const { runId } = this;
    const result = await this.world.execute(engine, 'run.reserve', { runId, usageId, costNanos: estimate });
    if (result.ok) this.open.push({ usageId, estimate, beganAtMs: this.now, isCharged: false });
    return result.ok;
  }

  /** Answers by how much the real cost was more than the estimate. */
  async settle(which: number, real: number): Promise<number> {
    const [settled] = this.open.splice(which % this.open.length, 1);
    if (settled === undefined) return 0;
    await this.spend(real, settled.usageId);
    this.note(settled.isCharged ? Math.max(0, real - settled.estimate) : real);
    return real - settled.estimate;
  }

  async report(real: number): Promise<void> {
    await this.spend(real);
    this.note(real);
  }

  async override(hours: number): Promise<void> {
    this.overrideUntilMs = Math.max(this.overrideUntilMs, this.now + hours * HOUR_MS);
    for (const agentId of agentIds) await approveOverride(this.world, agentId, this.now + hours * HOUR_MS);
  }

  /** Time passes, and the timers do what is due: an hour at a time, because that is how long a reservation stays open. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    while (this.now < end) {
      this.world.clock.at = Math.min(end, this.now + HOUR_MS / 2);
      await this.world.execute(gatehouse, 'reservations.chargeDue', {});
      await this.world.execute(gatehouse, 'spend.liftEndedPauses', {});
      for (const one of this.open) {
        if (one.isCharged || this.now < one.beganAtMs + HOUR_MS) continue;
        one.isCharged = true;
        this.note(one.estimate);
      }
    }
  }

  private async spend(real: number, usageId?: string): Promise<void> {
    const usage = { promptTokens: 1, completionTokens: 1, costNanos: real, ...(usageId !== undefined && { usageId }) };
    const result = await this.world.execute(engine, 'run.spend', { runId: this.runId, ...usage });
    expect(result.ok).toBe(true);
  }

  private note(cost: number): void {
    this.charged.set(this.week, (this.charged.get(this.week) ?? 0) + cost);
  }

  checkCosts(): void {
    for (const agentId of agentIds) expect(this.costOf(agentId)).toBe(this.charged.get(this.week) ?? 0);
  }
}

test('an engine that reserves and obeys, one step at a time, passes no cap by more than its largest single error [8.overshoot]', async () => {
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const ledger = new Ledger();
      await ledger.begin();
      let largestError = 0;
      // An override lets an agent spend without a bound, so what began under one says nothing about its week.
      const unboundWeeks = new Set<number>();
      let isUnbound = false;
      const noteOverride = () => {
        if (ledger.hasOverride || isUnbound) unboundWeeks.add(ledger.week);
      };
      const doStep = async (one: Step) => {
        const canWork = ledger.isRunning() || (await resumed(ledger));
        switch (one.kind) {
          case 'reserve':
            if (canWork && ledger.open.length === 0 && (await ledger.reserve(one.estimate))) {
              isUnbound = ledger.hasOverride;
            }
            return;
          case 'settle':
            if (ledger.open.length > 0) largestError = Math.max(largestError, await ledger.settle(one.which, one.real));
            noteOverride();
            isUnbound = false;
            return;
          case 'report':
            // Nothing was set aside for it, so all of it is error.
            if (!canWork || ledger.open.length > 0) return;
            await ledger.report(one.real);
            largestError = Math.max(largestError, one.real);
            return;
          case 'override':
            await ledger.override(one.hours);
            return;
          case 'pass':
            await ledger.pass(one.ms);
            return;
        }
      };
      for (const one of steps) {
        noteOverride();
        await doStep(one);
        noteOverride();
        ledger.checkCosts();
        if (unboundWeeks.has(ledger.week)) continue;
        for (const agentId of agentIds) {
          const over = ledger.costOf(agentId) - (caps[agentId] ?? 0);
          if (over > 0) passed += 1;
          expect(over).toBeLessThanOrEqual(largestError);
        }
      }
    }),
    { numRuns: 40, endOnFailure: true },
  );
  // The law would say nothing if no cap was ever passed.
  expect(passed).toBeGreaterThan(0);
});

test('however many reservations are open and whatever is reported, only errors bring an agent over its cap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const ledger = new Ledger();
      await ledger.begin();
      const total = (agentId: string) => ledger.costOf(agentId) + ledger.reservedFor(agentId);
      for (const one of steps) {
        const before = agentIds.map((agentId) => [agentId, total(agentId)] as const);
        let error = 0;
        if (one.kind === 'reserve') {
          const isReserved = (ledger.isRunning() || (await resumed(ledger))) && (await ledger.reserve(one.estimate));
          for (const [agentId, was] of before) {
            if (!isReserved) expect(total(agentId)).toBe(was);
            else if (!ledger.hasOverride) expect(total(agentId)).toBeLessThanOrEqual(caps[agentId] ?? 0);
          }
          continue;
        }
        if (one.kind === 'settle' && ledger.open.length > 0) error = await ledger.settle(one.which, one.real);
        if (one.kind === 'report') {
          await ledger.report(one.real);
          error = one.real;
        }
        if (one.kind === 'override') await ledger.override(one.hours);
        if (one.kind === 'pass') await ledger.pass(one.ms);
        for (const [agentId, was] of before) expect(total(agentId)).toBeLessThanOrEqual(was + Math.max(0, error));
        ledger.checkCosts();
      }
      expect(ledger.world.store.read.audit.verify()).toMatchObject({ isOk: true });
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

async function resumed(ledger: Ledger): Promise<boolean> {
  const { runId } = ledger;
  return (await ledger.world.execute(engine, 'run.resume', { runId })).ok;
}

test('the tests begin half a day before a week ends, so that time passing crosses it', () => {
  expect(windowBounds('weekly', START).endMs).toBe(START + 12 * HOUR_MS);
});
