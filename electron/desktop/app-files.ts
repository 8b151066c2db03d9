import { join } from 'node:path';

/** The preload script of our pages, below the app's folder. */
export function preloadPathIn(appFolder: string): string {
  return join(appFolder, 'out', 'preload', 'preload.cjs');
}

/** The app's icons: other programs show them too, and cannot look into a package. */
export function iconFolderIn(appFolder: string): string {
  return join(appFolder.replace(/app\.asar$/, 'app.asar.unpacked'), 'build', 'icons');
}

/** The icon of the window and of notifications. */
export function iconPathIn(appFolder: string): string {
  return join(iconFolderIn(appFolder), 'app', '256x256.png');
}
