import { setTimeout } from 'node:timers/promises';
import { type Engine, engineNames } from '../../shared/contract/engine';
import { ask } from '../client/client';
import { exitCode } from '../client/exit-code';
import { Failure, Refusal } from '../client/failure';
import type { Terminal } from './terminal';

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
export async function pair(
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
async function askWhenThereIsRoom(url: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask({ url, token: '' }, { method: 'POST', path: '/governance/connections', body });
    } catch (error) {
      const isFull = error instanceof Refusal && error.code === 'CONNECTION_BACKLOG';
      if (!isFull || attempt === MOST_ATTEMPTS) throw error;
      await setTimeout(ATTEMPT_INTERVAL_MS);
    }
  }
}
