import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepReport, sendKept } from '../../electron/cli/run/outbox';
import { membersOf, parseProcesses } from '../../electron/cli/run/process-group';
import { frames, type StreamedEvent } from '../../electron/cli/run/watch';
import { Unreachable } from '../../electron/client/failure';
import { putAutomation, runOf, startRun } from '../support/runs';
import { createWorld, ENGINE_TOKEN } from '../support/world';

test('events are heard whole however they arrive; comments and what is half there are not', () => {
  const heard: StreamedEvent[] = [];
  const take = frames((event) => heard.push(event));
  const frame = 'id: 7\nevent: run.paused\ndata: {"payload":{"run_id":"r"}}\n\n';
  for (const part of [
    ': connected\n\n',
    frame.slice(0, 9),
    frame.slice(9, 30),
    frame.slice(30),
    ': still here\n\nid: 8\n',
  ]) {
    take(part);
  }
  expect(heard).toEqual([{ seq: 7, name: 'run.paused', payload: { run_id: 'r' } }]);
});

const table = `
    1     0     1 Ss   Sun Nov 22 10:00:00 2026
   10     1    10 S    Sun Nov 22 11:00:00 2026
   11    10    10 S+   Sun Nov 22 11:00:01 2026
   12    11    12 Ss   Sun Nov 22 11:00:02 2026
   13     1    13 S    Sun Nov 22 11:00:03 2026
   14    10    10 Z    Sun Nov 22 11:00:04 2026
   99     1    99 S    Sun Nov 22 11:00:05 2026
`;

test('an event that is no JSON is left out, and those behind it are heard', () => {
  const heard: number[] = [];
  const take = frames(({ seq }) => heard.push(seq));
  take('id: 1\nevent: run.paused\ndata: {"pay\n\nid: 2\nevent: run.paused\ndata: {"payload":{}}\n\n');
  expect(heard).toEqual([2]);
});

test('the processes of a group are all that are in it, that they started, and that were known before', () => {
  const all = parseProcesses(table);
  expect(all).toHaveLength(7);
  expect(all.find(({ pid }) => pid === 14)).toMatchObject({ isZombie: true });
  const pids = (known: typeof all = []) => membersOf(all, 10, known).map(({ pid }) => pid);
  expect(pids()).toEqual([10, 11, 14, 12]);
  // 13 has lost its parent, and was seen with it; another process that got the id of one that was seen is none of it.
  const before = (startedAt: string) => [{ pid: 13, parent: 12, group: 13, isZombie: false, startedAt }];
  expect(pids(before('Sun Nov 22 11:00:03 2026'))).toContain(13);
  expect(pids(before('Sun Nov 22 09:00:00 2026'))).not.toContain(13);
});

async function outboxOf(detail: string, runId?: string) {
  const world = createWorld();
  putAutomation(world);
  const api = await world.startApi();
  const started = runId ?? (await startRun(world));
  const report = { run_id: started, automation_id: 'auto', report: { status: 'completed', detail } } as const;
  const path = keepReport(world.home, report);
  const said: string[] = [];
  const send = (token = ENGINE_TOKEN) =>
    sendKept(
      world.home,
      () => ({ url: api.url, token }),
      (line) => said.push(line),
    );
  return { world, runId: started, path, send, said, names: () => readdirSync(join(world.home, 'outbox')) };
}

test('a kept report is sent once, and not lost while nobody may send it or Gatehouse is away', async () => {
  const { world, runId, send, said, names } = await outboxOf('done');
  await sendKept(
    world.home,
    () => {
      throw new Unreachable('away');
    },
    () => {},
  );
  expect(names()).toHaveLength(1);
  await send('wrong');
  expect(said).toEqual([expect.stringContaining('could not be reported yet')]);
  expect(names()).toHaveLength(1);
  await Promise.all([send(), send()]);
  expect(runOf(world, runId)).toMatchObject({ status: 'completed', detail: 'done' });
  expect(names()).toEqual([]);
});

test('a report whose sender was killed is taken up; one that makes no sense is put aside and told of', async () => {
  const { path, send, said, names } = await outboxOf('x'.repeat(30_000));
  // No process has this id: ids are below 2^22.
  renameSync(path, `${path}.99999999`);
  await send();
  expect(said).toEqual([expect.stringContaining('could not be reported: ')]);
  expect(names()).toEqual([expect.stringMatching(/\.refused$/)]);
});

test.each(['', 'null', '{"run_id":"x"}'])(
  'a report that a crash has left as %j is put aside, and those behind it are sent',
  async (text) => {
    const { world, runId, send, said, names } = await outboxOf('done');
    writeFileSync(join(world.home, 'outbox', '1-first.json'), text);
    await send();
    expect(runOf(world, runId)).toMatchObject({ status: 'completed' });
    expect(names()).toEqual(['1-first.json.refused']);
    expect(said).toEqual([expect.stringContaining('cannot be read')]);
  },
);

test('a run that has ended otherwise meanwhile keeps that end, and gets the rest', async () => {
  const { world, runId, send, names } = await outboxOf('exit code 0');
  await world.execute({ role: 'engine', actor: { kind: 'system', source: 't' }, ancestorIds: [] }, 'run.report', {
    runId,
    status: 'cancelled',
  });
  await send();
  expect(runOf(world, runId)).toMatchObject({ status: 'cancelled', detail: 'exit code 0' });
  expect(names()).toEqual([]);
});
