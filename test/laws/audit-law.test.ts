import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answered } from '../support/answers';
import { request } from '../support/approvals';
import { fakeKeychain, rewriteFrom, tamper } from '../support/audit';
import { agent, createWorld, operator, type World } from '../support/world';

const keychain = fakeKeychain();
const neverEnded = { signal: new AbortController().signal };

const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), text: fc.string({ minLength: 1 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('decide' as const, 'create' as const, 'refuse' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('checkpoint' as const, 'restart' as const) }) },
);
type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never;

async function verdictOf(world: World) {
  return answered(await world.send(operator, 'audit.verify', {}, neverEnded));
}

/** Does one step; answers the world that goes on. */
async function doStep(world: World, step: Step, number: number): Promise<World> {
  const scout = agent(`scout-${number % 3}`);
  switch (step.kind) {
    case 'ask':
      await world.execute(
        scout,
        'approval.request',
        request({ rationale: `x${step.text}`, context: { [step.text]: number } }),
      );
      return world;
    case 'decide': {
      const [waiting] = world.store.read.approvals.waiting(1);
      if (waiting !== undefined) await world.execute(operator, 'approval.approve', { approvalId: waiting.approvalId });
      return world;
    }
    case 'create':
      await world.execute(scout, 'automation.create', { name: 'N', automationId: `a${number % 4}` });
      return world;
    case 'refuse':
      expect(await world.execute(scout, 'automation.retire', { automationId: 'a0' })).toMatchObject({ ok: false });
      return world;
    case 'checkpoint':
      await world.checkpoints.duty.meet();
      return world;
    case 'restart': {
      await world.checkpoints.close();
      world.holder.close();
      const next = createWorld({ home: world.home, keychain, ids: world.ids });
      next.checkpoints.open();
      return next;
    }
  }
}

test('the chain and its checkpoints verify after every command, and any change of what is signed is found [13.verify-tail]', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.constantFrom('change', 'remove', 'cut', 'rewrite'),
      async (given, pick, harm) => {
        let world = createWorld({ keychain });
        world.checkpoints.open();
        for (const [number, step] of given.entries()) {
          world = await doStep(world, step, number);
          const { audit, checkpoints } = world.store.read;
          expect(await verdictOf(world)).toMatchObject({
            isOk: true,
            rows: audit.headSeq(),
            signedSeq: checkpoints.last()?.seq ?? 0,
          });
        }
        expect(world.logger.errors).toEqual([]);

        const signedSeq = world.store.read.checkpoints.last()?.seq ?? 0;
        if (signedSeq > 0) {
          const seq = 1 + (pick % signedSeq);
          if (harm === 'rewrite') rewriteFrom(world.home, seq);
          else {
            const sql = {
              change: `UPDATE audit_log SET at_ms = at_ms + 1 WHERE seq = ${seq}`,
              remove: `DELETE FROM audit_log WHERE seq = ${seq}`,
              cut: `DELETE FROM audit_log WHERE seq >= ${seq}; DELETE FROM audit_checkpoints WHERE seq >= ${seq}`,
            }[harm];
            tamper(world.home, (database) => database.exec(sql));
          }
          const verdict = await verdictOf(world);
          expect(verdict.isOk).toBe(false);
          if (harm !== 'rewrite') expect(verdict.firstBadSeq).toBe(seq);
          else expect(verdict.signedSeq).toBeLessThan(seq);
          found += 1;
        }
        world.holder.close();
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
  // The law would say nothing of harm if nothing was ever signed.
  expect(found).toBeGreaterThan(0);
});
