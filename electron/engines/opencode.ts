import { join } from 'node:path';
import { engineAgentIds, engineNames } from '../../shared/contract/engine';
import { defined } from '../../shared/kernel/fields';
import {
  bearer,
  type ConfigFile,
  type EngineRow,
  type Environment,
  type HookInput,
  mcpUrl,
  planTool,
  type SaidUse,
  textOf,
  unlockedHold,
  userFolder,
  valueAt,
  type Wanted,
  wordsOf,
} from './engine';
import { pluginText } from './opencode-plugin';

// They only look, or what they start is asked about by itself.
const looks = wordsOf('read glob grep list lsp todowrite todoread task skill plan_exit');

/** Questions to the person at the terminal. */
const questions = wordsOf('question');

/** Characters of the id of an answer and of a model's name. */
const LONGEST_MARK = 200;

/** opencode, as its plugins were in November 2026: the plugin gives each event to the hook, and understands one answer. */
export const opencode: EngineRow = {
  name: engineNames.opencode,
  agentId: engineAgentIds.opencode,
  program: 'opencode',
  hold: unlockedHold,
  afterwards: 'Sessions that are open already use the plugin after a restart of opencode.',
  folder,
  files,
  projectFiles: ['opencode.json', 'opencode.jsonc', '.opencode/opencode.json'],

  plan(input) {
    switch (input['hook_event_name']) {
      case 'tool.execute.before':
        // Whether its own dialog follows is the person's configuration, which this does not say.
        return planTool(textOf(input, 'tool_name'), { looks, questions }, 'none');
      case 'permission.asked':
        return { call: { engineAsks: 'asking', isLook: false }, ask: { isResumable: false, dialog: 'follows' } };
      case 'tool.execute.after':
        return { ended: 'this_call', end: { isError: false } };
      case 'chat.message':
        return { isBeginning: true };
      case 'step-finish':
        return defined({ use: saidUse(input) });
      case 'session.idle':
      case 'session.error':
        return { ended: 'own' };
      case 'session.deleted':
        return { ended: 'session', isEnd: true };
      default:
        return {};
    }
  },

  answer(_input, verdict) {
    const said = (decision: object) => ({ stdout: { ...decision }, exitCode: 0 });
    switch (verdict.kind) {
      case 'allow':
        return said({ decision: 'allow' });
      case 'deny':
      case 'block':
      // It knows neither, and would carry the call out.
      case 'ask':
      case 'later':
        return said({ decision: 'deny', reason: verdict.sentence });
      case 'pass':
        return said(verdict.sentence === undefined ? {} : { reason: verdict.sentence });
    }
  },
};

/** What an answer of the model used; it says no dollars where it has no price. */
function saidUse(input: HookInput): SaidUse | undefined {
  const [id, cost, atMs] = ['id', 'cost', 'at_ms'].map((field) => valueAt(input, 'use', field));
  const count = (...path: readonly string[]) => {
    const value = valueAt(input, 'use', 'tokens', ...path);
    return typeof value === 'number' && value > 0 ? Math.round(value) : 0;
  };
  if (typeof id !== 'string' || typeof atMs !== 'number' || textOf(input, 'model') === '') return undefined;
  return {
    mark: id.slice(0, LONGEST_MARK),
    model: textOf(input, 'model').slice(0, LONGEST_MARK),
    part: valueAt(input, 'use', 'is_aside') === true ? 'auxiliary' : 'conversation',
    input_tokens: count('input'),
    cache_read_tokens: count('cache', 'read'),
    cache_write_tokens: count('cache', 'write'),
    output_tokens: count('output') + count('reasoning'),
    ...(typeof cost === 'number' && cost > 0 && { cost_usd: cost }),
    at_ms: atMs,
  };
}

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
