import { ENGINE_TOKEN, OPERATOR_TOKEN } from '../support/world';
import { ASKED_AT_MS } from './asked-at';

type Method = 'POST' | 'PATCH' | 'DELETE';
type Call = readonly [method: Method, path: string, body?: unknown];

const V2 = '/automations/v2';
const APPROVALS = '/governance/approvals';
const RULES = '/governance/tool_rules';
const DAY_MS = 86_400_000;

/** Of what 0.1.0 left. */
const known = {
  approved: 'apr_01a2236a13987794816a09cc6bcccfa3',
  post: 'apr_01a2236a138a703faa7bce44b9b25f2a',
  capability: 'apr_01a2236a12b87381850f0d1bf732b959',
  install: 'apr_01a2236a12a27396b3f083865a056901',
  faq: 'apr_01a2236a129275d9b44f9c6c1c87b779',
  guide: 'apr_01a2236a127e70c8840a9d86952db45b',
  scoutQuota: 'apr_01a2236a125b76298c8e3a5010f59273',
  retirement: 'apr_01a2236a12317050a641a159f9e49a4d',
  review: 'apr_01a2236a122a727995776cea79fd3280',
  ledgerQuota: 'apr_01a2236a1108706398b7957e3236a395',
  rule: 'rule_01a2236a131874bca09d147df3930d61',
  pausedRun: 'run-01a2236a-10fc-70a8-9abe-249d5ac76c8d',
} as const;

const question = {
  request_type: 'tool_call',
  target_resource: { type: 'tool', id: 'Bash' },
  rationale: 'All tests pass.',
  context: { why: 'tests' },
  action: { command: 'npm test -- cart' },
};
const definition = {
  automation_id: 'nightly',
  name: 'Nightly report',
  status: 'active',
  schedule: { type: 'manual' },
  agents: [{ agent_id: 'scout', display_name: 'Scout', mcp_policy: { allowed_servers: ['github'] } }],
  flow: { nodes: [{ node_id: 'look', agent_id: 'scout', objective: 'Look', depends_on: [] }] },
  x_own_field: { kept: true },
};
const prefix = { kind: 'command_prefix', prefix: 'npm test' };

