import { describe, expect, test } from 'vitest';
import { ask } from '../../support/approvals';
import { eventNamesAfter } from '../../support/audit';
import { call, claude, session } from '../../support/session';
import { agent, createWorld, operator, type World } from '../../support/world';

const runOf = (world: World, runId = 'claude-s1') => world.store.read.runs.find(runId);

describe('what becomes of a call', () => {
  test.each([
    ['engine', 'never', 'ls', 'nothing'],
    ['engine', 'unknown', 'ls', 'ask'],
    ['engine', 'never', 'git push', 'ask'],
    ['high', 'asking', 'ls', 'nothing'],
    ['high', 'never', 'git push', 'ask'],
    ['changes', 'never', 'npm test', 'ask'],
    ['all', 'never', 'ls', 'ask'],
  ] as const)(
    '%s, an engine that asks %s, %s: %s [sessions-2.ask-mode]',
    async (askMode, engineAsks, command, answer) => {
      const world = createWorld();
      expect(await call(world, { askMode, engineAsks, action: { command } })).toMatchObject({ answer });
    },
  );

  test('one that only looks is asked about in the mode all alone [sessions-2.ask-mode]', async () => {
    const world = createWorld();
    const look = { toolName: 'Read', action: { file_path: '/home/me/project/a' }, isLook: true };
    expect(await call(world, { ...look, askMode: 'changes' })).toMatchObject({ answer: 'nothing' });
    // What an asker calls a look is one only where nothing is known to the contrary.
    const write = { ...look, toolName: 'Write', action: { file_path: '/w/a.ts', content: 'x' } };
    expect(await call(world, { ...write, askMode: 'changes' })).toMatchObject({ answer: 'ask' });
    expect(await call(world, { ...look, action: { file_path: '/home/me/project/b' }, askMode: 'all' })).toMatchObject({
      answer: 'ask',
    });
  });

  test('a tool of Gatehouse itself is never asked about [judgement-5.own-tools]', async () => {
    const world = createWorld();
    const own = { toolName: 'mcp__gatehouse__my_allowance', action: {}, askMode: 'all' } as const;
    expect(await call(world, own)).toMatchObject({ answer: 'allow' });
    expect(await call(world, { ...own, isOwnTool: false })).toMatchObject({ answer: 'ask' });
    expect(await call(world, { ...own, toolName: 'mcp__gatehouse_evil__x' })).toMatchObject({ answer: 'ask' });
  });

  test('is denied at once while the agent is paused, says by whom and since when, and goes on after it [sessions-2.stopped]', async () => {
    const world = createWorld();
    await call(world);
    await world.execute(operator, 'agent.pause', { agentId: 'claude-code', reason: 'lunch' });
    const denied = await call(world);
    expect(denied).toMatchObject({ answer: 'deny', endsTurn: true });
    expect(denied.sentence).toMatch(
      /^The operator has paused claude-code since \d{4}-\d\d-\d\d \d\d:\d\d UTC \(lunch\)\./,
    );
    expect(runOf(world)).toMatchObject({ status: 'paused' });
    await world.execute(operator, 'agent.resume', { agentId: 'claude-code' });
    expect(await call(world)).toMatchObject({ answer: 'nothing' });
    expect(runOf(world)).toMatchObject({ status: 'running' });
  });

  test('is denied while its run is paused, until that run is resumed [sessions-2.stopped]', async () => {
    const world = createWorld();
    await call(world);
    await world.execute(operator, 'run.pause', { runId: 'claude-s1' });
    expect(await call(world)).toMatchObject({ answer: 'deny', endsTurn: true });
    await world.execute(operator, 'run.resume', { runId: 'claude-s1' });
    expect(await call(world)).toMatchObject({ answer: 'nothing' });
    await world.execute(operator, 'run.cancel', { runId: 'claude-s1' });
    expect(await call(world)).toMatchObject({ answer: 'deny', endsTurn: true });
  });

  test('is denied while the sessions of the agent are stopped as a whole [sessions-2.stopped]', async () => {
    const world = createWorld();
    await call(world);
    await world.execute(operator, 'automation.pause', { automationId: 'claude-code sessions' });
    expect(await call(world)).toMatchObject({ answer: 'deny', endsTurn: true });
    await world.execute(operator, 'automation.resume', { automationId: 'claude-code sessions' });
    // As with every automation its runs are resumed one by one; a new session begins.
    expect(await call(world)).toMatchObject({ answer: 'deny' });
    expect(await call(world, {}, { sessionId: 's2' })).toMatchObject({ answer: 'nothing' });
    await world.execute(operator, 'run.resume', { runId: 'claude-s1' });
    expect(await call(world)).toMatchObject({ answer: 'nothing' });
  });

  /** Asks about a call as a hook does, with its approval decided. */
  async function decided(world: World, action: { command: string }, verdict: 'approve' | 'deny'): Promise<string> {
    const context = { engine: 'claude', session_id: 's1', cwd: session.workspace };
    const { approvalId } = await ask(world, { rationale: 'please', action, context }, claude);
    await world.execute(operator, `approval.${verdict}`, { approvalId });
    return approvalId;
  }

  const timeline = (world: World) => world.store.read.sessionCalls.of('claude-s1', 10).calls;

  test('approved is answered once more where the engine asks twice about it, and asked anew after that [sessions-2.used-once]', async () => {
    const world = createWorld();
    const push = { action: { command: 'git push' }, toolUseId: 't1' };
    expect(await call(world, push)).toMatchObject({ answer: 'ask' });
    const approvalId = await decided(world, push.action, 'approve');
    await world.execute(claude, 'approval.consume', { approvalId, action: push.action });
    // Codex gives its words for people the second time only.
    const again = { action: { ...push.action, description: 'Publish' }, engineAsks: 'asking' } as const;
    expect(await call(world, again)).toMatchObject({ answer: 'allow' });
    expect(await call(world, again)).toMatchObject({ answer: 'ask' });
    expect(await call(world, { ...push, toolUseId: 't2' })).toMatchObject({ answer: 'ask' });
    expect(timeline(world).map(({ answer, title, approvalId: by }) => [answer, title, by])).toEqual([
      ['nothing', 'Run git push', undefined],
      ['nothing', 'Run git push', approvalId],
    ]);
  });

  test('is denied by a rule that denies, and allowed by one that allows where it would be asked about; both are written down [sessions-2.rules]', async () => {
    const world = createWorld();
    const rule = (verdict: 'allow' | 'deny', prefix: string) =>
      world.execute(operator, 'toolRule.create', {
        verdict,
        pattern: { kind: 'command_prefix', prefix },
        isAnywhere: true,
        duration: 'until_revoked',
        reason: 'Only people publish.',
      });
    const build = { action: { command: 'npm run build' }, engineAsks: 'unknown', toolUseId: 't1' } as const;
    const push = { action: { command: 'git push' }, toolUseId: 't2' };
    expect([(await call(world, build)).answer, (await call(world, push)).answer]).toEqual(['ask', 'ask']);
    await rule('allow', 'npm run build');
    await rule('deny', 'git push');

    const seq = world.store.read.audit.headSeq();
    expect(await call(world, { ...build, toolUseId: 't3' })).toMatchObject({ answer: 'allow', endsTurn: false });
    const denied = await call(world, { ...push, toolUseId: 't4' });
    expect(denied).toMatchObject({
      answer: 'deny',
      sentence: expect.stringContaining('Only people publish.'),
      endsTurn: false,
    });
    expect(eventNamesAfter(world, seq)).toEqual([
      'approval.requested',
      'approval.approved',
      'tool_rule.used',
      'approval.consumed',
      'approval.requested',
      'approval.denied',
      'tool_rule.used',
    ]);
    const [ofPush, ofBuild] = timeline(world);
    expect([ofPush, ofBuild]).toMatchObject([{ answer: 'deny' }, { answer: 'allow' }]);
    const found = (told: typeof ofPush) => world.store.read.approvals.find(told?.approvalId ?? '');
    expect([found(ofPush)?.status, found(ofBuild)?.consumedAtMs]).toEqual(['denied', world.clock.at]);

    // What nobody would be asked about needs no rule, and what is denied over and over leaves one request.
    const later = world.store.read.audit.headSeq();
    expect(await call(world, { ...build, engineAsks: 'never', toolUseId: 't5' })).toMatchObject({ answer: 'nothing' });
    expect(await call(world, { ...push, toolUseId: 't6' })).toMatchObject({ answer: 'deny' });
    expect(eventNamesAfter(world, later)).toEqual([]);
  });

  test('comes to its end, each by the id that the engine has for it [sessions-2.told]', async () => {
    const world = createWorld();
    const same = { toolName: 'Bash', action: { command: 'npm test' } };
    await call(world, { ...same, toolUseId: 't1' });
    world.clock.at += 1;
    await call(world, { ...same, toolUseId: 't2' });
    world.clock.at += 1;
    const ended = { session, event: 'called', call: { ...same, toolUseId: 't1' } } as const;
    await world.execute(claude, 'session.tell', { ...ended, isError: true });
    const [second, first] = timeline(world);
    expect(first).toMatchObject({ endedAtMs: world.clock.at, isError: true });
    expect(second).not.toHaveProperty('endedAtMs');
    expect(world.store.read.sessionCalls.counts('claude-s1')).toMatchObject({ calls: 2, failed: 1 });
  });

  test('that was never told before is in the timeline when it has come to its end, once, as the engine’s alone [sessions-2.told]', async () => {
    const world = createWorld();
    await call(world, { toolUseId: 't1' });
    const other = { toolName: 'Bash', action: { command: 'make' }, toolUseId: 't2' };
    for (let times = 0; times < 2; times += 1) {
      await world.execute(claude, 'session.tell', { session, event: 'called', call: other });
    }
    // Without an id of the engine's it could not be told from another one.
    const { toolUseId: _, ...nameless } = other;
    await world.execute(claude, 'session.tell', {
      session,
      event: 'called',
      call: { ...nameless, action: { command: 'x' } },
    });
    expect(timeline(world).map(({ title, answer, endedAtMs }) => [title, answer, endedAtMs])).toEqual([
      ['Run make', 'nothing', world.clock.at],
      ['Run npm test', 'nothing', undefined],
    ]);
  });

  test.each([
    ['denied too late', 'deny', 1],
    ['approved, but not used', 'approve', 0],
  ] as const)(
    'that was %s is the terminal’s when it comes to its end all the same [sessions-2.told]',
    async (_name, verdict, rows) => {
      const world = createWorld();
      const push = { toolName: 'Bash', action: { command: 'git push' } };
      await call(world, { ...push, engineAsks: 'asking' });
      const approvalId = await decided(world, push.action, verdict);
      await world.execute(claude, 'session.tell', { session, event: 'called', call: push });
      expect(timeline(world)).toMatchObject([{ answer: 'terminal', approvalId, endedAtMs: world.clock.at }]);
      expect(eventNamesAfter(world, 0).filter((name) => name === 'call.carried_out')).toHaveLength(rows);
    },
  );

  test('of a sub-agent in a looser mode than its session is asked about as that is [sessions-2.ask-mode]', async () => {
    const world = createWorld();
    const reviewer = { ...agent('claude-code/reviewer-1', ['claude-code']), ownerId: 'claude-code' };
    const ofReviewer = async (permissionMode: string) => {
      const answer = await world.execute(reviewer, 'session.decide', {
        session: { ...session, permissionMode },
        call: { toolName: 'Bash', action: { command: 'npm test' }, engineAsks: 'never' },
      });
      return answer.ok ? answer.value.answer : answer.refusal.code;
    };
    await call(world, {}, { permissionMode: 'default' });
    expect(await ofReviewer('bypassPermissions')).toBe('ask');
    expect(await ofReviewer('default')).toBe('nothing');
    await call(world, {}, { permissionMode: 'bypassPermissions' });
    expect(await ofReviewer('bypassPermissions')).toBe('nothing');
  });
});
