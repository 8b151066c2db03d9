import type { MenuItemConstructorOptions } from 'electron';

/** The application's menu: editing, closing and quitting by the platform's keys, and nothing that reloads or inspects the page. */
export function applicationMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const edit: MenuItemConstructorOptions = { role: 'editMenu' };
  const zoom: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
  };
  if (platform === 'darwin') return [{ role: 'appMenu' }, edit, zoom, { role: 'windowMenu' }];
  return [
    { label: 'Gatehouse', submenu: [{ role: 'close' }, { role: 'quit', accelerator: 'CommandOrControl+Q' }] },
    edit,
    zoom,
  ];
}
