import { contextBridge, ipcRenderer } from 'electron';

// The bridge forwards any name and never grows: the main process checks the sender and parses everything (design.md decision 2).
contextBridge.exposeInMainWorld('gatehouse', {
  request: (name: string, input: unknown): Promise<unknown> => ipcRenderer.invoke('gatehouse:request', name, input),
  onPush(listener: (push: unknown) => void): () => void {
    const hear = (_event: unknown, push: unknown) => listener(push);
    ipcRenderer.on('gatehouse:push', hear);
    return () => ipcRenderer.off('gatehouse:push', hear);
  },
});
