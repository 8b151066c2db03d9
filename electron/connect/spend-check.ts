import { join } from 'node:path';
import type { Check } from '../../shared/contract/connection';
import type { Engine } from '../../shared/contract/engine';
import { engineTable } from '../engines/table';
import { telemetryIn } from './config-edit';
import { configFilesOf, type Places } from './connect';
import type { EngineConnection } from './connection-file';
import { readIfThere } from './inspect';

/** What an engine writes or says of its sessions whether or not it sends telemetry (spec/sessions.md section 4). */
const withoutTelemetry: Readonly<Record<Engine, string>> = {
  claude: 'its transcripts, at our prices and without what it asks beside the conversation',
  codex: 'its transcripts, at our prices',
  gemini: 'its transcripts, at our prices and without what it asks beside the conversation',
  opencode: 'its plugin, in its own dollars',
};

/** Files of a workspace whose variables win over the person's own. */
const workspaceFiles: Readonly<Partial<Record<Engine, readonly string[]>>> = {
  claude: ['.claude/settings.json', '.claude/settings.local.json'],
};

/**
 * By what Gatehouse knows what an engine's sessions cost, and whether variables that stand elsewhere send its telemetry away from
 * Gatehouse. The transcripts are read in any case, so an engine is guarded by what it spends all the same.
 */
export function checkSpend(places: Places & { readonly workspace?: string }, connection: EngineConnection): Check {
  const { engine } = connection;
  const said = (isOk: boolean, says: string, fix?: string): Check => ({
    ...{ name: 'spend', isOk, says: `what its sessions cost is read from ${says}` },
    ...(fix !== undefined && { fix }),
  });
  const files = configFilesOf(places, { ...connection, url: 'http://127.0.0.1', isTelemetryDeclined: false });
  const sending = files.find(({ additions }) => additions.format !== 'whole' && additions.telemetry !== undefined);
  const rest = withoutTelemetry[engine];
  if (sending === undefined) return said(true, rest);
  if (connection.isTelemetryDeclined === true) return said(true, `${rest}; you declined its telemetry`);
  const { workspace } = places;
  const nearer = workspace === undefined ? [] : (workspaceFiles[engine] ?? []).map((name) => join(workspace, name));
  const theirs = [sending.path, ...nearer].find((path) => telemetryIn(readIfThere(path, 'json') ?? {}) === 'theirs');
  const own = telemetryIn(readIfThere(sending.path, 'json') ?? {});
  const fix = `Take the variables of telemetry out there, and connect again: gatehouse connect ${engine}. Or leave them: gatehouse connect ${engine} --no-telemetry`;
  if (theirs !== undefined)
    return said(false, `${rest}: the variables of telemetry in ${theirs} are not Gatehouse’s`, fix);
  if (own === 'none')
    return said(false, `${rest}: its telemetry is not switched on in ${sending.path}`, `gatehouse connect ${engine}`);
  return said(true, `its telemetry, in its own dollars, and its transcripts (${engineTable[engine].name})`);
}
