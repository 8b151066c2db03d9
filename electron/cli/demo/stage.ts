import { setTimeout as delay } from 'node:timers/promises';
import type { Automation } from '../../../shared/contract/automation';
import type { JsonObject } from '../../../shared/kernel/fields';
import type { Wire } from '../../../shared/kernel/wire-type';
import type { Call } from '../../client/approvals';
import { ask, type Connection } from '../../client/client';
import { ApiRefusal } from '../../client/failure';
import { whileAway } from '../../client/patience';
import { styled, type Terminal } from '../terminal';

/** The longest that a request is waited for, in milliseconds. */
const LONGEST_MS = 60_000;

/** What an agent of the demo plays on. */
export type Stage = {
  readonly agentId: string;
  readonly terminal: Terminal;
  /** Aborts when the demo is over. */
  readonly signal: AbortSignal;
  /** Where Gatehouse is now; throws Unreachable while it is away. */
  readonly connection: () => Connection;
  /** Sends one request as this agent, until the demo is over. */
  readonly call: Call;
  /** Says what the agent does, or what came of it. */
  say(line: string): void;
  /** Rests as long as the demo's pace says, times `factor`. */
  rest(factor?: number): Promise<void>;
};

/** Makes the stage of one agent. */
export function stageOf(
  agentId: string,
  paceMs: number,
  parts: Pick<Stage, 'terminal' | 'signal' | 'connection'>,
): Stage {
  const name = styled(parts.terminal, 'bold', agentId.padEnd(8));
  return {
    agentId,
    ...parts,
    call: (request) =>
      ask({ ...parts.connection(), agentId }, { signal: parts.signal, timeoutMs: LONGEST_MS, ...request }),
    say: (line) => parts.terminal.say(`${name} ${line}`),
    rest: (factor = 1) => delay(paceMs * factor, undefined, { signal: parts.signal }),
  };
}

/** One thing that an agent does; `turn` counts from 0. */
export type Scene = (stage: Stage, turn: number) => Promise<void>;

/**
 * Plays the scenes one after the other, again and again, until the demo is over. A refusal is what an agent has to live with: it
 * is said, and the agent goes on with something else. While Gatehouse is away, the agents wait for it.
 */
export async function playInTurn(stage: Stage, scenes: readonly Scene[]): Promise<never> {
  for (let turn = 0; ; turn++) {
    const scene = inTurn(scenes, turn);
    try {
      await whileAway(() => scene(stage, Math.floor(turn / scenes.length)), {
        signal: stage.signal,
        onAway: (isAway) => stage.say(isAway ? 'waits: Gatehouse is away' : 'goes on: Gatehouse is back'),
      });
    } catch (error) {
      stage.signal.throwIfAborted();
      if (!(error instanceof ApiRefusal)) throw error;
      stage.say(`is refused: ${error.message}`);
    }
    await stage.rest();
  }
}

/** Creates an active automation of the agent's own, unless an earlier demo did. */
export async function createOnce(
  stage: Stage,
  automation: Wire<Pick<Automation, 'automationId' | 'name'>> & JsonObject,
): Promise<void> {
  const path = '/automations/v2';
  const { automations } = (await stage.call({ path })) as { readonly automations: readonly Wire<Automation>[] };
  if (automations.some(({ automation_id: id }) => id === automation.automation_id)) return;
  const agents = [{ agent_id: stage.agentId }];
  await stage.call({ method: 'POST', path, body: { ...automation, status: 'active', agents } });
  stage.say(`creates an automation: ${automation.name}`);
}

/** The one of a list whose turn it is. */
export function inTurn<T>(list: readonly T[], turn: number): T {
  return list[turn % list.length] as T;
}

/** What came of a request, in a few words. */
export function outcomeOf(status: unknown): string {
  switch (status) {
    case 'approved':
      return 'may';
    case 'denied':
      return 'must not';
    default:
      return `is told nothing: ${String(status)}`;
  }
}
