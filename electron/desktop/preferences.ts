import { z } from 'zod';
import { type Preferences, preferencesSchema } from '../../shared/desk-contract';

/** The port of the API when the operator has not chosen another one (spec/api.md). */
export const DEFAULT_PORT = 4780;

const boundsSchema = z.object({ x: z.int(), y: z.int(), width: z.int().min(200), height: z.int().min(200) });

/** Where the window was, in pixels of the desktop. */
export type WindowBounds = Readonly<z.infer<typeof boundsSchema>>;

const fileSchema = z.object({
  theme: preferencesSchema.shape.theme.catch('system'),
  areNotificationsOn: preferencesSchema.shape.areNotificationsOn.catch(true),
  port: preferencesSchema.shape.port.catch(DEFAULT_PORT),
  windowBounds: boundsSchema.optional().catch(undefined),
  hasSeenMinimiseNote: z.boolean().catch(false),
});

type PreferencesFile = z.infer<typeof fileSchema>;

/** The file that electron-store keeps; whatever is in it is checked before it is believed. */
export interface PreferencesStorage {
  readonly store: Record<string, unknown>;
  set(key: string, value: unknown): void;
}

/** What the operator prefers, and where the window was. No governance data. */
export interface DeskPreferences {
  current(): Preferences;
  change(change: Partial<Preferences>): Preferences;
  windowBounds(): WindowBounds | undefined;
  keepWindowBounds(bounds: WindowBounds): void;
  /** Answers true the first time only. */
  takeMinimiseNote(): boolean;
  onChange(listener: (preferences: Preferences) => void): () => void;
}

/** The preferences in this file; a value that makes no sense counts as not set. */
export function createPreferences(storage: PreferencesStorage): DeskPreferences {
  const listeners = new Set<(preferences: Preferences) => void>();
  const file = (): PreferencesFile => fileSchema.parse(storage.store);
  const current = (): Preferences => {
    const { theme, areNotificationsOn, port } = file();
    return { theme, areNotificationsOn, port };
  };
  return {
    current,
    change(change) {
      for (const [key, value] of Object.entries(change)) if (value !== undefined) storage.set(key, value);
      const preferences = current();
      for (const listener of [...listeners]) listener(preferences);
      return preferences;
    },
    windowBounds: () => file().windowBounds,
    keepWindowBounds: (bounds) => storage.set('windowBounds', bounds),
    takeMinimiseNote() {
      if (file().hasSeenMinimiseNote) return false;
      storage.set('hasSeenMinimiseNote', true);
      return true;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
