import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { pluginText } from '../../electron/engines/opencode-plugin';

type Hook = (...given: readonly unknown[]) => Promise<void>;

/** A hook's command that keeps what it hears and answers what `answers` says for the event; without an answer it waits. */
const COMMAND = `
import { appendFileSync, readFileSync } from 'node:fs';
const [folder] = process.argv.slice(2);
const event = JSON.parse(readFileSync(0, 'utf8'));
appendFileSync(folder + '/heard', JSON.stringify(event) + '\\n');
const answer = JSON.parse(readFileSync(folder + '/answers', 'utf8'))[event.hook_event_name];
if (answer === undefined) setInterval(() => {}, 1000);
else console.log(JSON.stringify(answer));
`;

/** The plugin as opencode loads it, over a hook's command that answers these, with one session below another one. */
async function plugin(answers: Readonly<Record<string, object>>, command?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-plugin-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'hook.mjs'), COMMAND);
  writeFileSync(join(folder, 'answers'), JSON.stringify(answers));
  writeFileSync(join(folder, 'heard'), '');
  const file = join(folder, 'gatehouse.mjs');
  writeFileSync(file, pluginText(command ?? `"${process.execPath}" "${folder}/hook.mjs" "${folder}"`));
  const { Gatehouse } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    readonly Gatehouse: (given: object) => Promise<Readonly<Record<string, Hook>>>;
  };
  const post = vi.fn(() => Promise.resolve({}));
  const parents: Readonly<Record<string, string>> = { nested: 'child', child: 'main' };
  const get = ({ path: { id } }: { readonly path: { readonly id: string } }) =>
    Promise.resolve({ data: { id, parentID: parents[id], time: { created: 1_000 } } });
  const hooks = await Gatehouse({ client: { session: { get }, _client: { post } }, directory: '/home/me/project' });
  const call = (name: string, ...given: readonly unknown[]) => hooks[name]?.(...given) ?? Promise.resolve();
  const heard = () =>
    readFileSync(join(folder, 'heard'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  return { call, heard, post };
}

const said = { parts: [{ type: 'text', text: 'Publish it.' }] };
const bash = { tool: 'bash', sessionID: 'main', callID: 'call-1' };
const args = { command: 'npm publish' };
const before = 'tool.execute.before';

test('gives a tool call to the hook with its session, and lets it go on unless that says no', async () => {
  const { call, heard } = await plugin({ [before]: { decision: 'allow' } });
  await call('chat.message', { sessionID: 'main', agent: 'build', model: { providerID: 'a', modelID: 'b' } }, said);
  await call(before, bash, { args });
  await expect.poll(() => heard()).toHaveLength(2);
  const about = { session_id: 'main', cwd: '/home/me/project', model: 'a/b' };
  expect(heard()).toContainEqual({ ...about, hook_event_name: 'chat.message', prompt: 'Publish it.' });
  expect(heard()).toContainEqual({
    ...about,
    hook_event_name: before,
    tool_name: 'bash',
    tool_input: args,
    tool_use_id: 'call-1',
  });
});

test('tells what each answer of the model used, and not those that a fork begins with', async () => {
  const { call, heard } = await plugin({ 'step-finish': {} });
  const answered = (id: string, created: number) =>
    call('event', { event: { type: 'message.updated', properties: { info: { id, time: { created } } } } });
  const part = { type: 'step-finish', sessionID: 'child', cost: 0.25, tokens: { input: 10, output: 2 } };
  const finished = (id: string, messageID: string) =>
    call('event', { event: { type: 'message.part.updated', properties: { part: { ...part, id, messageID } } } });
  await answered('copied', 999);
  await finished('part-1', 'copied');
  await answered('own', 1_001);
  await finished('part-2', 'own');
  await expect.poll(() => heard()).toHaveLength(1);
  expect(heard()).toMatchObject([
    { hook_event_name: 'step-finish', session_id: 'main', agent_id: 'child', use: { id: 'part-2', cost: 0.25 } },
  ]);
});

/** What the library that opencode asks models with tells everyone of one of its calls. */
function ask(call: { readonly tools?: object; readonly maxRetries: number; readonly sessionId: string }) {
  const { tools, maxRetries, sessionId } = call;
  const metadata = { userId: 'unknown', sessionId };
  const model = { provider: 'a.chat', modelId: 'small-2026' };
  const usage = { inputTokens: 1_000, inputTokenDetails: { cacheReadTokens: 400 }, outputTokens: 50 };
  type Integration = Readonly<Record<'onStart' | 'onStepFinish', (event: object) => void>>;
  const all = (globalThis as unknown as Readonly<Record<string, readonly Integration[]>>)[
    'AI_SDK_TELEMETRY_INTEGRATIONS'
  ];
  for (const each of all ?? []) each.onStart({ tools, maxRetries, model, metadata });
  for (const each of all ?? []) each.onStepFinish({ metadata, model, usage });
}

test('tells what was asked beside a conversation, once, at the price that opencode has, and nothing of the conversation twice [sessions-4.asides]', async () => {
  const { call, heard } = await plugin({ 'step-finish': {} });
  const elsewhere = await plugin({ 'step-finish': {} });
  const cost = { input: 3, output: 15, cache: { read: 0.5, write: 4 } };
  await call('chat.params', {
    sessionID: 'main',
    agent: 'title',
    model: { id: 'small', providerID: 'a', api: { id: 'small-2026' }, cost },
  });
  ask({ tools: { bash: {} }, maxRetries: 0, sessionId: 'main' });
  ask({ tools: {}, maxRetries: 0, sessionId: 'main' });
  ask({ tools: {}, maxRetries: 2, sessionId: 'main' });
  await expect.poll(() => heard()).toHaveLength(1);
  expect(heard()).toMatchObject([
    {
      hook_event_name: 'step-finish',
      session_id: 'main',
      model: 'a/small',
      use: {
        is_aside: true,
        cost: (600 * 3 + 400 * 0.5 + 50 * 15) / 1e6,
        tokens: { input: 600, cache: { read: 400 } },
      },
    },
  ]);
  expect(elsewhere.heard()).toEqual([]);
});

test('a no keeps the call from being carried out, and its reason is what the model reads', async () => {
  const { call } = await plugin({ [before]: { decision: 'deny', reason: 'Not on a Sunday.' } });
  await expect(call(before, bash, { args })).rejects.toThrow('Not on a Sunday.');
});

test.each(['/nowhere/gatehouse hook opencode', 'exit 3', 'echo nonsense'])(
  'a command that does not answer is a no: %s',
  async (command) => {
    const { call } = await plugin({}, command);
    await expect(call(before, bash, { args })).rejects.toThrow(/./);
  },
);

test('a sub-agent is named with its kind, in the session of the one at the top', async () => {
  const { call, heard } = await plugin({ [before]: {} });
  await call('chat.message', { sessionID: 'nested', agent: 'reviewer' }, said);
  await call(before, { ...bash, sessionID: 'nested' }, { args });
  await call(before, { ...bash, sessionID: 'child' }, { args });
  expect(heard()).toMatchObject([
    { session_id: 'main', agent_id: 'nested', agent_type: 'reviewer' },
    { session_id: 'main', agent_id: 'child', agent_type: 'agent' },
  ]);
});

const question = {
  id: 'per_1',
  sessionID: 'main',
  permission: 'bash',
  patterns: ['npm *'],
  tool: { callID: 'call-1' },
};
const asked = { event: { type: 'permission.asked', properties: question } };

test.each([
  [{ decision: 'allow' }, { reply: 'once' }],
  [
    { decision: 'deny', reason: 'No.' },
    { reply: 'reject', message: 'No.' },
  ],
])("answers opencode's own question about the same act: %j", async (answer, body) => {
  const { call, heard, post } = await plugin({ [before]: {}, 'permission.asked': answer });
  await call(before, bash, { args });
  await call('event', asked);
  await vi.waitFor(
    () => expect(post).toHaveBeenCalledWith(expect.objectContaining({ url: '/permission/per_1/reply', body })),
    {
      timeout: 10_000,
    },
  );
  expect(heard()).toMatchObject([{}, { hook_event_name: 'permission.asked', tool_name: 'bash', tool_input: args }]);
});

test('leaves its question to the person at the terminal when nobody decided, and asks no more once that one did', async () => {
  const { call, heard, post } = await plugin({ 'session.idle': {} });
  await call('event', asked);
  await expect.poll(() => heard()).toHaveLength(1);
  await call('event', { event: { type: 'permission.replied', properties: { sessionID: 'main', requestID: 'per_1' } } });
  const open = call(before, bash, { args });
  await expect.poll(() => heard()).toHaveLength(2);
  await call('event', { event: { type: 'session.idle', properties: { sessionID: 'main' } } });
  await expect(open).rejects.toThrow('The session went on before this was answered.');
  await expect.poll(() => heard()).toHaveLength(3);
  // The hook whose question was answered in the terminal ended; nothing more is said to opencode but that call's no.
  expect(post.mock.calls).toEqual([]);
});
