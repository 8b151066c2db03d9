import type { IpcMainInvokeEvent } from 'electron';
import { expect, test } from 'vitest';
import { createIpcHandler, type DeskHandlers } from '../../../electron/edges/ipc/ipc';
import { countingIds, createWorld, operator } from '../../support/world';

const mainFrame = { url: 'app://gatehouse/index.html' };
const eventOf = (senderFrame: object | null, id = 1) =>
  ({ sender: { id, mainFrame }, senderFrame }) as unknown as IpcMainInvokeEvent;

function entrance() {
  const world = createWorld();
  const deskHandlers = {
    'desk.copyText': ({ text }: { text: string }) => {
      if (text === 'fail') throw new Error('secret detail');
      return {};
    },
  } as unknown as DeskHandlers;
  return createIpcHandler({
    isOurs: (senderId, url) => senderId === 1 && url === mainFrame.url,
    operator,
    send: world.send,
    newWalk: () => ({ signal: new AbortController().signal }),
    deskHandlers,
    ids: countingIds(),
    logger: world.logger,
  });
}

test('the page of the window is answered', async () => {
  const handle = entrance();
  expect(await handle(eventOf(mainFrame), 'queue.snapshot', {})).toMatchObject({ ok: true, value: { waiting: [] } });
  const made = await handle(eventOf(mainFrame), 'token.create', { kind: 'engine', name: 'Tandem' });
  expect(made).toMatchObject({ ok: true, value: { token: { kind: 'engine' } } });
  expect(await handle(eventOf(mainFrame), 'desk.copyText', { text: 'x' })).toEqual({ ok: true, value: {} });
});

test.each([
  ['another frame', eventOf({ url: mainFrame.url })],
  ['another window', eventOf(mainFrame, 2)],
  ['a frame that is gone', eventOf(null)],
])('%s is refused', async (_name, event) => {
  expect(await entrance()(event, 'queue.snapshot', {})).toMatchObject({ refusal: { code: 'FORBIDDEN' } });
});

test.each([
  ['an unknown name', 'nothing.at_all', {}, 'NOT_FOUND'],
  ['a name of every object', 'constructor', {}, 'NOT_FOUND'],
  ['no name', undefined, {}, 'NOT_FOUND'],
  ['an input of another form', 'approval.approve', { approvalId: 5 }, 'VALIDATION_FAILED'],
  ['no input', 'approval.approve', undefined, 'VALIDATION_FAILED'],
  ["one of Gatehouse's own commands", 'approvals.expireDue', {}, 'FORBIDDEN'],
  ['a handler that fails', 'desk.copyText', { text: 'fail' }, 'INTERNAL'],
])('%s is answered by its code, and nothing more', async (_name, name, input, code) => {
  const result = await entrance()(eventOf(mainFrame), name, input);
  expect(result).toMatchObject({ ok: false, refusal: { code } });
  expect(JSON.stringify(result)).not.toContain('secret');
});
