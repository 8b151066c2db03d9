import { ENGINE_TOKEN, OPERATOR_TOKEN } from '../support/world';

/** Who reads: the operator, an engine that names no agent, and one that speaks for an agent. */
const readers = {
  operator: { authorization: `Bearer ${OPERATOR_TOKEN}` },
  engine: { authorization: `Bearer ${ENGINE_TOKEN}` },
  scout: { authorization: `Bearer ${ENGINE_TOKEN}`, 'x-tandem-agent-id': 'scout' },
  nobody: {},
} as const;

const lists = ['/governance/approvals', '/governance/agents', '/governance/spend', '/governance/reviews'];
const automation = '/automations/v2/link-check';

/** Reads beside those of everything that there is: pages, filters, what is wrong and what is not there. */
const otherPaths = [
  ...['/global/health', '/governance/audit/verify', '/governance/audit/export', '/governance/state', '/nowhere'],
  ...lists.flatMap((list) => [`${list}?limit=2`, `${list}?limit=0`, `${list}?limit=x`, `${list}?unknown=1`]),
  ...['pending', 'approved', 'denied', 'x'].map((status) => `/governance/approvals?status=${status}&limit=3`),
  ...[
    '/governance/approvals/apr_none',
    '/automations/v2/none',
    '/automations/v2/runs/none',
    `${automation}/runs?limit=2`,
  ],
  ...[
    '/automations/v2?limit=3',
    '/automations/v2?status=active',
    '/governance/audit?limit=3',
    '/governance/audit?after=380',
  ],
  ...['/governance/agents/none/allowance', '/governance/agents/none/spend', '/governance/tool_rules/none'],
  // A client that was reading page by page when it was updated goes on with the cursors that it has.
  ...['/governance/approvals?cursor=made-up', '/governance/approvals?limit=2&cursor=1795890484102.11'],
  ...['/governance/approvals?status=pending&limit=3&cursor=1795890483873.9', `${automation}/runs?limit=2&cursor=110`],
  ...[
    '/governance/agents?limit=2&cursor=1795890484120.probe',
    '/automations/v2?limit=3&cursor=1795890483209.link-check',
  ],
  '/governance/spend?limit=2&cursor=1795392000000.6453338717.planner',
  '/governance/reviews?limit=2&cursor=eyJhZ2VudElkIjpudWxsLCJhdXRvbWF0aW9uSWQiOiJsaW5rLWNoZWNrIiwiYXBwcm92YWwiOm51bGx9',
];

/** Reads everything of 0.1.0 as everyone: what was answered to each, with its status. */
export async function readEverything(
  url: string,
  paths: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const answers: Record<string, unknown> = {};
  for (const [reader, headers] of Object.entries(readers)) {
    const isOfSomeone = reader === 'operator' || reader === 'scout';
    for (const path of isOfSomeone ? [...paths, ...otherPaths] : otherPaths) {
      const response = await fetch(url + path, { headers });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
      answers[`${reader} ${path}`] = { status: response.status, body: isJson ? JSON.parse(text) : text };
    }
  }
  return answers;
}

/** The events of the stream after this one, `count` of them: their fields as they were written, the data as JSON. */
export async function streamedAfter(url: string, lastId: number, count: number): Promise<readonly unknown[]> {
  const stop = new AbortController();
  const headers = { ...readers.operator, 'last-event-id': String(lastId) };
  const response = await fetch(`${url}/governance/events`, { headers, signal: stop.signal });
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if ((text.match(/^data: .*\n\n/gm)?.length ?? 0) >= count) break;
  }
  stop.abort();
  return text.split('\n\n').flatMap((frame) => {
    const fields = Object.fromEntries(
      [...frame.matchAll(/^(?<name>\w+): (?<value>.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    return fields['data'] === undefined ? [] : [{ ...fields, data: JSON.parse(fields['data']) as unknown }];
  });
}
