import { WHOLE_MARK } from './engine';

/**
 * The plugin that opencode loads (spec/integrations.md): it gives each event to the hook's command, in plain JavaScript without a
 * dependency. A command that cannot be run is a no, because opencode itself would carry the call out.
 */
// oxlint-disable-next-line max-lines-per-function -- the text of a file
export const pluginText = (
  hookCommand: string,
): string => `${WHOLE_MARK} gatehouse connect opencode --remove takes it away again.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

// A signal goes to the command itself, and not to a shell before it.
const command = (process.platform === 'win32' ? '' : 'exec ') + ${JSON.stringify(hookCommand)};

/** Gives an event to Gatehouse; the answer is a decision with its reason. */
function tell(event) {
  const child = spawn(command, { shell: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let [stdout, stderr, isStopped] = ['', '', false];
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(event));
  const answer = new Promise((resolve) => {
    const no = (reason) => resolve({ decision: 'deny', reason });
    child.on('error', (error) => no('Gatehouse could not be asked: ' + error.message));
    child.on('close', (code) => {
      if (isStopped) return resolve({ decision: 'stopped', reason: 'The session went on before this was answered.' });
      try {
        if (code === 0) return resolve(JSON.parse(stdout));
      } catch {
        // Said below.
      }
      no(stderr.trim() || 'Gatehouse could not be asked: its command ended with ' + code + '.');
    });
  });
  const stop = () => {
    isStopped = true;
    child.kill();
  };
  return { answer, stop };
}

export const Gatehouse = async ({ client, directory }) => {
  const sessions = new Map(); // what opencode has of each session
  const answers = new Map(); // when each answer of the model was begun
  const said = new Map(); // of each session, its kind of agent and its model
  const models = new Map(); // what opencode has of each model that a session asked, by both their ids
  const asides = new WeakSet(); // what is asked beside a conversation
  const calls = new Map(); // what is called, by the id of the call
  const waiting = new Map(); // questions that are open, by the id of the call or of opencode's own question

  const sessionOf = async (id) => {
    if (!sessions.has(id)) {
      const { data } = await client.session.get({ path: { id } });
      if (data) sessions.set(id, data);
    }
    return sessions.get(id);
  };
  const parentOf = async (id) => (await sessionOf(id))?.parentID ?? null;

  const about = async (hook_event_name, sessionID, fields) => {
    const above = [];
    for (let id = await parentOf(sessionID); id !== null && above.length < 64; id = await parentOf(id)) above.push(id);
    const { agent, model } = said.get(sessionID) ?? {};
    return {
      hook_event_name,
      session_id: above.at(-1) ?? sessionID,
      cwd: directory,
      ...(model && { model }),
      ...(above.length > 0 && { agent_id: sessionID, agent_type: agent ?? 'agent' }),
      ...(above.length > 1 && {
        agents_above: above.slice(0, -1).reverse().map((id) => ({ agent_id: id, agent_type: said.get(id)?.agent ?? 'agent' })),
      }),
      ...fields,
    };
  };

  const ask = async (id, sessionID, event) => {
    const asked = tell(event);
    waiting.set(id, { stop: asked.stop, sessionID });
    return asked.answer.finally(() => waiting.delete(id));
  };

  const stop = (isOver) => {
    for (const [id, { stop, sessionID }] of waiting) if (isOver(id, sessionID)) stop();
  };

  // What one answer of the model used, with what it cost where opencode knows the price. A fork begins with copies of its parent's
  // answers, which are older than itself and were told before.
  const tellUse = async ({ id, messageID, sessionID, cost, tokens }) => {
    if (answers.get(messageID) < (await sessionOf(sessionID))?.time?.created) return;
    const use = { id, cost, tokens, at_ms: Date.now() };
    tell(await about('step-finish', sessionID, { use }));
  };

  // A title and the like are in no message, so the events say nothing of them; the library that opencode asks models with does. An answer
  // of a conversation always has tools, or is asked for again by opencode itself; what is asked beside it by the library.
  (globalThis.AI_SDK_TELEMETRY_INTEGRATIONS ??= []).push({
    onStart: ({ tools, maxRetries, metadata }) => {
      if (metadata && maxRetries > 0 && Object.keys(tools ?? {}).length === 0) asides.add(metadata);
    },
    onStepFinish: ({ metadata, model, usage }) => {
      if (asides.has(metadata)) tellAside(metadata.sessionId, model.modelId, usage).catch(() => {});
    },
  });

  const tellAside = async (sessionID, modelID, { inputTokens, inputTokenDetails, outputTokens }) => {
    const model = models.get(sessionID + ' ' + modelID);
    if (!model) return; // It is of another folder, and told by the plugin there.
    const { cacheReadTokens: read = 0, cacheWriteTokens: write = 0 } = inputTokenDetails ?? {};
    const tokens = { input: Math.max(0, (inputTokens ?? 0) - read - write), output: outputTokens ?? 0, cache: { read, write } };
    const { input = 0, output = 0, cache } = model.cost ?? {};
    const dollars = tokens.input * input + tokens.output * output + read * (cache?.read ?? 0) + write * (cache?.write ?? 0);
    const use = { id: 'aside ' + randomUUID(), is_aside: true, cost: dollars / 1e6, tokens, at_ms: Date.now() };
    tell(await about('step-finish', sessionID, { model: model.providerID + '/' + model.id, use }));
  };

  const answerQuestion = async ({ id, sessionID, permission, patterns, metadata, tool }) => {
    const call = calls.get(tool?.callID) ?? { tool_name: permission, tool_input: { ...metadata, patterns } };
    const { decision, reason } = await ask(id, sessionID, await about('permission.asked', sessionID, call));
    if (decision !== 'allow' && decision !== 'deny') return;
    const body = decision === 'allow' ? { reply: 'once' } : { reply: 'reject', message: reason };
    const headers = { 'content-type': 'application/json' };
    await client._client.post({ url: '/permission/' + encodeURIComponent(id) + '/reply', body, headers });
  };

  return {
    'chat.message': async ({ sessionID, agent, model }, { parts }) => {
      said.set(sessionID, { agent, model: model && model.providerID + '/' + model.modelID });
      if ((await parentOf(sessionID)) !== null) return;
      const prompt = parts.filter(({ type }) => type === 'text').map(({ text }) => text).join('\\n');
      tell(await about('chat.message', sessionID, { prompt }));
    },

    'chat.params': async ({ sessionID, model }) => {
      models.set(sessionID + ' ' + model.api.id, model);
    },

    'tool.execute.before': async ({ tool, sessionID, callID }, { args }) => {
      const call = { tool_name: tool, tool_input: args ?? {} };
      calls.set(callID, call);
      const event = await about('tool.execute.before', sessionID, { ...call, tool_use_id: callID });
      const { decision, reason } = await ask(callID, sessionID, event);
      if (decision !== undefined && decision !== 'allow') throw new Error(reason);
    },

    'tool.execute.after': async ({ tool, sessionID, callID, args }) => {
      const call = calls.get(callID) ?? { tool_name: tool, tool_input: args ?? {} };
      calls.delete(callID);
      const event = await about('tool.execute.after', sessionID, { ...call, tool_use_id: callID });
      tell(event);
    },

    event: async ({ event: { type, properties } }) => {
      const { sessionID } = properties;
      if (type === 'permission.asked') answerQuestion(properties).catch(() => {});
      if (type === 'message.updated') answers.set(properties.info.id, properties.info.time.created);
      if (type === 'message.part.updated' && properties.part?.type === 'step-finish') {
        tellUse(properties.part).catch(() => {});
      }
      if (type === 'permission.replied') stop((id) => id === properties.requestID);
      if (type !== 'session.idle' && type !== 'session.error' && type !== 'session.deleted') return;
      const id = sessionID ?? properties.info?.id;
      if (id === undefined) return;
      stop((_id, of) => of === id);
      tell(await about(type, id, {}));
    },
  };
};
`;
