import { ask } from './client';
import type { Definition } from './commands';
import { withCommonOptions } from './common-options';
import { findUrl } from './connection';
import { exitCode } from './exit-code';

/** gatehouse status */
export const defineStatus: Definition = (command, running, terminal) => {
  withCommonOptions(command).action(
    running(async (options: { readonly json?: true }) => {
      const url = findUrl(terminal.environment);
      const health = await ask({ url, token: '' }, { path: '/global/health' });
      terminal.say(options.json === true ? JSON.stringify({ url, ...health }) : `Gatehouse runs at ${url}`);
      return exitCode.ok;
    }),
  );
};
