import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isOwnTool } from '../../../shared/asking';
import type { Engine } from '../../../shared/contract/engine';
import { type Environment, type HookInput, textOf } from '../../engines/engine';
import { engineTable } from '../../engines/table';

/** Folders that are looked at, from that of the session upwards. */
const MOST_FOLDERS = 64;

/**
 * Whether a call is one of Gatehouse's own MCP server: by its name, unless a file of the project may give that name to another server,
 * which the engine would then ask instead of ours.
 */
export function isOwnCall(engine: Engine, input: HookInput, environment: Environment): boolean {
  if (!isOwnTool(textOf(input, 'tool_name').trim())) return false;
  const { projectFiles = [], folder: ownFolder } = engineTable[engine];
  const paths = foldersFrom(textOf(input, 'cwd')).flatMap((folder) => projectFiles.map((file) => join(folder, file)));
  // The person's own file, which has ours.
  return !paths.some((path) => dirname(path) !== ownFolder(environment) && mayName(path));
}

function foldersFrom(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let at = folder; at !== '' && folders.length < MOST_FOLDERS; at = dirname(at)) {
    folders.push(at);
    if (dirname(at) === at) break;
  }
  return folders;
}

/** Whether the name may stand in a file, in letters or in the escapes of JSON and TOML. */
function mayName(path: string): boolean {
  try {
    return /gatehouse|\\u/i.test(readFileSync(path, 'utf8'));
  } catch (error) {
    // One that is there and cannot be read may say anything.
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
