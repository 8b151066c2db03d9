import { defaultHookSettings, type Engine, type HookSettings, readConnection } from '../../connect/connection-file';

/** What is set for an engine; where its connection is missing or cannot be read, what a new one starts with. */
export function settingsOf(home: string, engine: Engine): HookSettings {
  try {
    return readConnection(home, engine)?.hook ?? defaultHookSettings(engine);
  } catch {
    return defaultHookSettings(engine);
  }
}
