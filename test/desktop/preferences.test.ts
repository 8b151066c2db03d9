import { expect, test } from 'vitest';
import { createPreferences } from '../../electron/desktop/preferences';
import { defaultPreferences } from '../../shared/contract/desk-contract';

const storage = (store: Record<string, unknown>) => ({
  store,
  set: (key: string, value: unknown) => void (store[key] = value),
});

test('values that make no sense count as not set', () => {
  const preferences = createPreferences(
    storage({
      theme: 'pink',
      areNotificationsOn: 'yes',
      port: 99_999,
      windowBounds: { x: 1 },
      quietHours: { fromMinute: 9_999 },
      mutedUntilMs: 'long',
      other: 1,
    }),
  );
  expect(preferences.current()).toEqual(defaultPreferences);
  expect(preferences.windowBounds()).toBeUndefined();
});

test('a change is kept and told; the note on minimising is given once', () => {
  const file = storage({});
  const preferences = createPreferences(file);
  const heard: unknown[] = [];
  preferences.onChange((changed) => heard.push(changed));
  preferences.change({ theme: 'dark', port: 5000 });
  preferences.keepWindowBounds({ x: -5, y: 0, width: 800, height: 600 });
  const later = createPreferences(file);
  expect(later.current()).toEqual({ ...defaultPreferences, theme: 'dark', port: 5000 });
  expect(heard).toEqual([later.current()]);
  expect(later.windowBounds()).toEqual({ x: -5, y: 0, width: 800, height: 600 });
  expect([later.takeMinimiseNote(), later.takeMinimiseNote()]).toEqual([true, false]);
});

test('while their folder is away what was known holds, and nothing is read or written', () => {
  let isThere = true;
  const file = storage({ theme: 'dark' });
  const guarded = {
    get store() {
      if (!isThere) throw new Error('read');
      return file.store;
    },
    set(key: string, value: unknown) {
      if (!isThere) throw new Error('written');
      file.set(key, value);
    },
  };
  const preferences = createPreferences(guarded, () => isThere);
  expect(preferences.current().theme).toBe('dark');
  isThere = false;
  preferences.keepWindowBounds({ x: 0, y: 0, width: 800, height: 600 });
  expect(preferences.change({ port: 5000 })).toMatchObject({ theme: 'dark', port: 5000 });
  expect([preferences.takeMinimiseNote(), preferences.takeMinimiseNote()]).toEqual([true, false]);
  isThere = true;
  expect(preferences.current()).toEqual({ ...defaultPreferences, theme: 'dark' });
});

test('a file of an older version has its switches, and every kind that it does not know is on', () => {
  const preferences = createPreferences(
    storage({ areNotificationsOn: false, notificationKinds: { request: false, gone: false, review: 'no' } }),
  );
  expect(preferences.current()).toEqual({
    ...defaultPreferences,
    areNotificationsOn: false,
    notificationKinds: { ...defaultPreferences.notificationKinds, request: false },
  });
});
