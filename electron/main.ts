import * as electron from 'electron';
import ElectronStore from 'electron-store';
import { compose } from './compose';

// No logic here: this file loads Electron and hands it on (design.md decision 9).
compose(electron, (home) => new ElectronStore({ cwd: home, name: 'preferences', clearInvalidConfig: true }));
