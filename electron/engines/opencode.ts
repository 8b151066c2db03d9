import { join } from 'node:path';
import { engineNames } from '../../shared/contract/engine';
import {
  bearer,
  type ConfigFile,
  type EngineRow,
  type Environment,
  mcpUrl,
  textOf,
  unlockedHold,
  userFolder,
  type Wanted,
} from './engine';
import { pluginText } from './opencode-plugin';

// They only look, or the person at the terminal has to answer them with more than yes or no.
const neverAsked = new Set('read glob grep list lsp todowrite todoread task skill question plan_exit'.split(' '));

/** opencode, as its plugins were in November 2026: the plugin gives each event to the hook, and understands one answer. */
export const opencode: EngineRow = {
  name: engineNames.opencode,
  agentId: 'opencode',
  program: 'opencode',
  hold: unlockedHold,
  afterwards: 'Sessions that are open already use the plugin after a restart of opencode.',
  folder,
  files,

  plan(input) {
    switch (input['hook_event_name']) {
      case 'tool.execute.before':
        if (neverAsked.has(textOf(input, 'tool_name'))) {
          return { ended: 'abandoned', call: { engineAsks: 'never', isLook: true } };
        }
        return {
          ended: 'abandoned',
          call: { engineAsks: 'unknown', isLook: false },
          ask: { isForHighRiskOnly: false, isResumable: false },
        };
      case 'permission.asked':
        return {
          ask: { isForHighRiskOnly: false, isResumable: false },
          call: { engineAsks: 'asking', isLook: false },
        };
      case 'tool.execute.after':
        return { ended: 'this_call' };
      case 'session.idle':
      case 'session.error':
        return { ended: 'own' };
      case 'session.deleted':
        return { ended: 'session', isEnd: true };
      default:
        return {};
    }
  },

  answer(input, verdict) {
    const said = (decision: object) => ({ stdout: { ...decision }, exitCode: 0 });
    const isBefore = input['hook_event_name'] === 'tool.execute.before';
    switch (verdict.kind) {
      case 'allow':
        return said({ decision: 'allow' });
      case 'deny':
      case 'block':
        return said({ decision: 'deny', reason: verdict.sentence });
      case 'pass':
      case 'later':
        if (verdict.sentence === undefined) return said({});
        // Its own dialog is open at `permission.asked` alone; before that it would carry the call out.
        return said(
          isBefore
            ? {
                decision: 'deny',
                reason: `${verdict.sentence} opencode asks nobody else here. Nobody has refused this.`,
              }
            : { reason: verdict.sentence },
        );
    }
  },
};

function folder(environment: Environment): string {
  return join(environment['XDG_CONFIG_HOME'] || join(userFolder(environment), '.config'), 'opencode');
}

function files(environment: Environment, wanted: Wanted): readonly ConfigFile[] {
  const own = folder(environment);
  const server = { type: 'remote', url: mcpUrl(wanted), headers: bearer(wanted), enabled: true };
  return [
    {
      path: join(own, 'opencode.json'),
      additions: { format: 'json', hooks: [], server: { key: 'mcp', value: server } },
    },
    {
      path: join(own, 'plugin', 'gatehouse.js'),
      additions: { format: 'whole', text: pluginText(wanted.hookCommand) },
    },
  ];
}
