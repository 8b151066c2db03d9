import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A tool call of the model, by the engine's own name of the tool. */
export type ScriptedCall = {
  readonly tool: string;
  readonly input: unknown;
  /** Where Codex keeps the tool, if not among the others. */
  readonly namespace?: string;
};

/** Tokens that one answer of the model is told to have used. */
export type Usage = { readonly input: number; readonly cached: number; readonly output: number };

/** One answer of the model: words, calls, or both. */
export type Step = {
  readonly text?: string;
  readonly calls?: readonly ScriptedCall[];
  readonly usage?: Partial<Usage>;
};

/** What the engine answered the model to its calls, in the order of a script. */
export type Told = { readonly text: string; readonly isError: boolean };

/** An answer that was given, whether it was asked beside a conversation, and the tokens that it said. */
export type Used = { readonly model: string; readonly isAside: boolean; readonly usage: Usage };

/** A model on the loopback that answers by scripts: Anthropic's Messages, OpenAI's Responses and chat completions, Gemini. */
export interface Model {
  readonly url: string;
  /** Makes a script, and answers the prompt that plays it. Once its steps are over the model says DONE. */
  play(steps: readonly Step[]): string;
  /** What was told to the model of the calls of this prompt's script, as of its latest request. */
  told(prompt: string): readonly Told[];
  /** How often the model was asked with this prompt's script. */
  requests(prompt: string): number;
  /** Every answer that was given, with the tokens that it said. */
  used(): readonly Used[];
  /** From now on its vendor says to Codex how much of the five hours of a plan is used. */
  useOfPlan(percent: number, resetsAtSeconds: number): void;
  close(): Promise<void>;
}

/** What a request says, whatever its form: what was said since a script was named, and what the calls came to. */
type Turn = { readonly script: string | undefined; readonly step: number; readonly told: readonly Told[] };

type Json = Readonly<Record<string, unknown>>;

/** What the model says of an answer unless its step says more. */
const defaultUsage: Usage = { input: 1_000, cached: 400, output: 50 };

const TAG = /@@([\w-]+)@@/g;

