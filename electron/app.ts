import * as electron from 'electron';
import { begin } from './begin';

/**
 * Begins the app, and once Electron is ready loads the rest of it. No logic here: this file hands Electron on (design.md decision 9).
 * `isCompiled` says whether its own code comes compiled from the build.
 */
export function beginApp(isCompiled: boolean): void {
  begin(electron, async (beginning) => {
    const [{ start }, { default: ElectronStore }] = await Promise.all([
      import('./compose'),
      import('electron-store'),
      import('./judgement/shell/grammar').then(({ loadShellGrammar }) => loadShellGrammar()),
    ]);
    const openPreferences = (home: string) =>
      new ElectronStore({ cwd: home, name: 'preferences', clearInvalidConfig: true });
    start(electron, beginning, { openPreferences, isCompiled });
  });
}
