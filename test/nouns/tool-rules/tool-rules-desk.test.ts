import { describe, expect, test } from 'vitest';
import { MAX_LIVE_RULES, MOST_EXAMPLES, PREVIEW_MS } from '../../../shared/contract/tool-rule';
import { HOUR_MS } from '../../../shared/kernel/time';
import { ask, CWD, makeRule, prefix } from '../../support/tool-rules';
import { agent, createWorld, operator, type World } from '../../support/world';

describe('what the desk asks', () => {
  test('the offer is what a rule of the request could cover, or why there is none', async () => {
    const world = createWorld();
    const { approvalId } = await ask(world, 'npm test unit');
    expect(world.query(operator, 'toolRules.offer', { approvalId })).toMatchObject({
      value: {
        isToolCall: true,
        agentId: 'scout',
        toolName: 'Bash',
        workspace: CWD,
        hasSession: true,
        patterns: [
          { kind: 'exact', summary: 'npm test unit' },
          { kind: 'command_prefix', prefix: 'npm test unit' },
          { kind: 'command_prefix', prefix: 'npm test' },
          { kind: 'bundle', bundle: 'checks' },
        ],
        riskReasons: [],
      },
    });
    const risky = await ask(world, 'git push');
    expect(world.query(operator, 'toolRules.offer', { approvalId: risky.approvalId })).toMatchObject({
      value: { isToolCall: true, patterns: [], riskReasons: [{ kind: 'sends', what: 'pushes commits to a remote' }] },
    });
    const inside = { targetResource: { type: 'tool', id: 'Read' }, action: { file_path: `${CWD}/src/a.ts` } };
    const file = await ask(world, '', inside);
    expect(world.query(operator, 'toolRules.offer', { approvalId: file.approvalId })).toMatchObject({
      value: {
        patterns: [
          { kind: 'exact' },
          { kind: 'path', folder: `${CWD}/src` },
          { kind: 'path', folder: CWD },
          { kind: 'bundle', bundle: 'looks' },
        ],
      },
    });
    const other = await ask(world, 'x', { requestType: 'quota_override' });
    expect(world.query(operator, 'toolRules.offer', { approvalId: other.approvalId })).toMatchObject({
      value: { isToolCall: false, patterns: [] },
    });
  });

  test('what the operator approves over and over is offered as the habit that it is', async () => {
    const world = createWorld();
    const offerOf = async (command: string) => {
      const { approvalId } = await ask(world, command);
      return { ...world.told(operator, 'toolRules.offer', { approvalId }), approvalId };
    };
    for (let count = 0; count < 5; count++) {
      const offer = await offerOf(`npm test ${count}`);
      expect(offer).not.toHaveProperty('habit');
      await world.execute(operator, 'approval.approve', { approvalId: offer.approvalId });
    }
    const offer = await offerOf('npm test last');
    expect(offer.habit?.count).toBe(5);
    expect(offer.patterns[offer.habit?.pattern ?? -1]).toEqual({ kind: 'command_prefix', prefix: 'npm test' });
    expect(await offerOf('npm run build')).not.toHaveProperty('habit');
    await makeRule(world);
    world.clock.at += PREVIEW_MS + 1;
    expect(await offerOf('npm run build')).not.toHaveProperty('habit');
  });

  test('the preview counts what the rule would have matched in seven days, and names the newest', async () => {
    const world = createWorld();
    await ask(world, 'npm test too-old');
    world.clock.at += PREVIEW_MS;
    for (let count = 0; count < 25; count++) {
      world.clock.at += 1;
      await ask(world, `npm test ${count}`);
    }
    await ask(world, 'npm test; touch x');
    await ask(world, 'npm ci');
    await ask(world, 'npm test sub', {}, agent('scout/a', ['scout']));
    await ask(world, 'npm test', {}, agent('helper'));
    const { approvalId } = await ask(world, 'npm test last');
    const given = { approvalId, ...prefix('npm test', 'hour') };
    const preview = world.told(operator, 'toolRules.preview', given);
    expect(preview).toMatchObject({ count: 27, isCut: false, expiresAtMs: world.clock.at + HOUR_MS });
    expect(preview.examples).toHaveLength(MOST_EXAMPLES);
    const agents = preview.examples.slice(0, 3).map(({ agentId, summary }) => `${agentId}: ${summary}`);
    expect(agents.toSorted()).toEqual(['scout/a: npm test sub', 'scout: npm test 24', 'scout: npm test last']);
    expect(world.query(operator, 'toolRules.preview', { approvalId, ...prefix('npm run') })).toMatchObject({
      ok: false,
    });
  });

  test('the list goes on where its cursor says, and can be of one agent', async () => {
    const world = createWorld();
    const made = async (agentId: string) => {
      const rule = { agentId, toolName: 'Bash', ...prefix() };
      return (await world.done(operator, 'toolRule.create', rule)).toolRule.ruleId;
    };
    const ids = [await made('scout'), await made('helper'), await made('scout')];
    const page = (given: object) => {
      const { toolRules, nextCursor } = world.told(operator, 'toolRules.list', given);
      return { ids: toolRules.map(({ ruleId }) => ruleId), cursor: nextCursor };
    };
    const first = page({ limit: 2 });
    expect([...first.ids, ...page({ limit: 2, cursor: first.cursor }).ids]).toEqual(ids.toReversed());
    expect(page({ agentId: 'helper' }).ids).toEqual([ids[1]]);
    expect(world.query(operator, 'toolRules.list', { cursor: 'x' })).toMatchObject({ ok: false });
  });
});

