import { expect, test } from 'vitest';
import { apiOfAgent } from '../../support/api-client';
import { driveEndpoints } from '../../support/drive-endpoints';
import { publishedBy, readPublished } from '../../support/published';
import { createWorld, ENGINE_TOKEN, OPERATOR_TOKEN } from '../../support/world';

test('every endpoint that is published is called, and answers those it is for as written and all others with 403 [api-2.endpoints, api-2.forbidden]', async () => {
  const { world, api, token } = await apiOfAgent();
  const tokens = { operator: OPERATOR_TOKEN, engine: ENGINE_TOKEN, agent: token };
  const called = await driveEndpoints({ url: api.url, tokens });
  const { endpoints } = await publishedBy(api.url);
  expect([...called].toSorted()).toEqual(endpoints.map(({ operationId }) => operationId).toSorted());
  expect(world.logger.errors).toEqual([]);
});

test('what is not as published is found: a missing, a wrong and an unknown field, a strange refusal, an unknown path [api-0.openapi]', async () => {
  const api = await createWorld().startApi();
  const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as unknown;
  const published = readPublished(document);
  const problemsOf = (body: unknown, status = 200, path = '/governance/health_check') =>
    published.answerProblems('POST', path, status, body).length;
  expect(problemsOf({ finding_count: 0 })).toBe(0);
  expect(problemsOf({})).toBe(1);
  expect(problemsOf({ finding_count: 0.5 })).toBe(1);
  expect(problemsOf({ finding_count: 0, findingCount: 0 })).toBe(1);
  expect(problemsOf({ finding_count: 0 }, 200, '/governance/nothing')).toBe(1);
  expect(problemsOf({ error: 'No.', code: 'FORBIDDEN' }, 403)).toBe(0);
  expect(problemsOf({ error: 'No.', code: 'NO' }, 403)).toBe(1);
  expect(problemsOf({ code: 'FORBIDDEN' }, 403)).toBe(1);
  expect(published.requestProblems('GET', '/governance/approvals?limit=1&page=2', undefined)).toEqual([
    'page is no parameter',
  ]);
  expect(published.requestProblems('POST', '/governance/health_check', {})).toEqual(['no body is published']);
});

test('a body in which nothing is required may be left out, and the document says so', async () => {
  const api = await createWorld().startApi();
  const { paths } = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { requestBody?: { required: boolean } }>>;
  };
  expect(paths['/governance/approvals']?.['post']?.requestBody?.required).toBe(true);
  expect(paths['/automations/v2/{automation_id}/pause']?.['post']?.requestBody?.required).toBe(false);
  expect(paths['/automations/v2/{automation_id}']?.['delete']).not.toHaveProperty('requestBody');
  expect(paths['/automations/v2/{automation_id}/restore']?.['post']).not.toHaveProperty('requestBody');
});
