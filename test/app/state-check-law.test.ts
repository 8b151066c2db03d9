import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkState } from '../../electron/app/state-check';
import { openReading } from '../../electron/store/integrity';
import type { StateVerdict } from '../../shared/checkpoint';
import { HOUR_MS } from '../../shared/time';
import { anyCommand, busyWorld, send } from '../support/any-command';
import { tamper } from '../support/audit';
import { gatehouse } from '../support/runs';
import type { World } from '../support/world';

const rounds = fc.array(
  fc.record({
    hours: fc.constantFrom(0, 0, 0, 0.1, 1, 5, 30, -1, -30, 24 * 8),
    commands: fc.array(anyCommand, { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 10, maxLength: 40 },
);

const whole: Partial<StateVerdict> = { isOk: true, differences: [], integrity: [], unvouched: 0 };

function verdictOf({ home }: Pick<World, 'home'>): StateVerdict {
  const reading = openReading(home);
  try {
    return checkState(reading);
  } finally {
    reading.close();
  }
}

test('whatever is done, what is stored is what the log says', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (given) => {
      const world = await busyWorld();
      for (const { hours, commands } of given) {
        world.clock.at += hours * HOUR_MS;
        await world.execute(gatehouse, 'approvals.expireDue', {});
        await Promise.all(commands.map((command) => send(world, command)));
        expect(verdictOf(world)).toMatchObject(whole);
      }
      expect(world.logger.errors).toEqual([]);
      world.holder.close();
    }),
    { numRuns: 10 },
  );
}, 120_000);
