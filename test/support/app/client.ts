/** What an answer of the API carries of an approval, as far as tests look at it. */
export type WireApproval = {
  readonly approval_id: string;
  readonly status: string;
  readonly revision: number;
  readonly review_notes?: string;
  readonly rationale: string;
  readonly created_at_ms: number;
};

/** An answer of the API. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
};

/** Who calls: the launcher's engine or operator token, a token's secret, or nobody. */
export type CallAs = 'engine' | 'operator' | 'nobody' | { readonly token: string };

/** What a call carries besides its method and path. */
export type CallOptions = {
  /** The engine, unless it is given. */
  readonly as?: CallAs;
  /** Acts as this agent. */
  readonly agent?: string;
  /** The agents above it, oldest first. */
  readonly ancestors?: readonly string[];
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A client of a running app's API over real HTTP. */
export interface AppClient {
  api(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** The same where another answer than 200 fails the test; answers the body. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer['body']>;
  /** Asks as an agent, `scout` unless it is named; fails unless the answer is 200. */
  ask(request: AskOptions): Promise<WireApproval>;
  /** Waits as an agent's client does for at most half a minute, and answers what it heard and when. */
  wait(approvalId: string): Promise<{ readonly approval: WireApproval; readonly heardAtMs: number }>;
  /** The approval as it is now. */
  look(approvalId: string): Promise<WireApproval>;
}

/** A request of an agent; what is left out is filled in with something ordinary. */
export type AskOptions = {
  readonly agent?: string;
  /** The tool that it wants to use: what tells requests of a test apart in titles. */
  readonly tool: string;
  readonly rationale?: string;
  readonly action?: unknown;
  readonly context?: unknown;
  readonly expiresAtMs?: number;
  readonly type?: string;
};

/** The tokens that the tests start the app with. */
export const testTokens = {
  engine: 'engine-token-of-the-e2e-tests-0123456789-abcdef',
  operator: 'operator-token-of-the-e2e-tests-0123456789-abcd',
} as const;

/** A client for the API at this address, which may not be known before the app is ready. */
export function createAppClient(url: () => string): AppClient {
  async function api(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { as = 'engine', agent, ancestors = [], body, headers } = options;
    const token = as === 'nobody' ? undefined : typeof as === 'string' ? testTokens[as] : as.token;
    const response = await fetch(`${url()}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(agent !== undefined && { 'x-tandem-agent-id': agent }),
        ...(ancestors.length > 0 && { 'x-tandem-agent-ancestor-ids': ancestors.join(',') }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  }

  async function call(method: string, path: string, options?: CallOptions): Promise<Answer['body']> {
    const { status, body } = await api(method, path, options);
    if (status !== 200) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  const approvalOf = async (body: Promise<Answer['body']>) => (await body)['approval'] as WireApproval;

  return {
    api,
    call,
    ask: ({ agent = 'scout', tool, rationale, action, context, expiresAtMs, type = 'tool' }) =>
      approvalOf(
        call('POST', '/governance/approvals', {
          agent,
          body: {
            request_type: 'tool_call',
            target_resource: { type, id: tool },
            rationale: rationale ?? `${agent} needs ${tool}`,
            action: action ?? { command: `use ${tool}` },
            ...(context !== undefined && { context }),
            ...(expiresAtMs !== undefined && { expires_at_ms: expiresAtMs }),
          },
        }),
      ),
    wait: async (approvalId) => {
      const approval = await approvalOf(call('GET', `/governance/approvals/${approvalId}?wait_ms=30000`));
      return { approval, heardAtMs: performance.now() };
    },
    look: (approvalId) => approvalOf(call('GET', `/governance/approvals/${approvalId}`)),
  };
}
