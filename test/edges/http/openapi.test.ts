import { expect, test } from 'vitest';
import { type ContractName, contract, contractEntry } from '../../../shared/contract/contract';
import { call } from '../../support/api-client';
import { createWorld } from '../../support/world';

test('the published document has every path of the contract, health and the events [api-0.openapi]', async () => {
  const api = await createWorld().startApi();
  const { body, status } = await call(api, 'GET', '/openapi.json', { token: undefined });
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  for (const name of Object.keys(contract) as ContractName[]) {
    const { http } = contractEntry(name);
    if (http !== undefined) expect(body.paths[http.path][http.method.toLowerCase()].operationId).toBe(name);
  }
  expect(body.paths['/global/health'].get.security).toEqual([]);
  expect(body.paths['/governance/events'].get.operationId).toBe('events.stream');
  const asked = body.paths['/governance/approvals'].post.requestBody.content['application/json'].schema;
  expect(asked.required).toEqual(['request_type', 'target_resource', 'rationale']);
});
