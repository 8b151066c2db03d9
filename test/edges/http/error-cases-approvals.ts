import { MAX_NEW_SESSIONS_PER_HOUR } from '../../../shared/contract/session';
import { ask, askBody, call } from '../../support/api-client';
import { tamper } from '../../support/audit';
import { agent, START } from '../../support/world';
import { APPROVALS, approved, asOperator, asScout, cancel, consume, decide, type ErrorCase, limit } from './error-case';

const sessionOf = (sessionId: string) => ({ engine: 'claude', sessionId, workspace: '/home/me/project' }) as const;

/** Approvals (spec/governance.md section 7). */
export const approvalCases: readonly ErrorCase[] = [
  {
    code: 'GOVERNANCE_APPROVAL_BACKLOG',
    status: 429,
    isRetryable: true,
    async provoke(_world, api) {
      for (let count = 0; count < 50; count++) await ask(api, 'scout', { rationale: `number ${count}` });
      return call(api, 'POST', APPROVALS, { ...asScout, body: askBody() });
    },
  },
  {
    code: 'GOVERNANCE_SESSION_BACKLOG',
    status: 429,
    isRetryable: true,
    async provoke(world, api) {
      for (let count = 0; count < MAX_NEW_SESSIONS_PER_HOUR; count++) {
        await world.execute(agent('scout'), 'session.tell', { session: sessionOf(`s${count}`), event: 'started' });
      }
      const { engine, workspace } = sessionOf('one more');
      const body = { session: { engine, workspace, session_id: 'one more' }, event: 'started' };
      return call(api, 'POST', '/governance/sessions/events', { ...asScout, body });
    },
  },
  { code: 'GOVERNANCE_APPROVAL_NOT_FOUND', status: 404, provoke: (_world, api) => decide(api, 'deny', 'apr_0') },
  {
    code: 'GOVERNANCE_APPROVAL_REQUIRES_HUMAN',
    status: 403,
    async provoke(_world, api) {
      const { approval_id } = await ask(api, 'scout');
      return call(api, 'POST', `${APPROVALS}/${approval_id}/approve`, { ...asScout, body: {} });
    },
  },
  {
    code: 'GOVERNANCE_APPROVAL_SELF_REVIEW',
    status: 403,
    async provoke(world, api) {
      limit(world, { independentReviewRequired: true });
      const { body } = await call(api, 'POST', APPROVALS, { ...asOperator, body: askBody() });
      return decide(api, 'approve', body.approval.approval_id);
    },
  },
  {
    code: 'GOVERNANCE_APPROVAL_EXPIRED',
    status: 409,
    async provoke(world, api) {
      const { approval_id } = await ask(api, 'scout', { expires_at_ms: START + 1 });
      world.clock.at = START + 1;
      return decide(api, 'approve', approval_id);
    },
  },
  {
    code: 'GOVERNANCE_APPROVAL_CANCELLED',
    status: 409,
    async provoke(_world, api) {
      const { approval_id } = await ask(api, 'scout');
      await cancel(api, approval_id);
      return decide(api, 'approve', approval_id);
    },
  },
  {
    code: 'GOVERNANCE_APPROVAL_CHANGED',
    status: 409,
    isRetryable: true,
    async provoke(_world, api) {
      const { approval_id } = await ask(api, 'scout');
      return decide(api, 'approve', approval_id, { revision: 7 });
    },
  },
  {
    code: 'GOVERNANCE_APPROVAL_SETTLED',
    status: 409,
    provoke: async (_world, api) => cancel(api, await approved(api)),
  },
  {
    code: 'GOVERNANCE_APPROVAL_NOT_APPROVED',
    status: 409,
    provoke: async (_world, api) => consume(api, (await ask(api, 'scout')).approval_id),
  },
  {
    code: 'GOVERNANCE_APPROVAL_CONSUMED',
    status: 409,
    async provoke(_world, api) {
      const approvalId = await approved(api);
      await consume(api, approvalId);
      return consume(api, approvalId);
    },
  },
  {
    code: 'GOVERNANCE_APPROVAL_NOT_VOUCHED',
    status: 409,
    async provoke(world, api) {
      const approvalId = await approved(api);
      tamper(world.home, (database) => database.exec('UPDATE approvals SET expires_at_ms = expires_at_ms + 1'));
      return consume(api, approvalId);
    },
  },
  {
    code: 'GOVERNANCE_APPROVAL_NOT_CONSUMABLE',
    status: 409,
    provoke: async (_world, api) => consume(api, await approved(api, { request_type: 'quota_override' })),
  },
  {
    code: 'TOOL_RULE_NOT_FOUND',
    status: 404,
    provoke: (_world, api) => call(api, 'DELETE', '/governance/tool_rules/rule_0', { ...asOperator, body: {} }),
  },
  {
    code: 'TOOL_RULE_HIGH_RISK',
    status: 409,
    async provoke(_world, api) {
      const { approval_id } = await ask(api, 'scout');
      return decide(api, 'approve', approval_id, { rule: { pattern: { kind: 'exact' }, duration: 'hour' } });
    },
  },
  {
    code: 'GOVERNANCE_ACTION_MISMATCH',
    status: 409,
    provoke: async (_world, api) => consume(api, await approved(api), 'git push --force'),
  },
];
