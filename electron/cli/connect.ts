import { setTimeout } from 'node:timers/promises';
import { Argument, Option } from 'commander';
import { type Engine, engineNames, engines, type Strength, strengths } from '../../shared/contract/engine';
import type { JsonObject } from '../../shared/kernel/fields';
import { approvalsOver, type WireApproval } from '../client/approvals';
import { ask, isHeaderText, send } from '../client/client';
import { exitCode } from '../client/exit-code';
import { ApiRefusal, Failure, Unreachable, UsageFailure } from '../client/failure';
import { askTestQuestion, withdrawTestQuestion } from '../connect/checks';
import { ConfigError } from '../connect/config-edit';
import { connect, diffOf, disconnect, isChanged, type Places, planConnection, TOKEN_TO_COME } from '../connect/connect';
import { knownConnection, readConnection } from '../connect/connection-file';
import { engineTable } from '../engines/table';
import type { Definition } from './command';
import { findUrl, homeFolder } from './connection';
import { numberOption } from './number-option';
import type { Terminal } from './terminal';

/** Where the API listens unless the operator says otherwise; only for a preview while the app is down. */
const USUAL_URL = 'http://127.0.0.1:4780';

/** How long the operator is given to answer the test request, in seconds. */
const TEST_WAIT_SECONDS = 15;

/** Gatehouse holds one request for news no longer, in seconds. */
const LONGEST_TEST_WAIT_SECONDS = 60;

type Options = {
  readonly agent?: string;
  readonly remove?: true;
  readonly dryRun?: true;
  readonly strength?: Strength;
  /** Undefined where nothing is said of it. */
  readonly telemetry?: boolean;
  readonly testWait: number;
  readonly json?: true;
};

const after = `
Without a token it asks you in the window of Gatehouse, which shows the same code as the terminal. With GATEHOUSE_TOKEN, an
agent's token from Settings, it does not ask. Each file that is changed is backed up beside itself first.

--strength user: a call whose hook cannot run (no Node.js, the command is gone) goes the engine's own way.
--strength fail-closed: such a call is blocked, and so is every call that would be asked about while Gatehouse is away. Not covered:
an engine that is started without its hooks (--bare, another configuration folder), and a hook that the engine ends itself.

--no-telemetry: what sessions cost is read in what the engine writes of them. That leaves out what it asks a model beside the
conversation (a title, a summary), and its own dollars. With telemetry, Gemini CLI tries for up to ten seconds to reach Gatehouse
before it ends, where that is closed. \`gatehouse doctor\` says where the spend of an engine comes from.`;

const seconds = numberOption(
  `Give 0 to ${LONGEST_TEST_WAIT_SECONDS} seconds.`,
  (value) => value >= 0 && value <= LONGEST_TEST_WAIT_SECONDS,
);

/** gatehouse connect */
export const defineConnect: Definition = (command, running, terminal) => {
  command
    .addArgument(new Argument('<engine>', 'the engine to connect').choices(engines))
    .option('--agent <id>', 'the name under which it asks')
    .addOption(
      new Option('--strength <strength>', 'what becomes of a tool call whose hook cannot run').choices(strengths),
    )
    .option('--telemetry', 'have the engine tell Gatehouse what its sessions cost, where it can')
    .option('--no-telemetry', 'have it tell nobody: what its transcripts say is read all the same')
    .option('--dry-run', 'print what would change, and change nothing')
    .option('--remove', 'disconnect: put the files back as they were')
    .option('--test-wait <seconds>', 'how long you have to answer the test request', seconds, TEST_WAIT_SECONDS)
    .option('--json', 'answer as JSON')
    .addHelpText('after', after)
    .action(
      running(async (engine: Engine, options: Options) => {
        const places = { home: homeFolder(terminal.environment), environment: terminal.environment };
        try {
          if (options.remove === true) return removeEngine(engine, places, options, terminal);
          return options.dryRun === true
            ? preview(engine, places, options, terminal)
            : await connectEngine(engine, places, options, terminal);
        } catch (error) {
          if (error instanceof ConfigError) throw new Failure(error.message, exitCode.refused, 'CONFIG_REFUSED');
          throw error;
        }
      }),
    );
};

function agentOf(engine: Engine, { home }: Places, { agent }: Options): string {
  if (agent?.trim() === '') throw new UsageFailure('--agent needs a name.');
  // The hook says it in a header at every request; found out later, no request would ever arrive.
  if (!isHeaderText(agent ?? '')) throw new UsageFailure('--agent needs a name in Latin letters.');
  return agent?.trim() ?? knownConnection(home, engine)?.agentId ?? engineTable[engine].agentId;
}

