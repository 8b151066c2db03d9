import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the API listens, for programs of the same user. */
export type Endpoint = {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly startedAtMs: number;
};

/** The file that says where the API listens while it does. */
export function endpointPath(home: string): string {
  return join(home, 'endpoint.json');
}

/** Writes the file whole or not at all, readable by its owner only. One that a killed process left behind is replaced. */
export function writeEndpoint(home: string, { url, port, version, startedAtMs }: Endpoint): void {
  const path = endpointPath(home);
  const text = JSON.stringify({ url, port, pid: process.pid, version, started_at_ms: startedAtMs });
  rmSync(`${path}.new`, { force: true });
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Removes the file; it is not there when the API never listened. */
export function removeEndpoint(home: string): void {
  rmSync(endpointPath(home), { force: true });
}
