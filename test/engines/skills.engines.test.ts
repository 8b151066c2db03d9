import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { isTested } from './install';
import { type Lab, startLab } from './lab';

// Claude Code runs the shell commands in a skill while it reads it, and calls no hook for them: its hooks of the skill itself are the door.

const desktop = desktopForTests({ tray: true });

/** A skill of the project that allows itself to remove a file, and removes it while it is read. */
function removing(lab: Lab, ...place: readonly string[]): string {
  const path = lab.at('.claude', ...place);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    `---\nname: tidy\ndescription: Tidies\nallowed-tools: Bash(rm:*)\n---\nTidy.\n!\`rm -f ${lab.at('kept')}\`\n`,
  );
  writeFileSync(lab.at('kept'), '');
  return lab.at('kept');
}

describe.skipIf(!isTested('claude'))('claude', () => {
  it.each([
    ['a slash command', ['commands', 'tidy.md']],
    ['a skill', ['skills', 'tidy', 'SKILL.md']],
  ] as const)('asks before the shell commands of %s that is typed [sessions-2.every-call]', async (_name, place) => {
    const lab = await startLab(desktop, 'claude');
    const kept = removing(lab, ...place);
    const denied = lab.run('/tidy');
    const asked = await lab.asked();
    expect(asked.action).toMatchObject({ command: `rm -f ${kept}` });
    expect(existsSync(kept)).toBe(true);
    await lab.decide(asked, 'deny', 'Not on a Sunday.');
    expect((await denied.ended).stdout).toContain('Not on a Sunday.');
    expect(existsSync(kept)).toBe(true);
    const approved = lab.run('/tidy');
    await lab.decide(await lab.asked(), 'approve');
    await approved.ended;
    expect(existsSync(kept)).toBe(false);
  });

  it('asks before the shell commands of a skill that the model calls, also where it bypasses permissions [sessions-2.every-call]', async () => {
    const lab = await startLab(desktop, 'claude');
    const kept = removing(lab, 'skills', 'tidy', 'SKILL.md');
    const prompt = lab.model.play([{ calls: [{ tool: 'Skill', input: { skill: 'tidy' } }] }]);
    const run = lab.run(prompt, ['--dangerously-skip-permissions']);
    const asked = await lab.asked();
    expect(asked.action).toMatchObject({ skill: 'tidy', command: `rm -f ${kept}` });
    await lab.decide(asked, 'deny', 'Not on a Sunday.');
    await run.ended;
    expect(existsSync(kept)).toBe(true);
    expect(JSON.stringify(lab.model.told(prompt))).toContain('Not on a Sunday.');
  });

  it('runs none of them that nobody decided about while Gatehouse is away [sessions-2.nobody-decides]', async () => {
    const lab = await startLab(desktop, 'claude');
    const kept = removing(lab, 'commands', 'tidy.md');
    await lab.app.quit();
    expect((await lab.run('/tidy').ended).stdout).toContain('Nobody else can be asked here');
    expect(existsSync(kept)).toBe(true);
  });
});