/** What is said of how it is connected; what is not said stays as it was. */
const termsIn = ({ strength, telemetry }: Options) => ({
  ...(strength !== undefined && { strength }),
  ...(telemetry !== undefined && { isTelemetryDeclined: !telemetry }),
});

function preview(engine: Engine, places: Places, options: Options, terminal: Terminal): number {
  let url = USUAL_URL;
  try {
    url = findUrl(terminal.environment);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  const token = knownConnection(places.home, engine)?.token ?? TOKEN_TO_COME;
  const wanted = { engine, agentId: agentOf(engine, places, options), url, token, ...termsIn(options) };
  const plan = planConnection(places, wanted);
  // A token that is there already is not printed, nor one of a connection that is forgotten.
  const diffs = plan.map((planned) => ({
    path: planned.found.path,
    diff: diffOf(planned)
      .replaceAll(token, TOKEN_TO_COME)
      .replaceAll(/\bgth_[\w-]+/g, TOKEN_TO_COME),
  }));
  if (options.json === true) terminal.say(JSON.stringify({ engine, files: diffs }));
  else if (diffs.every(({ diff }) => diff === '')) terminal.say('Nothing would change.');
  else for (const { diff } of diffs) if (diff !== '') terminal.say(diff.trimEnd());
  return exitCode.ok;
}

async function connectEngine(engine: Engine, places: Places, options: Options, terminal: Terminal): Promise<number> {
  const url = findUrl(terminal.environment);
  const agentId = agentOf(engine, places, options);
  // Whatever stands in the way is found before anybody is asked.
  const terms = termsIn(options);
  planConnection(places, { engine, agentId, url, token: TOKEN_TO_COME, ...terms });
  const token = await tokenFor(engine, places, { url, agentId }, terminal);
  const plan = connect(places, { engine, agentId, url, token, ...terms }, Date.now());
  const changed = plan.filter(isChanged).map(({ found }) => found.path);
  const backups = (readConnection(places.home, engine)?.files ?? []).map(({ path, backupPath }) => ({
    path,
    backupPath,
  }));
  const isPlain = options.json !== true;
  if (isPlain) {
    for (const path of changed) terminal.say(`changed  ${path}`);
    for (const { path, backupPath } of backups) {
      if (changed.includes(path) && backupPath !== null) terminal.say(`backup   ${backupPath}`);
    }
    if (changed.length === 0) terminal.say('Nothing had to be changed.');
  }
  const outcome = await liveTest(engine, { url, token, agentId }, options, terminal);
  if (isPlain) terminal.say(`${engineNames[engine]} is connected as ${agentId}. ${engineTable[engine].afterwards}`);
  else {
    const files = backups.map(({ path, backupPath }) => ({
      path,
      is_changed: changed.includes(path),
      backup_path: backupPath,
    }));
    terminal.say(JSON.stringify({ engine, agent_id: agentId, files, test: outcome }));
  }
  return exitCode.ok;
}

/** The token that is there already if it works, else GATEHOUSE_TOKEN, else one that the operator gives. */
async function tokenFor(
  engine: Engine,
  places: Places,
  { url, agentId }: { readonly url: string; readonly agentId: string },
  terminal: Terminal,
): Promise<string> {
  const given = terminal.environment['GATEHOUSE_TOKEN'] ?? '';
  const earlier = knownConnection(places.home, engine);
  const path = `/governance/agents/${encodeURIComponent(agentId)}/allowance`;
  if (given !== '') {
    await ask({ url, token: given, agentId }, { path });
    // Only an agent is not told of the others.
    const { status } = await send({ url, token: given }, { path: '/governance/agents?limit=1' });
    if (status === 403) return given;
    throw new UsageFailure('GATEHOUSE_TOKEN is no agent’s token. Make one in Gatehouse, Settings, or leave it out.');
  }
  if (earlier !== undefined && earlier.agentId === agentId) {
    const { status } = await send({ url, token: earlier.token, agentId }, { path });
    if (status === 200) return earlier.token;
  }
  return pair(url, { engine, agentId }, terminal);
}

type TestOutcome = { readonly is_arrived: true; readonly outcome: string };

/** Sends a request that does nothing, shows that it arrives, and takes it back when nobody has answered it. */
async function liveTest(
  engine: Engine,
  { url, token, agentId }: { readonly url: string; readonly token: string; readonly agentId: string },
  { testWait, json }: Options,
  terminal: Terminal,
): Promise<TestOutcome> {
  const approvals = approvalsOver((request) => ask({ url, token, agentId }, request));
  let test: WireApproval;
  try {
    test = await askTestQuestion(approvals, engine);
  } catch (error) {
    const problem = error instanceof ApiRefusal ? error.message : 'nobody answers';
    throw new Failure(`The test request did not arrive: ${problem}`, exitCode.refused, 'TEST_FAILED');
  }
  if (json !== true && testWait > 0) {
    terminal.tell(`A test request is in the queue: answer it, or wait ${testWait} s until it is withdrawn.`);
  }
  const { status: outcome } = await approvals.untilDecided(test, { untilMs: Date.now() + testWait * 1_000 });
  if (outcome === 'pending') await withdrawTestQuestion(approvals, test);
  const isAnswered = outcome !== 'pending';
  const said = isAnswered ? `The test request was ${outcome}.` : 'The test request arrived, and was withdrawn.';
  if (json !== true) terminal.say(said);
  return { is_arrived: true, outcome: isAnswered ? outcome : 'withdrawn' };
}

function removeEngine(engine: Engine, places: Places, { json }: Options, terminal: Terminal): number {
  const said = { restored: 'restored', deleted: 'deleted ', edited: 'cleaned ', untouched: 'as it was' } as const;
  const wasConnected = knownConnection(places.home, engine) !== undefined;
  const removed = disconnect(places, engine);
  if (json === true) {
    const files = removed.map(({ path, outcome, keptBackup }) => ({ path, outcome, kept_backup: keptBackup ?? null }));
    terminal.say(JSON.stringify({ engine, files }));
    return exitCode.ok;
  }
  for (const { path, outcome, keptBackup } of removed) {
    if (outcome !== 'untouched') terminal.say(`${said[outcome]}  ${path}`);
    if (keptBackup !== undefined) terminal.say(`backup    ${keptBackup} (kept, because the file was changed since)`);
  }
  terminal.say(
    wasConnected
      ? `${engineNames[engine]} is not connected any more. Its token is listed in Gatehouse, Settings, until you revoke it.`
      : `${engineNames[engine]} was not connected.`,
  );
  return exitCode.ok;
}

/** How long one question for the operator's answer is held by the server, in milliseconds. */
const WAIT_MS = 30_000;

/** How often, and how far apart in milliseconds, it is asked while others are asking. */
const MOST_ATTEMPTS = 3;
const ATTEMPT_INTERVAL_MS = 2_100;

type Asked = { readonly connection_id: string; readonly secret: string; readonly code: string };
type Answered = { readonly status: string; readonly token?: string };

/**
 * Asks the operator, at the desk, to connect an engine, shows the code, and resolves to the agent's token. Throws when they
 * refuse or let the time pass: this command cannot give itself anything.
 */
async function pair(
  url: string,
  { engine, agentId }: { readonly engine: Engine; readonly agentId: string },
  terminal: Terminal,
): Promise<string> {
  const body = { engine, agent_id: agentId };
  const asked = await askWhenThereIsRoom(url, body);
  const { connection_id: connectionId, secret, code } = asked['connection'] as Asked;
  terminal.tell(`Gatehouse asks you whether to connect ${engineNames[engine]} as ${agentId}.`);
  terminal.tell(`Answer in its window, if it shows this code: ${code}`);
  const path = `/governance/connections/${encodeURIComponent(connectionId)}?wait_ms=${WAIT_MS}`;
  for (;;) {
    const heard = await ask({ url, token: secret }, { path, timeoutMs: WAIT_MS * 2 });
    const { status, token } = heard['connection'] as Answered;
    if (status === 'pending') continue;
    if (status === 'accepted' && token !== undefined) return token;
    if (status === 'refused') {
      throw new Failure('You refused the connection. Nothing was changed.', exitCode.refused, 'CONNECTION_REFUSED');
    }
    throw new Failure(
      'Nobody answered within five minutes, so nothing was changed.',
      exitCode.undecided,
      'CONNECTION_EXPIRED',
    );
  }
}

/** Another program may have asked a moment ago; only one new one is taken every two seconds. */
async function askWhenThereIsRoom(url: string, body: unknown): Promise<JsonObject> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask({ url, token: '' }, { method: 'POST', path: '/governance/connections', body });
    } catch (error) {
      const isFull = error instanceof ApiRefusal && error.code === 'CONNECTION_BACKLOG';
      if (!isFull || attempt === MOST_ATTEMPTS) throw error;
      await setTimeout(ATTEMPT_INTERVAL_MS);
    }
  }
}
