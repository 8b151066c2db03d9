import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { REQUEST_CHANNEL } from './request-channel';

/** Answers what one of our pages asks. */
export type RequestHandler = (event: IpcMainInvokeEvent, name: unknown, input: unknown) => Promise<unknown>;

/** What our pages ask while the app is still being loaded: it is answered as soon as there is somebody who knows. */
export type HeldRequests = {
  /** Answers what is held, and whatever comes from now on. */
  readonly answerWith: (handler: RequestHandler) => void;
};

/** Holds what our pages ask from now on. */
export function holdRequests(ipcMain: Pick<IpcMain, 'handle'>): HeldRequests {
  let answerWith: HeldRequests['answerWith'] = () => {};
  let answer: RequestHandler | undefined;
  const isKnown = new Promise<RequestHandler>((resolve) => {
    answerWith = (handler) => {
      answer = handler;
      resolve(handler);
    };
  });
  ipcMain.handle(REQUEST_CHANNEL, async (event: IpcMainInvokeEvent, name: unknown, input: unknown) =>
    (answer ?? (await isKnown))(event, name, input),
  );
  return { answerWith };
}
