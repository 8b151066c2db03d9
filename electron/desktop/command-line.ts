/**
 * Switches of Chromium and Node that hand the app, and with it the operator's power, to whoever asks: a debugger's door, a program
 * started in the place of ours, code or extensions loaded, or the rules of the web switched off.
 */
const HANDING_OVER = [
  /^remote-/,
  /^inspect/,
  /^debug(-|$)/,
  /^js-flags$/,
  /-cmd-prefix$/,
  /-launcher$/,
  /^browser-subprocess-path$/,
  /^(load|whitelisted)-extension/,
  /^disable-extensions-except$/,
  /^(disable-web-security|allow-file-access-from-files|allow-running-insecure-content|single-process)$/,
  /^(auto-open-devtools-for-tabs|enable-automation|headless|custom-devtools-frontend)$/,
  /^(host-rules|host-resolver-rules|ignore-certificate-errors.*|proxy-.*)$/,
];

/**
 * The first argument with which a released app must not start; undefined when there is none. Names are compared as on every system:
 * with one dash or two, a slash on Windows, in any case.
 */
export function handingOverSwitch(args: readonly string[], platform: NodeJS.Platform): string | undefined {
  const prefix = platform === 'win32' ? /^(--?|\/)/ : /^--?/;
  return args.find((arg) => {
    if (!prefix.test(arg)) return false;
    const [name = ''] = arg.replace(prefix, '').toLowerCase().split('=');
    return HANDING_OVER.some((pattern) => pattern.test(name));
  });
}
