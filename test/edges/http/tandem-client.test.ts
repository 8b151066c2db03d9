import { test } from 'vitest';
import { driveTandemClient } from '../../support/tandem-calls';
import { createWorld, ENGINE_TOKEN, OPERATOR_TOKEN } from '../../support/world';

test('a client that nobody here wrote creates, changes, runs, pauses and deletes automations [api-0.clients]', async () => {
  const api = await createWorld().startApi();
  await driveTandemClient(api.url, { engine: ENGINE_TOKEN, operator: OPERATOR_TOKEN });
});
