import { join } from 'node:path';
import type { Check } from '../../shared/contract/connection';
import type { Engine } from '../../shared/contract/engine';
import type { TelemetryKey } from '../engines/engine';
import { configFilesOf, type Places } from './connect';
import type { EngineConnection } from './connection-file';
import { readIfThere } from './inspect';
import { telemetryIn } from './telemetry-entries';

/** What an engine writes or says of its sessions whether or not it sends telemetry (spec/sessions.md section 4). */
const withoutTelemetry: Readonly<Record<Engine, string>> = {
  claude: 'its transcripts, at our prices and without what it asks beside the conversation',
  codex: 'its transcripts, at our prices',
  gemini: 'its transcripts, at our prices and without what it asks beside the conversation',
  opencode: 'its plugin, in its own dollars',
};

/** The same where it does. */
const withTelemetry: Readonly<Partial<Record<Engine, string>>> = {
  claude: 'its telemetry, in its own dollars, and its transcripts',
  gemini: 'its transcripts, and from its telemetry what it asks beside the conversation, at our prices',
};

/** Files of a workspace whose telemetry wins over the person's own. */
const workspaceFiles: Readonly<Partial<Record<Engine, readonly string[]>>> = {
  claude: ['.claude/settings.json', '.claude/settings.local.json'],
  gemini: ['.gemini/settings.json'],
};

/** Variables of the terminal that win over all files. */
const winning: Readonly<Partial<Record<Engine, RegExp>>> = {
  gemini: /^(?:GEMINI_TELEMETRY_|OTEL_EXPORTER_OTLP_ENDPOINT$)/,
};

const words: Readonly<Record<TelemetryKey, string>> = { env: 'variables', telemetry: 'settings' };

/**
 * By what Gatehouse knows what an engine's sessions cost, and whether something that stands elsewhere sends its telemetry away from
 * Gatehouse. The transcripts are read in any case, so an engine is guarded by what it spends all the same.
 */
export function checkSpend(places: Places & { readonly workspace?: string }, connection: EngineConnection): Check {
  const { engine } = connection;
  const said = (isOk: boolean, says: string, fix?: string): Check => ({
    ...{ name: 'spend', isOk, says: `what its sessions cost is read from ${says}` },
    ...(fix !== undefined && { fix }),
  });
  const files = configFilesOf(places, { ...connection, url: 'http://127.0.0.1', isTelemetryDeclined: false });
  const sending = files.flatMap(({ path, additions }) => {
    const telemetry = additions.format === 'whole' ? undefined : additions.telemetry;
    return telemetry === undefined ? [] : [{ path, key: telemetry.key }];
  })[0];
  const rest = withoutTelemetry[engine];
  if (sending === undefined) return said(true, rest);
  if (connection.isTelemetryDeclined === true) return said(true, `${rest}; you declined its telemetry`);
  const { path, key } = sending;
  const { environment, workspace } = places;
  const whose = (file: string) => telemetryIn(readIfThere(file, 'json') ?? {}, key);
  const nearer = workspace === undefined ? [] : (workspaceFiles[engine] ?? []).map((name) => join(workspace, name));
  const variable = Object.keys(environment).find((name) => winning[engine]?.test(name) === true);
  const theirs = variable ?? [path, ...nearer].find((file) => whose(file) === 'theirs');
  const fix = `Take the ${words[key]} of telemetry out there, and connect again: gatehouse connect ${engine}. Or leave them: gatehouse connect ${engine} --no-telemetry`;
  if (theirs !== undefined)
    return said(false, `${rest}: the ${words[key]} of telemetry in ${theirs} are not Gatehouse’s`, fix);
  if (whose(path) === 'none')
    return said(false, `${rest}: its telemetry is not switched on in ${path}`, `gatehouse connect ${engine}`);
  return said(true, withTelemetry[engine] ?? rest);
}
