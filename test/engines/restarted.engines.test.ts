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
  it('that waits for the operator while the app is killed and starts again does what is decided then', async () => {
    const lab = await startLab(desktop, engine);
    const prompt = lab.model.play([{ calls: [call(lab.at('made'))] }]);
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