describe('a rule that is made of no request', () => {
  const create = (world: World, different: object) =>
    world.execute(operator, 'toolRule.create', { agentId: 'scout', toolName: 'Bash', ...prefix(), ...different });

  test.each<[string, object, string]>([
    ['a prefix of high risk', { pattern: { kind: 'command_prefix', prefix: 'git push' } }, 'TOOL_RULE_HIGH_RISK'],
    ['an act of high risk', { pattern: { kind: 'exact', action: { command: 'git push' } } }, 'TOOL_RULE_HIGH_RISK'],
    ['a tool of high risk', { toolName: 'payments.refund', pattern: { kind: 'any' } }, 'TOOL_RULE_HIGH_RISK'],
    ['no act', { pattern: { kind: 'exact' } }, 'VALIDATION_FAILED'],
    ['a folder near the root', { pattern: { kind: 'path', folder: '/etc' } }, 'VALIDATION_FAILED'],
    ['a home to work in', { workspace: '/home/olga' }, 'VALIDATION_FAILED'],
    ['a relative folder to work in', { workspace: 'shop' }, 'VALIDATION_FAILED'],
    ['a run without its name', { duration: 'run' }, 'VALIDATION_FAILED'],
    ['a session for longer than a run', { session: 's' }, 'VALIDATION_FAILED'],
  ])('is refused for %s', async (_name, different, code) => {
    expect(await create(createWorld(), different)).toMatchObject({ refusal: { code } });
  });

  test('allows what it covers, for a file tool with the folder that it trusts', async () => {
    const world = createWorld();
    await create(world, { toolName: 'Edit', pattern: { kind: 'path', folder: `${CWD}/src` }, workspace: CWD });
    const edit = (file_path: string) =>
      ask(world, '', { targetResource: { type: 'tool', id: 'Edit' }, action: { file_path, old_string: 'a' } });
    expect((await edit(`${CWD}/src/lib/a.ts`)).status).toBe('approved');
    expect((await edit(`${CWD}/package.json`)).status).toBe('pending');
  });

  test(`is refused for an agent that has ${MAX_LIVE_RULES} already`, async () => {
    const world = createWorld();
    for (let count = 0; count < MAX_LIVE_RULES; count++) expect((await create(world, {})).ok).toBe(true);
    expect(await create(world, {})).toMatchObject({ refusal: { code: 'VALIDATION_FAILED' } });
    expect((await create(world, { agentId: 'helper' })).ok).toBe(true);
  });
});
