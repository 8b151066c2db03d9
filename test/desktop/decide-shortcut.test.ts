import { describe, expect, it } from 'vitest';
import { createDecideShortcut } from '../../electron/desktop/decide-shortcut';

const X11 = { XDG_SESSION_TYPE: 'x11' };

/** A desktop on which other programs have some keys already. */
function desktop(environment: Readonly<Record<string, string>> = X11, platform: NodeJS.Platform = 'linux') {
  const ofOthers = new Set<string>();
  const ours = new Map<string, () => void>();
  let preferred = 'Alt+Space';
  let presses = 0;
  const shortcut = createDecideShortcut({
    globalShortcut: {
      register(keys, onPressed) {
        if (ofOthers.has(keys)) return false;
        ours.set(keys, onPressed);
        return true;
      },
      unregister: (keys) => void ours.delete(keys),
    },
    ...{ platform, environment },
    preferred: () => preferred,
    onPressed: () => (presses += 1),
  });
  return {
    shortcut,
    ofOthers,
    held: () => [...ours.keys()],
    press: (keys: string) => ours.get(keys)?.(),
    presses: () => presses,
    prefer(keys: string) {
      preferred = keys;
      shortcut.follow();
    },
  };
}

describe('the shortcut', () => {
  it('takes the preferred keys and no others, and gives them back', () => {
    const { shortcut, prefer, held, press, presses } = desktop();
    shortcut.follow();
    expect([shortcut.state(), held()]).toEqual(['on', ['Alt+Space']]);
    press('Alt+Space');
    expect(presses()).toBe(1);
    prefer('Alt+F9');
    expect([shortcut.state(), held()]).toEqual(['on', ['Alt+F9']]);
    prefer('');
    expect([shortcut.state(), held()]).toEqual(['off', []]);
    prefer('Alt+F9');
    shortcut.close();
    expect(held()).toEqual([]);
  });

  it('says that another program has the keys, and takes them once they are free', () => {
    const { shortcut, ofOthers, held } = desktop();
    ofOthers.add('Alt+Space');
    shortcut.follow();
    expect([shortcut.state(), held()]).toEqual(['taken', []]);
    ofOthers.clear();
    shortcut.follow();
    expect([shortcut.state(), held()]).toEqual(['on', ['Alt+Space']]);
  });

  it.each<[string, Readonly<Record<string, string>>, NodeJS.Platform, string]>([
    ['Wayland', { XDG_SESSION_TYPE: 'wayland' }, 'linux', 'impossible'],
    ['Wayland that only its socket tells of', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 'impossible'],
    ['X11', X11, 'linux', 'on'],
    ['a Mac with variables of another system', { XDG_SESSION_TYPE: 'wayland' }, 'darwin', 'on'],
  ])('under %s', (_what, environment, platform, state) => {
    const { shortcut, held } = desktop(environment, platform);
    shortcut.follow();
    expect(shortcut.state()).toBe(state);
    expect(held()).toHaveLength(state === 'on' ? 1 : 0);
  });
});
