import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { askedAbout, asking, testedEngines } from './cases';
import { startLab } from './lab';

const desktop = desktopForTests({ tray: true });

describe.each(testedEngines)('$engine', (given) => {
  const { engine } = given;
  const args = asking(given);
  it('that waits for the operator while the app is killed and starts again does what is decided then', async () => {
    const lab = await startLab(desktop, engine);
    const prompt = lab.model.play([{ calls: [askedAbout(given, lab.at('made'))] }]);
    const run = lab.run(prompt, args);
    const before = await lab.asked();
    await lab.restart();
    const after = await lab.asked();
    expect(after.approval_id).toBe(before.approval_id);
    expect(existsSync(lab.at('made'))).toBe(false);
    await lab.decide(after, 'approve');
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(existsSync(lab.at('made'))).toBe(true);
  });
});
