import type { Approval } from '../../shared/contract/approval';
import type { Wire } from '../../shared/kernel/wire-type';
import type { ApiRequest, HttpAnswer } from './client';
import { ApiRefusal } from './failure';
import { type Patience, whileAway } from './patience';

/** An approval as it is answered; its other fields do not matter to those who wait for it. */
export type WireApproval = Wire<Pick<Approval, 'approvalId' | 'status' | 'consumedAtMs' | 'guidance'>>;

/** How long one request for news is held by Gatehouse, and how much later no answer counts as none, in milliseconds. */
const HOLD_MS = 25_000;
const SLACK_MS = 5_000;

/** How much longer than its own end a wait may take to be told, in milliseconds. */
const LAST_SLACK_MS = 2_000;

type Limits = Pick<ApiRequest, 'timeoutMs' | 'signal' | 'ancestorIds'>;

/** Sends one request as somebody, and resolves to its body; rejects with Refusal or Unreachable. */
export type Call = (request: ApiRequest) => Promise<HttpAnswer['body']>;

/** The approvals of one agent, over HTTP. */
export type ApprovalsClient = ReturnType<typeof approvalsOver>;

/** Asking, waiting, using up and withdrawing as the one who calls; everything rejects as the call does. */
export function approvalsOver(call: Call) {
  const post = async (path: string, body: unknown, limits: Limits = {}) =>
    approvalIn(await call({ method: 'POST', path: `/governance/approvals${path}`, body, ...limits }));

  /** As it stands, without waiting. */
  const find = async (approvalId: string, limits: Limits & { readonly query?: string } = {}) => {
    const { query = '', ...rest } = limits;
    return approvalIn(await call({ path: `/governance/approvals/${approvalId}${query}`, ...rest }));
  };

  return {
    find,

    /** Asks the operator; the same question of the same agent meets the same approval while it is pending. */
    request: (body: unknown, limits?: Limits) => post('', body, limits),

    /**
     * The approval once it is decided, through restarts of Gatehouse; as it is when the patience ends before. With `endsWithConnection`
     * it is withdrawn when this process is gone, however it ended.
     */
    async untilDecided(
      asked: WireApproval,
      patience: Patience,
      { endsWithConnection = false } = {},
    ): Promise<WireApproval> {
      const { signal, untilMs = Infinity } = patience;
      let approval = asked;
      while (approval.status === 'pending') {
        const leftMs = untilMs - Date.now();
        if (leftMs <= 0) break;
        const waitMs = Math.min(HOLD_MS, leftMs);
        const timeoutMs = Math.min(waitMs + SLACK_MS, leftMs + LAST_SLACK_MS);
        const query = `?wait_ms=${Math.ceil(waitMs)}${endsWithConnection ? '&ends_with_connection=true' : ''}`;
        approval = await whileAway(() => find(asked.approval_id, { query, timeoutMs, signal }), patience);
      }
      return approval;
    },

    /** Uses an approval up for this very act. */
    consume: (approvalId: string, action: unknown, limits?: Limits) =>
      post(`/${approvalId}/consume`, { action }, limits),

    /** Withdraws a question, so that nobody decides what nobody waits for. */
    cancel: (approvalId: string, reason: string, limits?: Limits) => post(`/${approvalId}/cancel`, { reason }, limits),
  };
}

function approvalIn(body: HttpAnswer['body']): WireApproval {
  const approval = body['approval'] as Partial<WireApproval> | undefined;
  if (typeof approval?.approval_id !== 'string' || typeof approval.status !== 'string') throw new ApiRefusal(200, body);
  return approval as WireApproval;
}
