import { expect, test } from 'vitest';
import { startCommand } from '../support/command-line';
import { until } from '../support/desktop/process';
import { startFindableApi } from '../support/findable-api';
import { createWorld, ENGINE_TOKEN, operator, type World } from '../support/world';

async function governed() {
  const world = createWorld();
  world.clock.now = () => Date.now();
  return { world, ...(await startFindableApi(world)) };
}

const approvals = (world: World) => {
  const result = world.query(operator, 'approvals.list', { limit: 500 });
  return result.ok ? result.value.approvals : [];
};

const runsOf = (world: World, automationId: string) => {
  const result = world.query(operator, 'runs.list', { automationId });
  return result.ok ? result.value.runs : [];
};

/** Whether each of the three has asked, created, run something and spent. */
function isAlive(world: World): boolean {
  const askers = approvals(world).flatMap(({ requestedBy }) => ('actorId' in requestedBy ? [requestedBy.actorId] : []));
  const runs = ['demo-dependency-check', 'demo-release-notes', 'demo-migration'].map((id) => runsOf(world, id));
  return (
    ['scout', 'herald', 'planner', 'planner/reader'].every((id) => askers.includes(id)) &&
    runs.every((all) => all.some(({ status }) => status === 'completed')) &&
    runs.at(-1)?.some(({ status }) => status === 'failed') === true
  );
}

test('three agents ask, create, run, spend and fail, until Ctrl-C withdraws what waits [api-4.demo]', async () => {
  const { world, environment } = await governed();
  const command = await startCommand(['demo', '--pace', '0.2'], environment);
  await until(
    'all that the demo shows',
    async () => {
      for (const { approvalId, status } of approvals(world)) {
        if (status === 'pending') await world.execute(operator, 'approval.approve', { approvalId });
      }
      return isAlive(world);
    },
    60_000,
  );
  const agents = world.query(operator, 'agents.list', {});
  expect(agents.ok && agents.value.agents.find(({ agentId }) => agentId === 'planner/reader')?.lineage).toEqual([
    'planner',
  ]);
  expect(agents.ok && agents.value.agents.find(({ agentId }) => agentId === 'herald')?.weeklyCostNanos).toBeGreaterThan(
    0,
  );

  await until('herald to wait', () => approvals(world).some(({ status }) => status === 'pending'));
  command.child.kill('SIGINT');
  const ended = await command.ended;
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain('The demo is over');
  expect(ended.stdout).toContain('fails with exit code 2');
  const left = approvals(world).filter(({ status }) => status === 'pending');
  expect(left.filter(({ requestedBy }) => 'actorId' in requestedBy && requestedBy.actorId === 'herald')).toEqual([]);
});

test('without Gatehouse it says so and ends with 3', async () => {
  const world = createWorld();
  const environment = { GATEHOUSE_HOME: world.home, GATEHOUSE_TOKEN: ENGINE_TOKEN };
  const ended = await (await startCommand(['demo'], environment)).ended;
  expect(ended).toMatchObject({ code: 3, stdout: '' });
  expect(ended.stderr).toContain('Gatehouse is not running');
});