/** Starts the model on a free port of the loopback. It keeps no conversation: every request carries its own. */
export async function startModel(): Promise<Model> {
  const scripts = new Map<string, readonly Step[]>();
  const told = new Map<string, readonly Told[]>();
  const requests = new Map<string, number>();
  const used: Used[] = [];
  let headers: Readonly<Record<string, string>> = {};

  const answerOf = ({ script, step, told: heard }: Turn, model: string): Required<Step> & { usage: Usage } => {
    const steps = script === undefined ? undefined : scripts.get(script);
    if (script !== undefined) {
      told.set(script, heard);
      requests.set(script, (requests.get(script) ?? 0) + 1);
    }
    const scripted = steps?.[step] ?? { text: script === undefined ? 'Nothing to do.' : `DONE ${script}` };
    const usage = { ...defaultUsage, ...scripted.usage };
    used.push({ model, isAside: false, usage });
    return { text: scripted.text ?? '', calls: scripted.calls ?? [], usage };
  };

  /** What an engine asks beside the conversation, for which there is no script. */
  const aside = (text: string, model: string) => {
    used.push({ model, isAside: true, usage: defaultUsage });
    return { text, calls: [], usage: defaultUsage };
  };

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => answer(request.url ?? '', body, response, { answerOf, aside, headers }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the model listens on no port');

  const nameIn = (prompt: string) => lastTag(prompt) ?? '';
  return {
    url: `http://127.0.0.1:${address.port}`,
    play(steps) {
      const name = `script-${scripts.size + 1}`;
      scripts.set(name, steps);
      return `Please play @@${name}@@`;
    },
    told: (prompt) => told.get(nameIn(prompt)) ?? [],
    requests: (prompt) => requests.get(nameIn(prompt)) ?? 0,
    used: () => used,
    useOfPlan(percent, resetsAtSeconds) {
      headers = {
        'x-codex-primary-used-percent': String(percent),
        'x-codex-primary-window-minutes': '300',
        'x-codex-primary-reset-at': String(resetsAtSeconds),
      };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Answer = Required<Step> & { readonly usage: Usage };

/** How the model answers a turn of a conversation, and what is asked beside it. */
type Answering = {
  readonly answerOf: (turn: Turn, model: string) => Answer;
  readonly aside: (text: string, model: string) => Answer;
  readonly headers: Readonly<Record<string, string>>;
};

function answer(url: string, body: Json, response: ServerResponse, answering: Answering): void {
  const path = url.split('?')[0] ?? '';
  if (path === '/v1/messages/count_tokens') return sendJson(response, { input_tokens: 1_000 });
  if (path === '/v1/messages') return messages(body, response, answering);
  if (path.endsWith('/chat/completions')) return completions(body, response, answering);
  if (path.endsWith('/responses')) return responses(body, response, answering);
  if (path.includes(':countTokens')) return sendJson(response, { totalTokens: 100 });
  if (/\/models\/[^/]+:/.test(path)) return gemini(path, body, response, answering);
  if (path.startsWith('/page')) {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<h1>A page</h1>');
    return;
  }
  sendJson(
    response,
    path.endsWith('/models') ? { object: 'list', data: [], models: [] } : {},
    path.endsWith('/models') ? 200 : 404,
  );
}

let answers = 0;

function messages(body: Json, response: ServerResponse, { answerOf, aside }: Answering): void {
  const model = String(body['model']);
  const id = `msg_${(answers += 1)}`;
  // A title of the session, asked beside it.
  const isStructured = body['output_config'] !== undefined && (body['output_config'] as Json)['format'] !== undefined;
  const { text, calls, usage } = isStructured
    ? aside('{"title":"A title"}', model)
    : answerOf(turnOfMessages(list(body['messages'])), model);
  const content = [
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...calls.map(({ tool, input }, index) => ({ type: 'tool_use', id: `toolu_${id}_${index}`, name: tool, input })),
  ];
  const stopReason = calls.length > 0 ? 'tool_use' : 'end_turn';
  const tokens = {
    input_tokens: usage.input - usage.cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cached,
    output_tokens: usage.output,
  };
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: tokens,
  };
  if (body['stream'] !== true) return sendJson(response, message);
  const { event, end } = stream(response);
  const say = (type: string, fields: object) => event({ type, ...fields }, type);
  say('message_start', {
    message: { ...message, content: [], stop_reason: null, usage: { ...tokens, output_tokens: 1 } },
  });
  for (const [index, block] of content.entries()) {
    const isText = block.type === 'text';
    say('content_block_start', { index, content_block: isText ? { type: 'text', text: '' } : { ...block, input: {} } });
    const delta =
      'text' in block
        ? { type: 'text_delta', text: block.text }
        : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
    say('content_block_delta', { index, delta });
    say('content_block_stop', { index });
  }
  say('message_delta', {
    delta: { stop_reason: stopReason, stop_sequence: null },
    usage: { output_tokens: usage.output },
  });
  say('message_stop', {});
  end();
}

function completions(body: Json, response: ServerResponse, { answerOf, aside }: Answering): void {
  const model = String(body['model']);
  const hasTools = list(body['tools']).length > 0;
  const { text, calls, usage } = hasTools
    ? answerOf(turnOfCompletions(list(body['messages'])), model)
    : aside('A title', model);
  const id = `chatcmpl-${(answers += 1)}`;
  const toolCalls = calls.map(({ tool, input }, index) => ({
    index,
    id: `call_${id}_${index}`,
    type: 'function',
    function: { name: tool, arguments: JSON.stringify(input) },
  }));
  const tokens = {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached },
  };
  const finish = toolCalls.length > 0 ? 'tool_calls' : 'stop';
  const base = { id, created: 1, model };
  if (body['stream'] !== true) {
    const message = { role: 'assistant', content: text, ...(toolCalls.length > 0 && { tool_calls: toolCalls }) };
    return sendJson(response, {
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finish }],
      usage: tokens,
    });
  }
  const { event, end } = stream(response);
  const chunk = (fields: object) => event({ ...base, object: 'chat.completion.chunk', ...fields });
  chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: text }, finish_reason: null }] });
  for (const call of toolCalls) chunk({ choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] });
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
  chunk({ choices: [], usage: tokens });
  response.write('data: [DONE]\n\n');
  end();
}

function responses(body: Json, response: ServerResponse, { answerOf, headers }: Answering): void {
  const turn = turnOfResponses(list(body['input']));
  const { text, calls, usage } = answerOf(turn, String(body['model']));
  const id = (answers += 1);
  const items: Json[] = [
    ...(text === ''
      ? []
      : [{ type: 'message', role: 'assistant', id: `msg_${id}`, content: [{ type: 'output_text', text }] }]),
    ...calls.map(({ tool, input, namespace }, index) => {
      const callId = `s${turn.step}_${index}_${id}`;
      // A tool that takes text and no fields.
      if (typeof input === 'string') {
        return {
          type: 'custom_tool_call',
          id: `ctc_${id}_${index}`,
          call_id: callId,
          name: tool,
          input,
          status: 'completed',
        };
      }
      return {
        type: 'function_call',
        id: `fc_${id}_${index}`,
        call_id: callId,
        ...namedForCodex(tool),
        ...(namespace !== undefined && { namespace }),
        arguments: JSON.stringify(input),
      };
    }),
  ];
  const { event, end } = stream(response, headers);
  const say = (type: string, fields: object) => event({ type, ...fields }, type);
  say('response.created', { response: { id: `resp_${id}` } });
  for (const [index, item] of items.entries()) {
    say('response.output_item.added', { output_index: index, item });
    say('response.output_item.done', { output_index: index, item });
  }
  const tokens = {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cached },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: usage.input + usage.output,
  };
  say('response.completed', { response: { id: `resp_${id}`, usage: tokens } });
  end();
}

/** Codex has the tools of MCP servers in namespaces. */
function namedForCodex(tool: string): object {
  const [, namespace, name] = /^(mcp__[a-z]+)__(\w+)$/.exec(tool) ?? [];
  return namespace === undefined ? { name: tool } : { name, namespace };
}

