import { expect, test } from 'vitest';
import { runCommand } from '../support/command-line';
import { startHookWorld } from '../support/hook-world';
import { operator, temporaryHome } from '../support/world';

const inAnHour = Math.round(Date.now() / 1_000) + 3_600;
const said = JSON.stringify({
  model: { display_name: 'Opus' },
  rate_limits: {
    five_hour: { used_percentage: 62.4, resets_at: inAnHour },
    seven_day: { used_percentage: 3, resets_at: inAnHour },
  },
});

test('the status line says how much of the plan is used, and tells Gatehouse', async () => {
  const { world } = await startHookWorld('claude');
  const ended = await runCommand(['status-line'], { GATEHOUSE_HOME: world.home }, said);
  expect(ended).toMatchObject({ code: 0, stdout: 'Gatehouse · 62 % of 5 h · 3 % of 7 days\n', stderr: '' });
  expect(world.query(operator, 'quotas.list', {})).toMatchObject({
    value: {
      quotas: [
        { agentId: 'claude-code', windowMinutes: 300, usedPercent: 62.4, resetsAtMs: inAnHour * 1_000 },
        { windowMinutes: 10_080 },
      ],
    },
  });
});

test.each(['', '{}', 'no json', said])(
  'where nobody is connected it only prints, whatever it reads: %j',
  async (input) => {
    const ended = await runCommand(['status-line'], { GATEHOUSE_HOME: temporaryHome() }, input);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Gatehouse.*\n$/) as string });
  },
);
