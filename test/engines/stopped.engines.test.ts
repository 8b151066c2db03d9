import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engineTable } from '../../electron/engines/table';
import { desktopForTests } from '../support/app/desk';
import { until } from '../support/desktop/process';
import { approveAll } from './approve-all';
import { type EngineCase, testedEngines } from './cases';
import { type Lab, startLab } from './lab';

const desktop = desktopForTests({ tray: true });

// Each in the mode in which it asks nobody by itself; Gemini CLI and opencode ask Gatehouse about each call all the same.
describe.each(testedEngines)('$engine', (given) => {
  const { agentId } = engineTable[given.engine];

  it('carries out nothing more once it is paused in the middle of its work, and goes on when it is resumed [sessions-2.stopped]', async () => {
    const lab = await startLab(desktop, given.engine);
    const { made, heard } = await work(lab, given, () => lab.pause(agentId));
    // The one that was being carried out when it was paused may still have come to its end.
    expect(made).toBeLessThan(6);
    expect(heard).toContain(`The operator has paused ${agentId}`);

    await lab.resume(agentId);
    const again = lab.model.play([{ calls: [given.shell(`touch ${lab.at('afterwards')}`)] }]);
    const stopApproving = approveAll(lab);
    await lab.run(again, given.unasked).ended;
    await stopApproving();
    expect(existsSync(lab.at('afterwards'))).toBe(true);
  });

  it('carries out nothing more once its agent has reached its spend cap [sessions-2.stopped]', async () => {
    const lab = await startLab(desktop, given.engine);
    await lab.operate('PATCH', '/governance/limits', { weekly_spend_cap_usd: 1 });
    const { made, heard } = await work(lab, given, async () => {
      const { body } = await lab.app.api('GET', '/governance/sessions', { as: 'operator' });
      const [session] = body['sessions'] as readonly { readonly run_id: string }[];
      const charge = { prompt_tokens: 1, completion_tokens: 1, cost_usd: 2 };
      const charged = await lab.app.api('POST', `/automations/v2/runs/${session?.run_id}/spend`, { body: charge });
      expect(charged).toMatchObject({ status: 200, body: { hard_stops: [agentId] } });
    });
    expect(made).toBeLessThan(6);
    expect(heard).toContain(`${agentId} has reached its spend cap`);
  });
});

/** Lets the engine make ten files, does something after the third, and answers how many it made and what it said and its model heard. */
async function work(
  lab: Lab,
  { unasked, shell }: EngineCase,
  stop: () => Promise<void>,
): Promise<{ readonly made: number; readonly heard: string }> {
  const files = Array.from({ length: 10 }, (_, index) => lab.at(`made-${index}`));
  const prompt = lab.model.play(files.map((path) => ({ calls: [shell(`touch ${path}; sleep 0.5`)] })));
  const stopApproving = approveAll(lab);
  const run = lab.run(prompt, unasked);
  await until('the third file', () => existsSync(files[2] ?? ''));
  await stop();
  const ended = await run.ended;
  await stopApproving();
  const heard = `${ended.stdout}${ended.stderr}${JSON.stringify(lab.model.told(prompt))}`;
  return { made: files.filter((path) => existsSync(path)).length, heard };
}
