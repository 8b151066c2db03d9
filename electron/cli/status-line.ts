import { text } from 'node:stream/consumers';
import { jsonIn } from '../../shared/kernel/fields';
import { ask } from '../client/client';
import { exitCode } from '../client/exit-code';
import { ApiRefusal, Unreachable } from '../client/failure';
import { knownConnection } from '../connect/connection-file';
import { toKept } from '../connect/kept-file';
import { claudeQuotas } from '../engines/claude-quotas';
import type { Definition } from './command';
import { findUrl, homeFolder } from './connection';

const help = `
Claude Code says to its status line alone how much of your plan is used. With this in its settings.json Gatehouse shows that beside
the money, and warns near the end of a window:

  "statusLine": { "type": "command", "command": "gatehouse status-line" }

It reads the JSON of Claude Code on stdin and prints one line. Without a plan, or without Gatehouse, it only prints.`;

/** How long Claude Code is kept waiting for its status line, in milliseconds. */
const LONGEST_MS = 1_000;

/** gatehouse status-line */
export const defineStatusLine: Definition = (command, running, terminal) => {
  command.addHelpText('after', help).action(
    running(async () => {
      const { environment } = terminal;
      const quotas = claudeQuotas(jsonIn(await text(process.stdin)), Date.now());
      const used = quotas.map(({ usedPercent, windowMinutes }) => {
        return `${Math.round(usedPercent)} % of ${windowMinutes < 1_440 ? `${windowMinutes / 60} h` : `${windowMinutes / 1_440} days`}`;
      });
      terminal.say(['Gatehouse', ...used].join(' · '));
      const connection = knownConnection(homeFolder(environment), 'claude');
      if (connection === undefined || quotas.length === 0) return exitCode.ok;
      const body = toKept({ engine: 'claude', quotas });
      try {
        const caller = { url: findUrl(environment), token: connection.token, agentId: connection.agentId };
        await ask(caller, { method: 'POST', path: '/governance/sessions/quotas', body, timeoutMs: LONGEST_MS });
      } catch (error) {
        // It is told again with the next line.
        if (!(error instanceof Unreachable) && !(error instanceof ApiRefusal)) throw error;
      }
      return exitCode.ok;
    }),
  );
};
