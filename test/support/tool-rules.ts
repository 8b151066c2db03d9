import type { GivenInputOf } from '../../shared/contract/contract';
import type { ToolRule } from '../../shared/contract/tool-rule';
import type { Caller } from '../../shared/kernel/actor';
import { ask as askFor } from './approvals';
import { agent, operator, type World } from './world';

/** Where the agent of these tests works. */
export const CWD = '/home/olga/shop';

/** What the hook of Claude Code says of each request. */
export const context = {
  engine: 'claude',
  session_id: '5f0d',
  cwd: CWD,
  permission_mode: 'default',
  hook_event_name: 'PermissionRequest',
  model: 'claude-opus',
};

/** Asks for a command, as scout unless the test says who. */
export async function ask(world: World, command = 'npm test', different: object = {}, caller: Caller = agent('scout')) {
  return await askFor(world, { action: { command }, context, rationale: `to run ${command}`, ...different }, caller);
}

/** A rule that is given with an approval. */
export type GivenRule = NonNullable<GivenInputOf<'approval.approve'>['rule']>;

/** A rule for commands that begin with some words. */
export const prefix = (words = 'npm test', duration: GivenRule['duration'] = 'until_revoked'): GivenRule => ({
  pattern: { kind: 'command_prefix', prefix: words },
  duration,
});

/** Asks, and approves with a rule. */
export async function makeRule(world: World, rule: GivenRule = prefix()): Promise<ToolRule> {
  const { approvalId } = await ask(world);
  const { toolRule } = await world.done(operator, 'approval.approve', { approvalId, rule });
  if (toolRule === undefined) throw new Error('no rule was made');
  return toolRule;
}
