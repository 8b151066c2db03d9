import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { askedAbout, asking, testedEngines } from './cases';
import { startLab } from './lab';

const desktop = desktopForTests({ tray: true });

describe.each(testedEngines)('$engine', (given) => {
  const { engine } = given;
  const args = asking(given);
  it('runs what the operator approves, and not what the operator denies, and hears why', async () => {
    const lab = await startLab(desktop, engine);
    const prompt = lab.model.play([{ calls: [askedAbout(given, lab.at('approved'))] }]);
    const run = lab.run(prompt, args);
    await lab.decide(await lab.asked(), 'approve');
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(existsSync(lab.at('approved'))).toBe(true);

    const refused = lab.model.play([{ calls: [askedAbout(given, lab.at('denied'))] }]);
    const second = lab.run(refused, args);
    await lab.decide(await lab.asked(), 'deny', 'Not on a Sunday.');
    await second.ended;
    expect(existsSync(lab.at('denied'))).toBe(false);
    expect(lab.model.told(refused)).toEqual([
      expect.objectContaining({ text: expect.stringContaining('Not on a Sunday.') }),
    ]);
  });
});
