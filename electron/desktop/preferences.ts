import { z } from 'zod';
import { defaultPreferences, type Preferences, preferencesSchema } from '../../shared/contract/desk-contract';
import { notificationKinds, notificationSwitchesSchema, quietHoursSchema } from '../../shared/contract/notifications';
import { createListeners } from '../kernel/listeners';

const boundsSchema = z.object({ x: z.int(), y: z.int(), width: z.int().min(200), height: z.int().min(200) });

/** Where the window was, in pixels of the desktop. */
export type WindowBounds = Readonly<z.infer<typeof boundsSchema>>;

const { shape } = preferencesSchema;

const fileSchema = z.object({
  theme: shape.theme.catch(defaultPreferences.theme),
  areNotificationsOn: shape.areNotificationsOn.catch(defaultPreferences.areNotificationsOn),
  // A kind that an older file does not know yet is on.
  notificationKinds: z
    .record(z.string(), z.unknown())
    .catch({})
    .transform((given) =>
      notificationSwitchesSchema.parse(
        Object.fromEntries(notificationKinds.map((kind) => [kind, given[kind] !== false])),
      ),
    ),
  quietHours: quietHoursSchema.catch(defaultPreferences.quietHours),
  mutedUntilMs: shape.mutedUntilMs.catch(defaultPreferences.mutedUntilMs),
  notificationsPerMinute: shape.notificationsPerMinute.catch(defaultPreferences.notificationsPerMinute),
  isCountShownInTray: shape.isCountShownInTray.catch(defaultPreferences.isCountShownInTray),
  port: shape.port.catch(defaultPreferences.port),
  windowBounds: boundsSchema.optional().catch(undefined),
  hasSeenMinimiseNote: z.boolean().catch(false),
});

/** Some preferences to change; what is undefined stays. */
export type PreferencesChange = { readonly [K in keyof Preferences]?: Preferences[K] | undefined };

type PreferencesFile = z.infer<typeof fileSchema>;

/** The file that electron-store keeps; whatever is in it is checked before it is believed. */
export interface PreferencesStorage {
  readonly store: Record<string, unknown>;
  set(key: string, value: unknown): void;
}

/** What the operator prefers, and where the window was. No governance data. */
export interface DeskPreferences {
  current(): Preferences;
  change(change: PreferencesChange): Preferences;
  windowBounds(): WindowBounds | undefined;
  keepWindowBounds(bounds: WindowBounds): void;
  /** Answers true the first time only. */
  takeMinimiseNote(): boolean;
  onChange(listener: (preferences: Preferences) => void): () => void;
}

/**
 * The preferences in this file; a value that makes no sense counts as not set. While its folder is not in its place, what was last
 * known holds, and nothing is read or written: reading alone would make a folder.
 */
export function createPreferences(storage: PreferencesStorage, isInPlace = () => true): DeskPreferences {
  const listeners = createListeners<Preferences>();
  let known: Record<string, unknown> = {};
  const file = (): PreferencesFile => {
    if (isInPlace()) known = storage.store;
    return fileSchema.parse(known);
  };
  const set = (key: string, value: unknown) => {
    known = { ...known, [key]: value };
    if (isInPlace()) storage.set(key, value);
  };
  const current = (): Preferences => {
    const { windowBounds: _bounds, hasSeenMinimiseNote: _note, ...preferences } = file();
    return preferences;
  };
  return {
    current,
    change(change) {
      for (const [key, value] of Object.entries(change)) if (value !== undefined) set(key, value);
      const preferences = current();
      listeners.tell(preferences);
      return preferences;
    },
    windowBounds: () => file().windowBounds,
    keepWindowBounds: (bounds) => set('windowBounds', bounds),
    takeMinimiseNote() {
      if (file().hasSeenMinimiseNote) return false;
      set('hasSeenMinimiseNote', true);
      return true;
    },
    onChange: listeners.add,
  };
}
