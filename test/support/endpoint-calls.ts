/** Who sends a call: a bearer of the operator's, an engine's or scout's token. */
export type Sender = 'operator' | 'engine' | 'agent';

/** What earlier calls answered that later ones need, by name. */
export type Known = Record<string, string>;

/** One endpoint of spec/api.md section 2, called once with success. */
export type EndpointCall = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `{names}` are filled in with what is known. */
  readonly path: string;
  /** The column “who”: nobody else gets further than 403. */
  readonly who: readonly Sender[];
  /** The code for the others, where the rules name one of their own. */
  readonly forbidden?: string;
  /** Who sends it; a read is sent by everyone who may. */
  readonly as: Sender;
  readonly body?: unknown;
  /** The names of the answer's fields, all of them. */
  readonly fields: readonly string[];
  /** What must be in the answer besides. */
  readonly answers?: unknown;
  /** What is kept of the answer: a name, and the path to it. */
  readonly keep?: readonly [name: string, ...path: readonly string[]];
};

const everyone: readonly Sender[] = ['operator', 'engine', 'agent'];
const workers: readonly Sender[] = ['engine', 'agent'];
const deciders: readonly Sender[] = ['operator'];
const watchers: readonly Sender[] = ['operator', 'engine'];

const V2 = '/automations/v2';
const OF = `${V2}/{automation_id}`;
const RUN = `${V2}/runs/{run_id}`;
const APPROVALS = '/governance/approvals';
const RULES = '/governance/tool_rules';
const NEVER_PUSH = {
  verdict: 'deny',
  pattern: { kind: 'command_prefix', prefix: 'git push' },
  duration: 'until_revoked',
  is_anywhere: true,
  match: ['git push -f'],
  not_match: ['git pull'],
};
const RULES_TRIED = ['count', 'is_cut', 'allowed', 'denied', 'allowed_but_denied', 'denied_but_approved', 'otherwise'];
const CLASSES = '/governance/tool_classes';
const WORKSPACES = '/governance/workspaces';
const TURN = { agent_id: 'scout', tool_name: 'mcp__box__turn' };
const AGENT = '/governance/agents/scout';
const SESSION = { engine: 'claude', session_id: 's1', workspace: '/home/me/project' };
const CALL = { tool_name: 'Bash', action: { command: 'ls' } };

const get = (path: string, who: readonly Sender[], fields: readonly string[], answers?: unknown): EndpointCall => ({
  method: 'GET',
  path,
  who,
  as: who[0] ?? 'operator',
  fields,
  answers,
});
const ask = (rationale: string): Pick<EndpointCall, 'method' | 'path' | 'who' | 'as' | 'body' | 'fields' | 'keep'> => ({
  method: 'POST',
  path: APPROVALS,
  who: everyone,
  as: 'agent',
  body: {
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'Bash' },
    rationale,
    context: { why: 'tests' },
    action: { command: rationale },
    waiting_until_ms: 9_000_000_000_000,
  },
  fields: ['approval'],
  keep: ['approval_id', 'approval', 'approval_id'],
});
const send = (
  path: string,
  as: Sender,
  who: readonly Sender[],
  body: unknown,
  fields: readonly string[],
  more: Partial<EndpointCall> = {},
): EndpointCall => ({ method: 'POST', path, as, who, body, fields, ...more });

