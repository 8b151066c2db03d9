import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect, disconnect } from '../../electron/connect/connect';
import { startHookWorld } from '../support/hook-world';
import { temporaryHome } from '../support/world';

/** Claude Code, connected with the files of a person, and the hook that it calls when its settings were changed. */
async function start() {
  const { world, api, gate, token, run } = await startHookWorld('claude');
  const user = temporaryHome();
  const project = join(user, 'project');
  mkdirSync(join(project, '.claude'), { recursive: true });
  const places = { home: world.home, environment: { HOME: user } };
  connect(places, { engine: 'claude', agentId: 'claude-code', token, url: api.url }, world.clock.at);
  const input = {
    session_id: 's1',
    transcript_path: '/dev/null',
    // Where it has gone to meanwhile.
    cwd: user,
    hook_event_name: 'ConfigChange',
    source: 'local_settings',
    file_path: join(project, '.claude', 'settings.local.json'),
  };
  return {
    gate,
    places,
    change: (settings: object) => writeFileSync(input.file_path, JSON.stringify(settings)),
    hook: () => run('claude', [], JSON.stringify(input), { HOME: user, CLAUDE_PROJECT_DIR: project }),
  };
}

test('settings that turn the hooks off are refused, in words for the agent and its person, also while Gatehouse is away', async () => {
  const { gate, change, hook } = await start();
  change({ permissions: { allow: ['Bash(npm test)'] } });
  expect(await hook()).toMatchObject({ code: 0, stdout: '{}\n' });
  change({ disableAllHooks: true });
  gate.kill();
  const { code, stdout } = await hook();
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    decision: 'block',
    reason: expect.stringMatching(
      /settings\.local\.json turns all hooks off .* Only the operator ends the hooks/,
    ) as string,
  });
});

test('who was disconnected may turn off what is left', async () => {
  const { places, change, hook } = await start();
  change({ disableAllHooks: true });
  disconnect(places, 'claude');
  expect(await hook()).toMatchObject({ code: 0, stdout: '{}\n' });
});