function gemini(path: string, body: Json, response: ServerResponse, { answerOf, aside }: Answering): void {
  const model = /models\/([^:]+):/.exec(path)?.[1] ?? 'unknown';
  const generation = (body['generationConfig'] ?? {}) as Json;
  const isStructured = (generation['responseJsonSchema'] ?? generation['responseSchema']) !== undefined;
  const structured = { reasoning: 'scripted', next_speaker: 'user', model_choice: 'flash', title: 'A title' };
  const { text, calls, usage } = isStructured
    ? aside(JSON.stringify(structured), model)
    : answerOf(turnOfGemini(list(body['contents'])), model);
  const id = (answers += 1);
  const parts = [
    ...(text === '' ? [] : [{ text }]),
    ...calls.map(({ tool, input }, index) => ({
      functionCall: { id: `call_${id}_${index}`, name: tool, args: input },
      ...(index === 0 && { thoughtSignature: 'c2NyaXB0ZWQ=' }),
    })),
  ];
  const tokens = {
    promptTokenCount: usage.input,
    cachedContentTokenCount: usage.cached,
    candidatesTokenCount: usage.output,
    totalTokenCount: usage.input + usage.output,
  };
  const whole = {
    candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
    usageMetadata: tokens,
    modelVersion: model,
    responseId: `r${id}`,
  };
  if (!path.includes(':streamGenerateContent')) return sendJson(response, whole);
  const { event, end } = stream(response);
  event(whole);
  end();
}

function turnOfMessages(said: readonly Json[]): Turn {
  const at = said.findLastIndex(
    (message) => message['role'] === 'user' && lastTag(textIn(message['content'])) !== undefined,
  );
  const since = at < 0 ? [] : said.slice(at);
  const results = since.flatMap((message) => (message['role'] === 'user' ? list(message['content']) : []));
  return {
    script: at < 0 ? undefined : lastTag(textIn(said[at]?.['content'])),
    step: since.filter((message) => message['role'] === 'assistant').length,
    told: results
      .filter((block) => block['type'] === 'tool_result')
      .map((block) => ({ text: textIn(block['content']), isError: block['is_error'] === true })),
  };
}

function turnOfCompletions(said: readonly Json[]): Turn {
  const at = said.findLastIndex(
    (message) => message['role'] === 'user' && lastTag(textIn(message['content'])) !== undefined,
  );
  const since = at < 0 ? [] : said.slice(at);
  return {
    script: at < 0 ? undefined : lastTag(textIn(said[at]?.['content'])),
    step: since.filter((message) => message['role'] === 'assistant').length,
    told: since
      .filter((message) => message['role'] === 'tool')
      .map((message) => ({ text: textIn(message['content']), isError: false })),
  };
}

function turnOfResponses(items: readonly Json[]): Turn {
  const isSaid = (item: Json) => item['role'] === 'user' && lastTag(JSON.stringify(item)) !== undefined;
  const at = items.findLastIndex(isSaid);
  const since = at < 0 ? [] : items.slice(at + 1);
  const outputs = since.filter((item) => String(item['type']).endsWith('call_output'));
  const steps = outputs.map((item) => Number(/^s(\d+)_/.exec(String(item['call_id']))?.[1] ?? -1) + 1);
  return {
    script: at < 0 ? undefined : lastTag(JSON.stringify(items[at])),
    step: Math.max(0, ...steps),
    told: outputs.map((item) => ({ text: textIn(item['output']), isError: false })),
  };
}

function turnOfGemini(contents: readonly Json[]): Turn {
  const partsOf = (content: Json | undefined) => list(content?.['parts']);
  const said = (content: Json | undefined) =>
    lastTag(
      partsOf(content)
        .map((part) => wordsOf(part))
        .join('\n'),
    );
  const at = contents.findLastIndex((content) => content['role'] !== 'model' && said(content) !== undefined);
  const since = at < 0 ? [] : contents.slice(at);
  const calls = since.filter(
    (content) => content['role'] === 'model' && partsOf(content).some((part) => part['functionCall'] !== undefined),
  );
  return {
    script: at < 0 ? undefined : said(contents[at]),
    step: calls.length,
    told: since
      .flatMap((content) => partsOf(content).map((part) => part['functionResponse']))
      .filter((found) => found !== undefined)
      .map((found) => ({
        text: JSON.stringify(found),
        isError: (found as { response?: Json }).response?.['error'] !== undefined,
      })),
  };
}

const lastTag = (text: string) => [...text.matchAll(TAG)].at(-1)?.[1];

const list = (value: unknown) => (Array.isArray(value) ? (value as readonly Json[]) : []);

function wordsOf({ text }: Json): string {
  return typeof text === 'string' ? text : '';
}

function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  return list(content)
    .map((block) => wordsOf(block))
    .join('\n');
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as Json;
  } catch {
    return {};
  }
}

function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function stream(response: ServerResponse, headers: Readonly<Record<string, string>> = {}) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...headers });
  return {
    event: (data: unknown, name?: string) =>
      response.write(`${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`),
    end: () => response.end(),
  };
}
