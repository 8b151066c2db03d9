import type { IpcMainInvokeEvent } from 'electron';
import { expect, test } from 'vitest';
import { createIpcHandler, type DeskHandlers } from '../../../electron/edges/ipc/ipc';
import { errorCatalogue } from '../../../shared/kernel/errors';
import { tryCreate } from '../../support/automations';
import { referenceState } from '../../support/state-file';
import { countingIds, createWorld, operator, type World } from '../../support/world';
import { approvalCases } from './error-cases-approvals';
import { automationCases, creationCases } from './error-cases-automations';
import { entranceCases } from './error-cases-entrance';

const errorCases = [...entranceCases, ...approvalCases, ...creationCases, ...automationCases];

/** A stack, a file or a folder of this machine, the language of the database, or the name of an error's class. */
const INSIDES =
  /\n\s*at |\.[cm]?[jt]s\b|node_modules|gatehouse-test-|\/(home|root|tmp|usr|work)\/|passwd|\b(SELECT|INSERT|UPDATE|DELETE FROM|SQLITE\w*)\b|\w+Error\b/;

test.each(errorCases)(
  '$code is answered over HTTP with $status [api-1.errors, api-1.no-leak, api-2.automation-unknown]',
  async ({ status, code, isRetryable, provoke }) => {
    const world = createWorld();
    const answer = await provoke(world, await world.startApi());
    expect(answer).toMatchObject({ status, body: { code } });
    const body = answer.body as Readonly<Record<string, unknown>>;
    expect(body['retryable']).toBe(isRetryable);
    expect(body['error']).toMatch(/^[A-Z].{10,}\.$/);
    expect(JSON.stringify(body)).not.toMatch(INSIDES);
    // A bug is told to the log, and to the caller only by the id of its entry.
    const logged = world.logger.errors.map(({ details }) => (details as { correlationId?: string }).correlationId);
    expect(logged).toEqual(code === 'INTERNAL' ? [body['correlation_id']] : []);
  },
);

/** What the window asks of the main process. */
function asWindow(world: World) {
  const mainFrame = { url: 'app://gatehouse/index.html' };
  const handle = createIpcHandler({
    isOurs: () => true,
    operator,
    send: world.send,
    newWalk: () => ({ signal: AbortSignal.abort() }),
    deskHandlers: {} as DeskHandlers,
    ids: countingIds(),
    logger: world.logger,
  });
  const event = { sender: { id: 1, mainFrame }, senderFrame: mainFrame } as unknown as IpcMainInvokeEvent;
  return (name: string, input: unknown) => handle(event, name, input);
}

/** Codes that no request over HTTP can be answered with, and why. */
const otherCases = [
  [
    'TOKEN_NOT_FOUND',
    'tokens are made and revoked in the window only',
    (world: World) => asWindow(world)('token.revoke', { tokenId: 'tok_none' }),
  ],
  [
    'STATE_IMPORT_CONFLICTS',
    'state is imported in the window only',
    async (world: World) => {
      const text = JSON.stringify(referenceState());
      await asWindow(world)('state.import', { text });
      return asWindow(world)('state.import', { text });
    },
  ],
  [
    'AUTOMATION_V2_AGENT_ID_REQUIRED',
    'a blank x-tandem-agent-id names no agent, and a token without an id is never an agent',
    async (world: World) => ({
      refusal: {
        code: await tryCreate(world, { role: 'agent', actor: { kind: 'agent', actorId: ' ' }, ancestorIds: [] }),
      },
    }),
  ],
  [
    'AUDIT_CANCELLED',
    'only the window can cancel what it began',
    (world: World) => asWindow(world)('audit.verify', {}),
  ],
] as const;

test.each(otherCases)('%s is answered inside: %s', async (code, _why, provoke) => {
  const answer = await provoke(createWorld());
  expect(answer).toMatchObject({ refusal: { code } });
  expect(JSON.stringify(answer)).not.toMatch(INSIDES);
});

test('every code of the catalogue is provoked by a case, once', () => {
  const provoked = [...errorCases.map(({ code }) => code), ...otherCases.map(([code]) => code)];
  expect(provoked.toSorted()).toEqual(Object.keys(errorCatalogue).toSorted());
});
