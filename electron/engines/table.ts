import type { Engine } from '../../shared/contract/engine';
import { claude } from './claude';
import { codex } from './codex';
import type { EngineRow } from './engine';
import { gemini } from './gemini';
import { opencode } from './opencode';

/** Every engine; what is known of one stands in its row and nowhere else. */
export const engineTable: Readonly<Record<Engine, EngineRow>> = { claude, codex, gemini, opencode };

/** The command that stands in an engine's configuration: constant for a data folder, whatever is set in Gatehouse. */
export function hookCommand(launcherPath: string, engine: Engine): string {
  const isPlain = /^[\w@%+=:,./\\-]+$/.test(launcherPath);
  return `${isPlain ? launcherPath : `"${launcherPath.replaceAll(/(["$`])/g, '\\$1')}"`} hook ${engine}`;
}
