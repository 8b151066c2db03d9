import { TandemClient } from '@frumu/tandem-client';
import { expect } from 'vitest';

/** Creates, changes, runs, pauses and deletes automations through the reference's own client, against the API at this address. */
export async function driveTandemClient(
  url: string,
  tokens: { readonly engine: string; readonly operator: string },
): Promise<void> {
  const { automationsV2: client } = new TandemClient({ baseUrl: url, token: tokens.engine });
  const { automationsV2: operatorClient } = new TandemClient({ baseUrl: url, token: tokens.operator });

  const created = await client.create({
    name: 'Nightly report',
    status: 'active',
    schedule: { type: 'manual', timezone: 'UTC', misfirePolicy: { type: 'run_once' } },
    agents: [{ agentId: 'writer', displayName: 'Writer', mcpPolicy: { allowedServers: ['slack'] } }],
    flow: { nodes: [{ nodeId: 'write', agentId: 'writer', objective: 'Write the report', dependsOn: [] }] },
  } as never);
  const automation = (created as { automation: { automation_id: string } }).automation;
  const id = automation.automation_id;
  expect(automation).toMatchObject({ name: 'Nightly report', status: 'active', agents: [{ agent_id: 'writer' }] });

  expect(await client.get(id)).toMatchObject({ automation: { automation_id: id } });
  expect(await client.list()).toMatchObject({ automations: [{ automation_id: id }], count: 1 });
  expect(await client.update(id, { name: 'Weekly report' })).toMatchObject({
    automation: { name: 'Weekly report' },
  });

  expect(await client.runNow(id, { dryRun: true })).toMatchObject({ ok: true, dry_run: true });
  const started = await client.runNow(id);
  const { run_id: runId } = (started as unknown as { run: { run_id: string } }).run;
  expect(started).toMatchObject({ ok: true, dry_run: false, run: { status: 'queued', automation_id: id } });
  expect(await client.listRuns(id)).toMatchObject({ runs: [{ run_id: runId }], count: 1 });
  expect(await client.getRun(runId)).toMatchObject({ run: { run_id: runId } });
  expect(await client.pauseRun(runId, 'lunch')).toMatchObject({ ok: true, run: { status: 'paused' } });
  expect(await client.resumeRun(runId, 'back')).toMatchObject({ ok: true, run: { run_id: runId } });

  expect(await client.pause(id, 'stop')).toMatchObject({ ok: true, automation: { status: 'paused' } });
  expect(await client.resume(id)).toMatchObject({ ok: true, automation: { status: 'active' } });
  expect(await operatorClient.delete(id)).toMatchObject({ ok: true, deleted: true });
  await expect(client.get(id)).rejects.toThrow();
}
