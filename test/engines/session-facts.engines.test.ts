import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { until } from '../support/desktop/process';
import { askedAbout, asking, testedEngines } from './cases';
import { type Lab, startLab } from './lab';

const desktop = desktopForTests({ tray: true });

type Session = Readonly<Record<string, unknown>> & { readonly run_id: string; readonly pid?: number };

async function newestSession({ app }: Lab): Promise<Session | undefined> {
  const { body } = await app.api('GET', '/governance/sessions', { as: 'operator' });
  return (body['sessions'] as readonly Session[])[0];
}

describe.each(testedEngines.filter(({ engine }) => engine !== 'opencode'))('$engine', (given) => {
  const { engine } = given;

  it('says where a session works, and one whose process is killed ends [sessions-1.fields, sessions-1.run]', async () => {
    const lab = await startLab(desktop, engine);
    mkdirSync(join(lab.workspace, '.git'));
    writeFileSync(join(lab.workspace, '.git', 'HEAD'), 'ref: refs/heads/mend-the-cart\n');
    const prompt = lab.model.play([{ calls: [askedAbout(given, lab.at('made'))] }]);
    const run = lab.run(prompt, asking(given));
    await lab.asked();
    const session = await until('the session', () => newestSession(lab));
    expect(session).toMatchObject({
      engine,
      workspace: lab.workspace,
      status: 'running',
      pid: expect.any(Number) as number,
    });
    if (engine === 'claude') {
      const version = expect.stringMatching(/^\d+\.\d+\.\d+$/) as string;
      expect(session).toMatchObject({ branch: 'mend-the-cart', title: prompt, version });
    }
    // Without a word: no event tells of it.
    run.stop('SIGKILL');
    await run.ended;
    await until('the end of the session', async () => (await newestSession(lab))?.['status'] === 'completed');
  });
});
