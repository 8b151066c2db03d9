import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DesktopSession, startDesktop } from '../support/desktop/session';
import { askedCases } from './cases';
import { isTested } from './install';
import { startLab } from './lab';

let desktop: DesktopSession;
beforeAll(async () => {
  desktop = await startDesktop({ tray: true });
});
afterAll(() => desktop?.stop());

describe.each(askedCases.filter(({ engine }) => isTested(engine)))('$engine', ({ engine, args, call }) => {
  it('runs what the operator approves, and not what the operator denies, and hears why', async () => {
    const lab = await startLab(desktop, engine);
    const prompt = lab.model.play([{ calls: [call(lab.at('approved'))] }]);
    const run = lab.run(prompt, args);
    await lab.decide(await lab.asked(), 'approve');
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(existsSync(lab.at('approved'))).toBe(true);

    const refused = lab.model.play([{ calls: [call(lab.at('denied'))] }]);
    const second = lab.run(refused, args);
    await lab.decide(await lab.asked(), 'deny', 'Not on a Sunday.');
    await second.ended;
    expect(existsSync(lab.at('denied'))).toBe(false);
    expect(lab.model.told(refused)).toEqual([
      expect.objectContaining({ text: expect.stringContaining('Not on a Sunday.') }),
    ]);
  });
});
