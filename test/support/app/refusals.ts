import { REQUEST_CHANNEL } from '../../../electron/edges/ipc/request-channel';
import { contract } from '../../../shared/contract/contract';
import { refused } from '../../../shared/kernel/errors';
import type { RunningApp } from '../running-app';

type Handler = (event: unknown, name: string, input: unknown) => unknown;

const queries = Object.entries(contract).flatMap(([name, { kind }]) => (kind === 'query' ? [name] : []));

/** Has every query of the window refused from now on, as after a bug, or no more; commands and what the desk itself answers go on. */
export async function refuseQueries(app: RunningApp, isRefused: boolean): Promise<void> {
  const given = {
    channel: REQUEST_CHANNEL,
    names: isRefused ? queries : [],
    answer: refused('INTERNAL', { correlationId: '0190d3c5-7a31-7c6e-9f40-5b1a2e8c9d10' }),
  };
  await app.electron().evaluate(({ ipcMain }, { channel, names, answer }) => {
    // Electron has no name for "what handles this channel now".
    const { _invokeHandlers: handlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Handler> };
    const scope = globalThis as unknown as { handlerOfTheApp?: Handler | undefined };
    scope.handlerOfTheApp ??= handlers.get(channel);
    const original = scope.handlerOfTheApp;
    if (original === undefined) throw new Error('nobody handles the window');
    handlers.set(channel, (event, name, input) => (names.includes(name) ? answer : original(event, name, input)));
  }, given);
}
