import type { Engine } from '../../../shared/contract/engine';
import { claudeGuarding } from './claude';
import { codexGuarding } from './codex';
import { geminiGuarding } from './gemini';
import type { Guarding } from './guarding';
import { opencodeGuarding } from './opencode';

/** What decides for each engine whether its hooks are called. Not in `engineTable`, which every hook loads. */
export const guardingTable: Readonly<Record<Engine, Guarding>> = {
  claude: claudeGuarding,
  codex: codexGuarding,
  gemini: geminiGuarding,
  opencode: opencodeGuarding,
};
