import { expect, test } from 'vitest';
import { handingOverSwitch } from '../../electron/desktop/command-line';

const handingOver = [
  ...[
    'remote-debugging-port=9222',
    'remote-debugging-pipe',
    'remote-debugging-address=0.0.0.0',
    'remote-allow-origins=*',
  ],
  ...['inspect', 'inspect=0', 'inspect-brk', 'inspect-brk-node', 'inspect-port=9229', 'inspect-publish-uid=http'],
  ...['debug', 'debug-brk', 'debug-port=1', 'js-flags=--expose-gc', 'load-extension=/tmp/x', 'gpu-launcher=/tmp/x'],
  ...['renderer-cmd-prefix=/tmp/x', 'utility-cmd-prefix=x', 'zygote-cmd-prefix=x', 'browser-subprocess-path=/tmp/x'],
  ...[
    'disable-web-security',
    'allow-file-access-from-files',
    'auto-open-devtools-for-tabs',
    'headless',
    'proxy-server=x',
  ],
];

test.each(handingOver)('a released app does not start with --%s, however it is written', (name) => {
  for (const arg of [`--${name}`, `-${name}`, `--${name.toUpperCase()}`]) {
    expect(handingOverSwitch(['--hidden', arg], 'linux')).toBe(arg);
  }
  expect(handingOverSwitch([`/${name}`], 'win32')).toBe(`/${name}`);
});

test.each([
  [[]],
  [['--hidden', '--no-sandbox', '--ozone-platform-hint=auto', '--password-store=basic', '--lang=de']],
  [['--force-device-scale-factor=2', '--disable-gpu', '-psn_0_12345', '--enable-features=UseOzonePlatform']],
  // A path, not a switch.
  [['/inspect/me', 'remote-debugging-port', './debug']],
])('and it does with %j', (args) => {
  expect(handingOverSwitch(args, 'linux')).toBeUndefined();
});
