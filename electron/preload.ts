import { contextBridge, ipcRenderer } from 'electron';

/** What every page asks first: asked here, before its script is there, so that the answers do not come after it. */
const ASKED_FIRST = ['queue.snapshot', 'desk.status', 'desk.preferences'];

const ask = (name: string, input: unknown): Promise<unknown> => ipcRenderer.invoke('gatehouse:request', name, input);

const listeners = new Set<(push: unknown) => void>();

/** What was pushed since these were asked, until the page listens: patches of what their answers may not have. */
let unheard: unknown[] | undefined = [];

ipcRenderer.on('gatehouse:push', (_event, push: unknown) => {
  unheard?.push(push);
  for (const listener of listeners) listener(push);
});

const askedFirst = new Map(ASKED_FIRST.map((name) => [name, ask(name, {})]));

// The bridge forwards any name and never grows: the main process checks the sender and parses everything (design.md decision 2).
contextBridge.exposeInMainWorld('gatehouse', {
  request(name: string, input: unknown): Promise<unknown> {
    const answer = askedFirst.get(name) ?? ask(name, input);
    askedFirst.delete(name);
    return answer;
  },
  onPush(listener: (push: unknown) => void): () => void {
    listeners.add(listener);
    for (const push of unheard ?? []) listener(push);
    unheard = undefined;
    return () => listeners.delete(listener);
  },
});
