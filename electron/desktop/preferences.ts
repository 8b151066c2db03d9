import { z } from 'zod';
import { defaultPreferences, type Preferences, preferencesSchema } from '../../shared/contract/desk-contract';
import { kindsOffAtFirst, notificationKinds, notificationSwitchesSchema } from '../../shared/contract/notifications';
import { fieldOf, type JsonObject } from '../../shared/kernel/fields';
import { createListeners } from '../kernel/listeners';

const boundsSchema = z.object({ x: z.int(), y: z.int(), width: z.int().min(200), height: z.int().min(200) });

/** Where the window was, in pixels of the desktop. */
export type WindowBounds = Readonly<z.infer<typeof boundsSchema>>;

const { shape } = preferencesSchema;

/** What is kept in the file besides the preferences. */
const besidesSchema = z.object({
  windowBounds: boundsSchema.optional().catch(undefined),
  hasSeenMinimiseNote: z.boolean().catch(false),
  digestToldMs: z.number().catch(0),
});

/** Each preference of a file that makes sense, and what holds by default in place of the others. */
function preferencesIn(file: JsonObject): Preferences {
  const names = Object.keys(shape) as (keyof Preferences)[];
  const read = names.map((name) => {
    const found = shape[name].safeParse(file[name]);
    return [name, found.success ? found.data : defaultPreferences[name]];
  });
  return preferencesSchema.parse(Object.fromEntries(read));
}

/** The switches of a file; a kind that an older one does not know yet is as it is at first. */
function switchesIn(given: unknown): Preferences['notificationKinds'] {
  return notificationSwitchesSchema.parse(
    Object.fromEntries(
      notificationKinds.map((kind) => [
        kind,
        kindsOffAtFirst.includes(kind) ? fieldOf(given, kind) === true : fieldOf(given, kind) !== false,
      ]),
    ),
  );
}

/** Some preferences to change; what is undefined stays. */
export type PreferencesChange = { readonly [K in keyof Preferences]?: Preferences[K] | undefined };

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
  /** When the digest of a day was told last; 0 for never. */
  digestToldMs(): number;
  keepDigestTold(atMs: number): void;
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
  const file = () => {
    if (isInPlace()) known = storage.store;
    return known;
  };
  const set = (key: string, value: unknown) => {
    known = { ...known, [key]: value };
    if (isInPlace()) storage.set(key, value);
  };
  const besides = () => besidesSchema.parse(file());
  const current = () => {
    const found = file();
    return preferencesIn({ ...found, notificationKinds: switchesIn(found['notificationKinds']) });
  };
  return {
    current,
    change(change) {
      for (const [key, value] of Object.entries(change)) if (value !== undefined) set(key, value);
      const preferences = current();
      listeners.tell(preferences);
      return preferences;
    },
    windowBounds: () => besides().windowBounds,
    keepWindowBounds: (bounds) => set('windowBounds', bounds),
    digestToldMs: () => besides().digestToldMs,
    keepDigestTold: (atMs) => set('digestToldMs', atMs),
    takeMinimiseNote() {
      if (besides().hasSeenMinimiseNote) return false;
      set('hasSeenMinimiseNote', true);
      return true;
    },
    onChange: listeners.add,
  };
}
