import { describe, expect, it } from 'vitest';
import { MAX_NEW_SESSIONS_PER_HOUR } from '../../shared/contract/session';
import type { Answer, CallAs } from '../support/app/client';
import { agentToken, appForTests } from '../support/app/desk';

/** What an agent can try with sessions that it invents, in the real app. */

const { app } = appForTests({ tray: true });

const operator = { as: 'operator' } as const;
const workspace = '/home/me/project';

const told = ({ status, body }: Answer) => ({ status, code: body['code'] });

async function ok(answered: Promise<Answer>): Promise<Answer['body']> {
  const { status, body } = await answered;
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

const asAgent = async (agentId: string) => ({ token: await agentToken(app, agentId) });

type More = { readonly command?: string; readonly headers?: Readonly<Record<string, string>>; readonly call?: object };

/** Asks what becomes of a call of a session. */
function decide(as: CallAs, sessionId: string, { command = 'npm test', headers = {}, call = {} }: More = {}) {
  return app.api('POST', '/governance/tool_calls/decide', {
    ...{ as, headers },
    body: {
      session: { engine: 'claude', session_id: sessionId, workspace },
      call: { tool_name: 'Bash', action: { command }, engine_asks: 'never', ...call },
    },
  });
}

const use = (sessionId: string, more: object = {}) => ({
  ...{ session_id: sessionId, mark: 'm', model: 'unheard-of', part: 'conversation', at_ms: Date.now() },
  ...{ input_tokens: 10, cache_read_tokens: 0, cache_write_tokens: 0, output_tokens: 1, cost_usd: 7 },
  ...more,
});

const sayUse = (as: CallAs, uses: readonly object[], more: object = {}) =>
  app.api('POST', '/governance/sessions/uses', { as, body: { engine: 'claude', uses, ...more } });

async function weekOf(agentId: string): Promise<number> {
  const { status, body } = await app.api('GET', `/governance/agents/${agentId}/spend`, operator);
  if (status === 404) return 0;
  return (body['spend'] as { readonly weekly: { readonly cost_usd: number } }).weekly.cost_usd;
}

describe('an agent that invents sessions', () => {
  it('begins so many in an hour and no more, under whatever names, and Pause stops every one of them [sessions-1.limit, sessions-2.stopped]', async () => {
    const as = await asAgent('inventor');
    const name = (index: number) => ({ 'x-tandem-agent-id': `inventor/helper-${index % 50}` });
    const answers: Answer[] = [];
    // As fast as its token may send.
    for (let from = 0; from < MAX_NEW_SESSIONS_PER_HOUR + 100; from += 50) {
      const batch = Array.from({ length: 50 }, (_, index) => from + index);
      answers.push(
        ...(await Promise.all(
          batch.map((index) => decide(as, `s${index}`, index % 2 === 0 ? {} : { headers: name(index) })),
        )),
      );
    }
    const answered = answers.filter(({ status }) => status === 200).map(({ body }) => body['answer']);
    expect(answered.filter((answer) => answer === 'nothing')).toHaveLength(MAX_NEW_SESSIONS_PER_HOUR);
    expect(answered.filter((answer) => answer === 'deny').length).toBeGreaterThan(0);

    await ok(app.api('POST', '/governance/agents/inventor/pause', { ...operator, body: {} }));
    for (const index of [0, 1, 300, 599]) {
      const answer = await decide(as, `s${index}`, index % 2 === 0 ? {} : { headers: name(index) });
      expect(answer).toMatchObject({ status: 200, body: { answer: 'deny', ends_turn: true } });
    }
    const { count } = await ok(app.api('GET', '/governance/sessions?state=under_way&limit=500', operator));
    expect(count).toBe(500);
    expect(await decide(await asAgent('bystander'), 'mine')).toMatchObject({
      status: 200,
      body: { answer: 'nothing' },
    });
  });

  it('takes over, ends, charges and sees no session of another agent', async () => {
    const [victim, thief] = [await asAgent('victim'), await asAgent('thief')];
    await ok(decide(victim, 'of-the-victim'));
    expect(told(await decide(thief, 'of-the-victim'))).toEqual({ status: 403, code: 'FORBIDDEN' });
    const ended = await app.api('POST', '/governance/sessions/events', {
      as: thief,
      body: { session: { engine: 'claude', session_id: 'of-the-victim', workspace }, event: 'ended' },
    });
    expect(told(ended)).toEqual({ status: 403, code: 'FORBIDDEN' });
    expect(told(await sayUse(thief, [use('of-the-victim')]))).toEqual({ status: 403, code: 'FORBIDDEN' });
    const own = { 'x-tandem-agent-id': 'victim' };
    expect((await decide(thief, 'other', { headers: own })).status).toBe(403);
    for (const part of ['', '/calls', '/usage']) {
      const path = `/governance/sessions/claude-of-the-victim${part}`;
      expect((await app.api('GET', path, { as: thief })).status).toBe(404);
    }
    expect((await ok(app.api('GET', '/governance/sessions', { as: thief })))['sessions']).toEqual([]);
    expect(await weekOf('victim')).toBe(0);
    expect(await decide(victim, 'of-the-victim')).toMatchObject({ body: { answer: 'nothing' } });
  });

  it('is stopped by its cap, whatever it says of prices and of what was read', async () => {
    const as = await asAgent('spender');
    await ok(decide(as, 'dear'));
    await ok(app.api('PATCH', '/governance/agents/spender/limits', { ...operator, body: { weekly_spend_cap_usd: 5 } }));
    for (const more of [
      { own_prices: { 'unheard-of': {} } },
      { place: { file: 'f', offset: 1, state: '' } },
      { source: 'final' },
    ]) {
      expect(told(await sayUse(as, [use('dear')], more))).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
    }
    for (const wrong of [{ cost_usd: -1 }, { input_tokens: 1e13 }, { input_tokens: 0.5 }, { session_id: '' }]) {
      expect(told(await sayUse(as, [use('dear', wrong)]))).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
    }
    expect(await weekOf('spender')).toBe(0);
    await ok(sayUse(as, [use('dear')]));
    await ok(sayUse(as, [use('dear')]));
    expect(await weekOf('spender')).toBe(7);
    const denied = await decide(as, 'dear');
    expect(denied).toMatchObject({ body: { answer: 'deny', ends_turn: true } });
    expect(denied.body['sentence']).toContain('spender has reached its spend cap');
    expect(await decide(as, 'another')).toMatchObject({ body: { answer: 'deny' } });
  });

  it('gets no allow for what nobody approved, by no word of its own about the call', async () => {
    const as = await asAgent('talker');
    const push = 'git push --force origin main';
    for (const call of [
      { tool_name: 'mcp__gatehouse__my_allowance_', action: { command: push } },
      { tool_name: 'Bash', is_own_tool: true, action: { command: push } },
      { engine_asks: 'asking', action: { command: push } },
      { engine_asks: 'asking', tool_use_id: 't1', action: { command: push } },
    ]) {
      const answer = await decide(as, 's', { call });
      expect(answer.status).toBe(200);
      expect(answer.body['answer']).not.toBe('allow');
    }
  });
});
