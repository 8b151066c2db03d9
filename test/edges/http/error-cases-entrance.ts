import { onTestFinished, vi } from 'vitest';
import { askBody, call, callRaw } from '../../support/api-client';
import { insertAutomation, recordOf, runOf } from '../../support/governed';
import { operator } from '../../support/world';
import { APPROVALS, create, type ErrorCase, record, spend, V2 } from './error-case';

/** What is refused before the rules are looked at, and what is about the app itself. */
export const entranceCases: readonly ErrorCase[] = [
  { code: 'AUTH_REQUIRED', status: 401, provoke: (_world, api) => call(api, 'GET', V2, { token: undefined }) },
  {
    code: 'AGENT_IDENTITY_MISMATCH',
    status: 403,
    async provoke(world, api) {
      const made = await world.execute(operator, 'token.create', { kind: 'agent', name: 'Scout', agentId: 'scout' });
      return call(api, 'GET', V2, { token: made.ok ? made.value.secret : '', agent: 'other' });
    },
  },
  {
    code: 'AGENT_LINEAGES_FULL',
    status: 409,
    async provoke(_world, api) {
      const stating = (parentId: string) =>
        call(api, 'GET', V2, { agent: 'scout', headers: { 'x-tandem-agent-ancestor-ids': parentId } });
      for (let count = 1; count <= 16; count++) await stating(`parent-${count}`);
      return stating('one-more');
    },
  },
  { code: 'FORBIDDEN', status: 403, provoke: (_world, api) => call(api, 'GET', '/governance/audit') },
  { code: 'HOST_REFUSED', status: 403, provoke: (_world, api) => callRaw(api, V2, { host: 'evil.example' }) },
  {
    code: 'ORIGIN_REFUSED',
    status: 403,
    provoke: (_world, api) => callRaw(api, V2, { host: `127.0.0.1:${api.port}`, origin: 'https://evil.example' }),
  },
  { code: 'NOT_FOUND', status: 404, provoke: (_world, api) => call(api, 'GET', '/etc/passwd') },
  {
    code: 'PAYLOAD_TOO_LARGE',
    status: 413,
    provoke: (_world, api) => call(api, 'POST', APPROVALS, { body: askBody({ context: 'x'.repeat(2 ** 20) }) }),
  },
  {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    status: 415,
    provoke: (_world, api) => call(api, 'POST', V2, { body: 'a=b', headers: { 'content-type': 'text/plain' } }),
  },
  { code: 'VALIDATION_FAILED', status: 400, provoke: (_world, api) => call(api, 'POST', V2, { body: '{"name":' }) },
  {
    code: 'RATE_LIMITED',
    status: 429,
    isRetryable: true,
    async provoke(_world, api) {
      // The limit goes by this clock alone, which stands still however long the requests take.
      vi.useFakeTimers({ toFake: ['performance'] });
      onTestFinished(() => void vi.useRealTimers());
      for (let sent = 0; sent < 400; sent += 200) {
        await Promise.all(Array.from({ length: 200 }, () => call(api, 'GET', '/governance/limits')));
      }
      return call(api, 'GET', '/governance/limits');
    },
  },
  {
    code: 'CONNECTION_BACKLOG',
    status: 429,
    isRetryable: true,
    async provoke(_world, api) {
      const body = { engine: 'claude', agent_id: 'claude-code' };
      await call(api, 'POST', '/governance/connections', { token: undefined, body });
      return call(api, 'POST', '/governance/connections', { token: undefined, body });
    },
  },
  {
    code: 'CONNECTION_NOT_FOUND',
    status: 404,
    provoke: (_world, api) => call(api, 'GET', '/governance/connections/con_1', { token: 'gtc_guessed' }),
  },
  {
    code: 'STORE_UNAVAILABLE',
    status: 503,
    isRetryable: true,
    provoke(world, api) {
      world.holder.close();
      return call(api, 'GET', V2);
    },
  },
  {
    code: 'SHUTTING_DOWN',
    status: 503,
    isRetryable: true,
    provoke(world, api) {
      void world.closeDoor();
      return create(api);
    },
  },
  {
    code: 'ROW_UNREADABLE',
    status: 500,
    provoke(world, api) {
      const activeSessionIds = Array.from({ length: 1_001 }, () => 's');
      insertAutomation(world, undefined, recordOf(), [runOf({ status: 'running', activeSessionIds })]);
      return call(api, 'GET', `${V2}/runs/run-1`);
    },
  },
  {
    code: 'INTERNAL',
    status: 500,
    provoke(world, api) {
      record(world);
      world.store.transaction((store) => store.spend.keepAnswer('run-1', 'u', { notAnAnswer: '/etc/passwd' }));
      return spend(api, { usage_id: 'u', cost_usd: 1 });
    },
  },
];
