import type { GivenInputOf, InputOf } from '../../shared/contract/contract';
import { agent, type World } from './world';

/** A session of Claude Code, and the agent that it is of. */
export const session = { engine: 'claude', sessionId: 's1', workspace: '/home/me/project' } as const;
export const claude = agent('claude-code');

type Call = Partial<GivenInputOf<'session.decide'>['call']>;

/** Asks what becomes of a call of the session, of which nothing is dangerous unless the test says so. */
export async function call(world: World, given: Call = {}, more: Partial<InputOf<'session.decide'>['session']> = {}) {
  return await world.done(claude, 'session.decide', {
    session: { ...session, ...more },
    call: { toolName: 'Bash', action: { command: 'npm test' }, engineAsks: 'never', ...given },
  });
}
