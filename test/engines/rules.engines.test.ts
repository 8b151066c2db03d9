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

const everywhere = { is_anywhere: true, duration: 'until_revoked' };
const rules = [
  { verdict: 'deny', pattern: { kind: 'files', glob: 'denied' }, reason: 'Not on a Sunday.', ...everywhere },
  { verdict: 'allow', pattern: { kind: 'command_prefix', prefix: 'touch' }, ...everywhere },
];

/** What codex runs without a question besides; a rule never allows what is of high risk. */
const plainCall = (path: string) => ({ tool: 'exec_command', input: { cmd: `touch ${path}` } });

describe.each(askedCases.filter(({ engine }) => isTested(engine)))('$engine', ({ engine, args, call }) => {
  it('does what a standing rule allows, and not what one denies, with nobody asked, and hears why [sessions-2.rules]', async () => {
    const lab = await startLab(desktop, engine);
    await lab.operate('POST', '/governance/tool_rules/load', { rules });
    const callOf = engine === 'codex' ? plainCall : call;
    const refused = lab.model.play([{ calls: [callOf(lab.at('denied'))] }]);
    await lab.run(refused, args).ended;
    expect(existsSync(lab.at('denied'))).toBe(false);
    expect(lab.model.told(refused)).toEqual([
      expect.objectContaining({ text: expect.stringContaining('Not on a Sunday.') }),
    ]);
    const allowed = lab.model.play([{ calls: [callOf(lab.at('allowed'))] }]);
    expect(await lab.run(allowed, args).ended).toMatchObject({ code: 0 });
    expect(existsSync(lab.at('allowed'))).toBe(true);
    expect(await lab.pending()).toEqual([]);
  });
});
