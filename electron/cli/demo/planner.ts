import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ask } from '../../client/client';
import { createOnce, inTurn, playInTurn, type Scene, type Stage } from './stage';

// planner asks with the command line, as a script does: it splits work up among agents of its own.

const AUTOMATION_ID = 'demo-migration';

const helpers = ['reader', 'writer', 'checker'] as const;

/** Prints what `claude -p --output-format json` prints, after a while. */
const claudeLike = `setTimeout(() => console.log(JSON.stringify({ type: 'result', session_id: 'demo-' + process.pid,
  total_cost_usd: 0.18, usage: { input_tokens: 5200, output_tokens: 840 } })), Number(process.argv[1]))`;

/** Runs this very program, and answers its exit code. Ends it when the demo is over. */
async function gatehouse(stage: Stage, name: 'ask' | 'run', args: readonly string[]): Promise<number> {
  const { url, token } = stage.connection();
  const program = process.argv[1] ?? '';
  const child = spawn(process.execPath, [program, name, '--agent', stage.agentId, ...args], {
    env: { ...stage.terminal.environment, GATEHOUSE_URL: url, GATEHOUSE_TOKEN: token },
    stdio: 'ignore',
  });
  // Ctrl-C reaches it as well, and a request that it waits for is withdrawn.
  const end = () => void child.kill('SIGINT');
  stage.signal.addEventListener('abort', end);
  const [code] = (await once(child, 'exit')) as [number | null];
  stage.signal.removeEventListener('abort', end);
  stage.signal.throwIfAborted();
  return code ?? 1;
}

const createsASubAgent: Scene = async (stage, turn) => {
  const helper = `${stage.agentId}/${inTurn(helpers, turn)}`;
  stage.say(`starts a sub-agent: ${helper}`);
  await ask(
    { ...stage.connection(), agentId: helper },
    {
      method: 'POST',
      path: '/governance/approvals',
      ancestorIds: [stage.agentId],
      signal: stage.signal,
      body: {
        request_type: 'tool_call',
        target_resource: { type: 'tool', id: 'Edit' },
        rationale: 'The old name is used in one more place.',
        action: { file_path: 'src/migration.ts', old_string: 'userName', new_string: 'accountName' },
        expires_at_ms: Date.now() + 10 * 60_000,
      },
    },
  );
};

const asksToCreateAgents: Scene = async (stage, turn) => {
  const args = [
    ...['Splitting the migration into three parts needs three agents', '--type', 'capability_request'],
    ...['--target', `agent:${stage.agentId}`, '--context', '{"capability_key":"creates_agents"}', '--wait', '45'],
  ];
  if (turn > 0) return;
  stage.say('asks to create agents');
  const code = await gatehouse(stage, 'ask', args);
  stage.say(code === 0 ? 'may create agents' : code === 1 ? 'must not create agents' : 'has no answer, and goes on');
};

const migrates: Scene = async (stage, turn) => {
  await createOnce(stage, {
    automation_id: AUTOMATION_ID,
    name: 'Migration of the accounts',
    schedule: { type: 'manual' },
  });
  stage.say('migrates a part');
  const fails = turn % 3 === 1;
  const work = fails ? ['-e', 'process.exitCode = 2'] : ['-e', claudeLike, '2000'];
  const code = await gatehouse(stage, 'run', [
    ...['--automation', AUTOMATION_ID, '--cost', 'claude', '--'],
    ...[process.execPath, ...work],
  ]);
  stage.say(code === 0 ? 'has migrated a part' : `fails with exit code ${code}`);
};

/** Plays planner until the demo is over. */
export const playPlanner = (stage: Stage): Promise<never> =>
  playInTurn(stage, [asksToCreateAgents, migrates, createsASubAgent]);
