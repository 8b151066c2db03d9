import * as electron from 'electron';
import { begin } from './begin';

// No logic here: this file loads Electron and hands it on (design.md decision 9), and once it is ready the rest of the app.
begin(electron, async (beginning) => {
  const [{ start }, { default: ElectronStore }] = await Promise.all([
    import('./compose'),
    import('electron-store'),
    import('./judgement/shell/grammar').then(({ loadShellGrammar }) => loadShellGrammar()),
  ]);
  start(electron, beginning, (home) => new ElectronStore({ cwd: home, name: 'preferences', clearInvalidConfig: true }));
});
