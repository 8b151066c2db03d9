import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { asking, testedEngines } from './cases';
import { startLab } from './lab';

const desktop = desktopForTests({ tray: true });

const everywhere = { is_anywhere: true, duration: 'until_revoked' };
const rules = [
  { verdict: 'deny', pattern: { kind: 'files', glob: 'denied' }, reason: 'Not on a Sunday.', ...everywhere },
  { verdict: 'allow', pattern: { kind: 'command_prefix', prefix: 'touch' }, ...everywhere },
];

// What is of no high risk: a rule never allows that.
describe.each(testedEngines)('$engine', (given) => {
  const args = asking(given);
  const touch = (path: string) => ({ calls: [given.shell(`touch ${path}`)] });

  it('does what a standing rule allows, and not what one denies, with nobody asked, and hears why [sessions-2.rules]', async () => {
    const lab = await startLab(desktop, given.engine);
    await lab.operate('POST', '/governance/tool_rules/load', { rules });
    const refused = lab.model.play([touch(lab.at('denied'))]);
    await lab.run(refused, args).ended;
    expect(existsSync(lab.at('denied'))).toBe(false);
    expect(lab.model.told(refused)).toEqual([
      expect.objectContaining({ text: expect.stringContaining('Not on a Sunday.') }),
    ]);
    const allowed = lab.model.play([touch(lab.at('allowed'))]);
    expect(await lab.run(allowed, args).ended).toMatchObject({ code: 0 });
    expect(existsSync(lab.at('allowed'))).toBe(true);
    expect(await lab.pending()).toEqual([]);
  });
});