const human = { forbidden: 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN' };
const granter = { forbidden: 'AUTOMATION_GOVERNANCE_GRANT_FORBIDDEN' };

/** Every endpoint of spec/api.md section 2 but health, the document and the stream, in an order in which each succeeds. */
export const endpointCalls: readonly EndpointCall[] = [
  get('/governance/limits', everyone, ['limits'], { limits: { creation_enabled: true, lineage_depth_limit: 3 } }),
  send('/governance/limits', 'operator', deciders, { weekly_spend_cap_usd: 10 }, ['limits'], {
    method: 'PATCH',
    answers: { limits: { weekly_spend_cap_usd: 10 } },
  }),
  send(`${AGENT}/limits`, 'operator', deciders, { weekly_spend_cap_usd: 5 }, ['agent_id', 'effective', 'overrides'], {
    method: 'PATCH',
    answers: { agent_id: 'scout', overrides: { weekly_spend_cap_usd: 5 }, effective: { weekly_spend_cap_usd: 5 } },
  }),

  send(
    V2,
    'agent',
    everyone,
    {
      name: 'Nightly report',
      description: 'Reads and writes.',
      status: 'active',
      schedule: { type: 'manual' },
      agents: [{ agent_id: 'scout', display_name: 'Scout', mcp_policy: { allowed_servers: ['github'] } }],
      flow: { nodes: [{ node_id: 'look', agent_id: 'scout', objective: 'Look', depends_on: [] }] },
      workspace_root: null,
      x_own_field: { kept: true },
    },
    ['automation'],
    {
      answers: { automation: { status: 'active', creator_id: 'scout', x_own_field: { kept: true } } },
      keep: ['automation_id', 'automation', 'automation_id'],
    },
  ),
  get(V2, everyone, ['automations', 'count'], { count: 1, automations: [{ creator_id: 'scout' }] }),
  get(OF, everyone, ['automation'], { automation: { name: 'Nightly report' } }),
  send(OF, 'agent', everyone, { description: null }, ['automation'], {
    method: 'PATCH',
    answers: { automation: { description: null, name: 'Nightly report' } },
  }),
  get(`${OF}/governance`, everyone, ['agent_review', 'governance', 'lifecycle', 'spend'], {
    governance: { grant_count: 0, capability_grant_count: 0, provenance: { depth: 1 } },
    agent_review: { created_since_review: 1 },
    lifecycle: { review_required: false },
    spend: { weekly_spend_cap_usd: 5, warning_threshold_ratio: 0.8, agents: [] },
  }),
  send(`${OF}/grants`, 'operator', deciders, { granted_to_agent_id: 'helper', reason: 'a while' }, ['grant'], {
    ...granter,
    answers: { grant: { grant_kind: 'modify', granted_to: { kind: 'agent', actor_id: 'helper' } } },
    keep: ['grant_id', 'grant', 'grant_id'],
  }),
  get(`${OF}/grants`, everyone, ['automationID', 'capability_grants', 'count', 'modify_grants'], { count: 1 }),

  send(`${OF}/run_now`, 'agent', everyone, { dry_run: true }, ['dry_run', 'ok', 'run'], { answers: { dry_run: true } }),
  send(`${OF}/run_now`, 'agent', everyone, { trigger_type: 'cron' }, ['dry_run', 'ok', 'run'], {
    answers: { ok: true, dry_run: false, run: { status: 'queued', trigger_type: 'cron' } },
    keep: ['run_id', 'run', 'run_id'],
  }),
  get(`${OF}/runs?limit=5`, everyone, ['count', 'runs'], { count: 1, runs: [{ status: 'queued' }] }),
  get(RUN, everyone, ['run'], { run: { cost_usd: 0 } }),
  send(
    RUN,
    'engine',
    workers,
    { status: 'running', active_session_ids: ['s1'], active_instance_ids: ['i1'], node_outputs: { look: { aKey: 1 } } },
    ['run'],
    {
      method: 'PATCH',
      answers: { run: { status: 'running', checkpoint: { node_outputs: { look: { aKey: 1 } } } } },
    },
  ),
  send(`${RUN}/reserve`, 'engine', workers, { usage_id: 'u1', cost_usd: 0.5 }, ['left_usd', 'reserved_usd'], {
    answers: { reserved_usd: 0.5, left_usd: { scout: 4.5 } },
  }),
  send(
    `${RUN}/spend`,
    'agent',
    workers,
    { usage_id: 'u1', prompt_tokens: 10, completion_tokens: 5, cost_usd: 0.25 },
    ['hard_stops', 'run', 'warnings'],
    { answers: { run: { cost_usd: 0.25, total_tokens: 15 }, warnings: [], hard_stops: [] } },
  ),
  get('/governance/spend', everyone, ['count', 'spend'], { count: 1, spend: [{ weekly: { cost_usd: 0.25 } }] }),
  get(`${AGENT}/spend`, everyone, ['spend'], { spend: { agent_id: 'scout', lifetime: { total_tokens: 15 } } }),
  send(`${RUN}/pause`, 'engine', everyone, { reason: 'lunch' }, ['ok', 'run'], {
    answers: { ok: true, run: { status: 'paused', pause_reason: 'lunch', active_session_ids: [] } },
  }),
  send(`${RUN}/resume`, 'agent', everyone, {}, ['ok', 'run'], { answers: { ok: true, run: { status: 'queued' } } }),
  send(`${RUN}/cancel`, 'operator', everyone, { reason: 'enough' }, ['ok', 'run'], {
    answers: { ok: true, run: { status: 'cancelled', stop_kind: 'cancelled' } },
  }),

  send(`${OF}/pause`, 'agent', everyone, { reason: 'stop' }, ['automation', 'ok'], {
    answers: { ok: true, automation: { status: 'paused' } },
  }),
  send(`${OF}/resume`, 'agent', everyone, {}, ['automation', 'ok'], {
    answers: { ok: true, automation: { status: 'active' } },
  }),
  send(`${OF}/grants/{grant_id}`, 'operator', deciders, { reason: 'over' }, ['grant'], {
    ...granter,
    method: 'DELETE',
    answers: { grant: { revoke_reason: 'over' } },
  }),
  get('/governance/state', deciders, ['text']),
  send(
    '/governance/state/import',
    'operator',
    deciders,
    { text: '{"records":{}}' },
    ['conflicts', 'counts', 'unknown_paths'],
    {
      answers: { conflicts: [], unknown_paths: [] },
    },
  ),
  get(
    '/governance/reviews',
    watchers,
    ['agent_creation_reviews', 'automation_lifecycle_reviews', 'count', 'pending_approvals'],
    {
      automation_lifecycle_reviews: [{ creator_id: 'scout', review: { review_kind: 'dependency_revoked' } }],
      pending_approvals: [{ request_type: 'lifecycle_review', context: { trigger: 'dependency_revoked' } }],
    },
  ),
  send('/governance/health_check', 'engine', watchers, undefined, ['finding_count'], { answers: { finding_count: 0 } }),
  send(`${OF}/retire`, 'operator', deciders, { reason: 'done' }, ['automation'], {
    answers: { automation: { status: 'paused' } },
  }),
  send(`${OF}/extend`, 'operator', deciders, { expires_at_ms: 9_000_000_000_000, reason: 'again' }, ['automation'], {
    answers: { automation: { status: 'active' } },
  }),
  send(OF, 'agent', everyone, undefined, ['deleted', 'ok'], { method: 'DELETE', answers: { ok: true, deleted: true } }),
  send(`${OF}/restore`, 'operator', deciders, undefined, ['automation'], {
    answers: { automation: { status: 'paused' } },
  }),

  get('/governance/agents', watchers, ['agents', 'count'], {
    agents: [{ agent_id: 'scout', paused: false, created_last_24h: 1, lineage: [], weekly_cost_usd: 0.25 }],
  }),
  send(`${AGENT}/pause`, 'operator', deciders, { reason: 'look' }, ['agent'], { answers: { agent: { paused: true } } }),
  send(`${AGENT}/resume`, 'operator', deciders, {}, ['agent'], { answers: { agent: { paused: false } } }),
  send(`${AGENT}/lineage`, 'operator', deciders, { ancestor_ids: ['chief', 'planner'] }, ['agent'], {
    answers: { agent: { lineage: ['chief', 'planner'] } },
  }),
  get(`${AGENT}/allowance`, everyone, ['agent_id', 'can_create', 'code', 'rules'], { can_create: true, code: null }),

  { ...ask('push'), answers: { approval: { status: 'pending', revision: 1 } } },
  get(`${APPROVALS}?request_type=tool_call&status=pending&limit=5`, everyone, ['approvals', 'count'], { count: 1 }),
  get(`${APPROVALS}/{approval_id}?wait_ms=1`, everyone, ['approval'], { approval: { action: { command: 'push' } } }),
  send(`${APPROVALS}/{approval_id}/approve`, 'operator', deciders, { notes: 'go on' }, ['approval'], {
    ...human,
    answers: { approval: { status: 'approved', review_notes: 'go on', revision: 2 } },
  }),
  send(`${APPROVALS}/{approval_id}/consume`, 'agent', workers, { action: { command: 'push' } }, ['approval'], {
    answers: { approval: { status: 'approved', revision: 3 } },
  }),
  ask('force-push'),
  send(`${APPROVALS}/{approval_id}/deny`, 'operator', deciders, { notes: 'no' }, ['approval'], {
    ...human,
    answers: { approval: { status: 'denied' } },
  }),
  ask('tag'),
  send(`${APPROVALS}/{approval_id}/cancel`, 'engine', workers, { reason: 'answered elsewhere' }, ['approval'], {
    answers: { approval: { status: 'cancelled', cancel_reason: 'answered elsewhere' } },
  }),

  ask('npm test'),
  send(
    `${APPROVALS}/{approval_id}/approve`,
    'operator',
    deciders,
    { rule: { pattern: { kind: 'command_prefix', prefix: 'npm test' }, duration: 'hour' } },
    ['approval', 'tool_rule', 'settled'],
    {
      ...human,
      answers: { tool_rule: { agent_id: 'scout', tool_name: 'Bash', use_count: 0 } },
      keep: ['rule_id', 'tool_rule', 'rule_id'],
    },
  ),
  { ...ask('npm test unit'), answers: { approval: { status: 'approved', revision: 2 } } },
  get(`${RULES}?agent_id=scout&state=live&limit=5`, deciders, ['count', 'tool_rules'], {
    count: 1,
    tool_rules: [{ use_count: 1, pattern: { kind: 'command_prefix', prefix: 'npm test' } }],
  }),
  get(`${RULES}/{rule_id}`, deciders, ['tool_rule'], { tool_rule: { created_by: { kind: 'human' } } }),
  send(`${RULES}/{rule_id}`, 'operator', deciders, { reason: 'done' }, ['tool_rule'], {
    method: 'DELETE',
    answers: { tool_rule: { revoke_reason: 'done' } },
  }),
  send(
    RULES,
    'operator',
    deciders,
    { agent_id: 'scout', tool_name: 'Read', pattern: { kind: 'path', folder: 'src' }, duration: 'today' },
    ['tool_rule', 'settled'],
    { answers: { tool_rule: { pattern: { kind: 'path', folder: 'src' } }, settled: 0 } },
  ),
  send(`${RULES}/try`, 'operator', deciders, { rules: [NEVER_PUSH] }, RULES_TRIED, { answers: { denied: 0 } }),
  send(`${RULES}/load`, 'operator', deciders, { rules: [NEVER_PUSH] }, ['tool_rules', 'settled'], {
    answers: { tool_rules: [{ verdict: 'deny', is_anywhere: true, not_match: ['git pull'] }] },
  }),
  send(
    '/governance/tool_calls/explain',
    'operator',
    deciders,
    { agent_id: 'scout', tool: 'Bash', action: { command: 'git push' }, context: { cwd: '/srv/app/x' } },
    ['risk', 'workspace', 'would', 'rule_id', 'reads'],
    { answers: { risk: { level: 'high' }, would: 'deny' } },
  ),

  send(CLASSES, 'operator', deciders, { ...TURN, level: 'low' }, ['tool_class'], {
    answers: { tool_class: { ...TURN, level: 'low', set_by: { kind: 'human' } } },
  }),
  get(CLASSES, deciders, ['tool_classes', 'unclassed'], { tool_classes: [TURN], unclassed: [] }),
  send(CLASSES, 'operator', deciders, TURN, ['was_classed'], { method: 'DELETE', answers: { was_classed: true } }),
  send(`${WORKSPACES}/untrusted`, 'operator', deciders, { folder: '/work/shop' }, ['workspace'], {
    answers: { workspace: { root: '/work/shop' } },
  }),
  get(WORKSPACES, deciders, ['workspaces'], { workspaces: [{ root: '/work/shop', is_trusted: false }] }),
  send(`${WORKSPACES}/untrusted`, 'operator', deciders, { folder: '/work/shop' }, ['was_untrusted'], {
    method: 'DELETE',
    answers: { was_untrusted: true },
  }),

  get('/governance/audit?after_seq=0&event_type=created&actor_id=scout&limit=5', deciders, ['events', 'next_seq'], {
    events: [{ event_type: 'automation.governance.created', actor: { kind: 'agent', actor_id: 'scout' } }],
  }),
  get(
    '/governance/audit/verify',
    deciders,
    [
      'checkpoints',
      'from_seq',
      'head_hash',
      'keys',
      'ok',
      'rows',
      'signed_seq',
      'state',
      'unreadable_lines',
      'unsigned_rows',
    ],
    { ok: true },
  ),
  send(
    '/governance/tool_calls/decide',
    'agent',
    ['agent'],
    { session: SESSION, call: { ...CALL, engine_asks: 'never' } },
    ['answer', 'ends_turn', 'run_id'],
    {
      answers: { run_id: 'claude-s1', answer: 'nothing' },
    },
  ),
  send('/governance/sessions/events', 'agent', ['agent'], { session: SESSION, event: 'called', call: CALL }, [
    'run_id',
  ]),
  send('/governance/sessions/uses', 'agent', ['agent'], { engine: 'claude', uses: [] }, [
    'charged_tokens',
    'charged_usd',
  ]),
  send(
    '/governance/sessions/quotas',
    'agent',
    ['agent'],
    { engine: 'claude', quotas: [{ window_minutes: 300, used_percent: 62, resets_at_ms: 1, at_ms: 0 }] },
    [],
  ),
  get('/governance/sessions?engine=claude', everyone, ['count', 'sessions']),
  get('/governance/sessions/claude-s1', ['operator', 'agent', 'engine'], ['session'], {
    session: { counts: { calls: 1 } },
  }),
  get('/governance/sessions/claude-s1/usage', everyone, ['models'], { models: [] }),
  send('/v1/metrics', 'agent', ['agent'], { resourceMetrics: [] }, []),
  send('/v1/logs', 'agent', ['agent'], { resourceLogs: [] }, []),
  send('/v1/traces', 'agent', ['agent'], { resourceSpans: [] }, []),
  get('/governance/sessions/claude-s1/calls', everyone, ['calls'], { calls: [{ title: 'Run ls' }] }),
  send(
    '/governance/sessions/calls',
    'agent',
    ['agent'],
    { session: SESSION, calls: [{ ...CALL, tool_use_id: 'toolu_later', at_ms: 1_795_000_000_000 }] },
    ['kept', 'run_id'],
    { answers: { run_id: 'claude-s1' } },
  ),
];
