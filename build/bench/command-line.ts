import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { interleaved, tellAtMost, timed } from './measure';
import { emptyHome } from './seed';

const ROUNDS = 21;

const server = fork(fileURLToPath(new URL('./http-server.js', import.meta.url)), { execArgv: [] });
const [{ apiUrl, tokens }] = (await once(server, 'message')) as [{ apiUrl: string; tokens: readonly string[] }];
const program = fileURLToPath(new URL('./cli/gatehouse.js', import.meta.url));
const environment = {
  ...process.env,
  GATEHOUSE_HOME: emptyHome(),
  GATEHOUSE_URL: apiUrl,
  GATEHOUSE_TOKEN: tokens[0] ?? '',
};

/** Milliseconds from the start of a process of plain Node to its end, which must be a good one. */
function life(args: readonly string[]): Promise<number> {
  return timed(async () => {
    const child = spawn(process.execPath, args, { env: environment, stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  });
}

/** Milliseconds of one request on a connection of its own. */
function roundTrip(): Promise<number> {
  return timed(
    () =>
      new Promise<void>((resolve, reject) => {
        const sent = request(`${apiUrl}/global/health`, { agent: false }, (response) => {
          response.resume();
          response.on('end', resolve);
        });
        sent.on('error', reject);
        sent.end();
      }),
  );
}

const figures = await interleaved(
  {
    status: () => life([program, 'status']),
    bare: async () => (await life(['-e', '0'])) + (await roundTrip()),
  },
  ROUNDS,
);
const what = 'gatehouse status, start to end, against node -e 0 and one HTTP round trip';
tellAtMost({ goal: 'C1', what, value: figures.status, baseline: figures.bare, unit: 'ms' }, 1.5);
server.disconnect();