/** Every call is made by everyone; an id in braces is the last that was answered. */
const calls: readonly Call[] = [
  ['PATCH', '/governance/limits', { weekly_spend_cap_usd: -1 }],
  ['PATCH', '/governance/limits', { unknown: 1 }],
  ['PATCH', '/governance/limits', { weekly_spend_cap_usd: 12, lineage_depth_limit: 4 }],
  ['PATCH', '/governance/agents/scout/limits', { weekly_spend_cap_usd: 8 }],
  ['PATCH', '/governance/agents/scout/limits', { weekly_spend_cap_usd: null }],
  ['POST', APPROVALS, question],
  ['POST', APPROVALS, { ...question, requestType: 'external_post', request_type: undefined }],
  ['POST', APPROVALS, { ...question, action: null }],
  ['POST', `${APPROVALS}/{approval_id}/cancel`, { reason: 'no longer' }],
  ['POST', `${APPROVALS}/${known.post}/approve`, { notes: 'go on' }],
  ['POST', `${APPROVALS}/${known.post}/approve`, {}],
  ['POST', `${APPROVALS}/${known.post}/deny`, {}],
  ['POST', `${APPROVALS}/${known.post}/consume`, { action: { n: 1.5, list: [1, 2] } }],
  ['POST', `${APPROVALS}/${known.install}/approve`, { expected_revision: 7 }],
  ['POST', `${APPROVALS}/${known.install}/approve`, { rule: { pattern: { kind: 'any' }, duration: 'until_revoked' } }],
  ['POST', `${APPROVALS}/${known.faq}/deny`, { notes: 'not this one' }],
  ['POST', `${APPROVALS}/${known.guide}/consume`, { action: {} }],
  ['POST', `${APPROVALS}/${known.capability}/approve`, { expires_at_ms: ASKED_AT_MS + DAY_MS }],
  ['POST', `${APPROVALS}/${known.scoutQuota}/approve`, {}],
  ['POST', `${APPROVALS}/${known.ledgerQuota}/approve`, { notes: 'this week' }],
  ['POST', `${APPROVALS}/${known.review}/approve`, {}],
  ['POST', `${APPROVALS}/${known.retirement}/approve`, {}],
  ['POST', `${APPROVALS}/${known.approved}/consume`, { action: { command: 'git push' } }],
  ['POST', `${APPROVALS}/apr_none/approve`, {}],
  ['POST', V2, definition],
  ['POST', V2, definition],
  ['POST', V2, { name: '' }],
  ['PATCH', `${V2}/nightly`, { description: 'Reads.', name: 'Nightly' }],
  ['PATCH', `${V2}/nightly`, { description: null }],
  ['PATCH', `${V2}/nightly`, { status: 'nothing' }],
  ['PATCH', `${V2}/none`, { name: 'N' }],
  ['POST', `${V2}/nightly/grants`, { granted_to_agent_id: 'helper', reason: 'a while' }],
  ['POST', `${V2}/nightly/run_now`, { dry_run: true }],
  ['POST', `${V2}/nightly/run_now`, { trigger_type: 'cron' }],
  ['PATCH', `${V2}/runs/{run_id}`, { status: 'running', active_session_ids: ['s1'], node_outputs: { look: { a: 1 } } }],
  ['POST', `${V2}/runs/{run_id}/reserve`, { usage_id: 'u1', cost_usd: 0.5 }],
  ['POST', `${V2}/runs/{run_id}/spend`, { usage_id: 'u1', prompt_tokens: 10, completion_tokens: 5, cost_usd: 0.25 }],
  ['POST', `${V2}/runs/{run_id}/spend`, { usage_id: 'u2', prompt_tokens: 10, completion_tokens: -5, cost_usd: 0.25 }],
  ['POST', `${V2}/runs/{run_id}/pause`, { reason: 'lunch' }],
  ['POST', `${V2}/runs/{run_id}/resume`, {}],
  ['POST', `${V2}/runs/{run_id}/cancel`, { reason: 'enough' }],
  ['POST', `${V2}/runs/${known.pausedRun}/resume`, {}],
  ['POST', `${V2}/nightly/pause`, { reason: 'stop' }],
  ['POST', `${V2}/nightly/resume`, {}],
  ['DELETE', `${V2}/nightly/grants/{grant_id}`, { reason: 'over' }],
  ['DELETE', `${V2}/nightly/grants/none`, { reason: 'over' }],
  ['POST', `${V2}/nightly/retire`, { reason: 'done' }],
  ['POST', `${V2}/nightly/extend`, { expires_at_ms: ASKED_AT_MS + 90 * DAY_MS, reason: 'again' }],
  ['POST', `${V2}/nightly/extend`, { expires_at_ms: 1 }],
  ['DELETE', `${V2}/nightly`],
  ['POST', `${V2}/nightly/restore`, {}],
  ['POST', `${V2}/watch-prices/restore`, {}],
  ['DELETE', `${V2}/none`],
  ['POST', '/governance/agents/scout/pause', { reason: 'a look' }],
  ['POST', `${V2}/docs-crawl/run_now`, {}],
  ['POST', '/governance/agents/scout/resume', {}],
  ['POST', '/governance/agents/tidy/resume', {}],
  ['POST', RULES, { agent_id: 'scout', tool_name: 'Bash', pattern: prefix, duration: 'until_revoked' }],
  ['POST', RULES, { agent_id: 'scout', tool_name: 'Bash', pattern: { kind: 'none' }, duration: 'until_revoked' }],
  ['DELETE', `${RULES}/${known.rule}`],
  ['DELETE', `${RULES}/none`],
  ['POST', '/governance/health_check'],
  ['POST', '/governance/state/import', { text: '{"records": 7}' }],
  ['POST', '/governance/state/import', { text: '{"limits": {"creation_enabled": true}}' }],
  ['POST', '/governance/nothing', {}],
];

/** Afterwards, what became of it all; lists of requests and reviews have another order and other findings now. */
const readings = [
  ...['/governance/limits', '/governance/agents', '/governance/spend', RULES, `${V2}?limit=500`],
  ...[`${V2}/nightly/runs`, `${V2}/nightly/grants`, `${APPROVALS}/${known.install}`, `${APPROVALS}/${known.post}`],
];

const as = (token: string, agent?: string) => ({
  authorization: `Bearer ${token}`,
  ...(agent !== undefined && { 'x-tandem-agent-id': agent }),
});
const senders = {
  scout: as(ENGINE_TOKEN, 'scout'),
  crawler: as(ENGINE_TOKEN, 'crawler'),
  probe: as(ENGINE_TOKEN, 'probe'),
  engine: as(ENGINE_TOKEN),
  operator: as(OPERATOR_TOKEN),
} as const;

/** Makes every call of 0.1.0's API that changes something, as everyone: what was answered to each, with its status. */
export async function writeEverything(url: string): Promise<Readonly<Record<string, unknown>>> {
  const answers: Record<string, unknown> = {};
  const ids: Record<string, string> = {};
  const send = async (who: keyof typeof senders, method: string, given: string, body?: unknown) => {
    const path = given.replace(/\{(?<name>\w+)\}/g, (whole, name: string) => ids[name] ?? whole);
    const response = await fetch(url + path, {
      method,
      headers: { ...senders[who], ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = JSON.parse(await response.text()) as Readonly<Record<string, Record<string, string> | undefined>>;
    for (const [noun, id] of [
      ['approval', 'approval_id'],
      ['run', 'run_id'],
      ['grant', 'grant_id'],
    ] as const) {
      const found = answer[noun]?.[id];
      if (found !== undefined) ids[id] = found;
    }
    answers[`${Object.keys(answers).length + 1} ${who} ${method} ${given}`] = { status: response.status, body: answer };
  };
  for (const [method, path, body] of calls) {
    for (const who of Object.keys(senders) as (keyof typeof senders)[]) await send(who, method, path, body);
  }
  for (const path of readings) await send('operator', 'GET', path);
  return answers;
}
