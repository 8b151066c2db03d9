import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an engine wrote to its hook, and what it calls itself. */
export type Recording = { readonly entryPoint: string; readonly input: Readonly<Record<string, unknown>> };

/** Where all that engines write to their hooks is kept, as lines of JSON by engine; undefined where nobody wants that. */
export const recordingsFolder = process.env['GATEHOUSE_RECORD_HOOKS'];

/** What stands for the places of this machine in recordings. */
const places = { person: '/home/olga', workspace: '/home/olga/shop', data: '/home/olga/.config/Gatehouse' } as const;

/** The same for the address of the scripted model. */
const MODEL_URL = 'http://127.0.0.1:4893';

/** Puts a program before the command that hooks call: it keeps what comes on stdin in a folder of its own, and hands it on. */
export function recordHooks(launcher: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (readFileSync(launcher, 'utf8').includes(`${launcher}.recorded`)) return;
  renameSync(launcher, `${launcher}.recorded`);
  const text = `#!/bin/sh
if [ "$1" = hook ]; then
  kept='${folder}'/"$(date +%s%N).$$.$CLAUDE_CODE_ENTRYPOINT"
  cat >"$kept.part" && mv "$kept.part" "$kept.json"
  exec '${launcher}.recorded' "$@" <"$kept.json"
fi
exec '${launcher}.recorded' "$@"
`;
  writeFileSync(launcher, text, { mode: 0o755 });
}

/** Where a recording was made. */
type Made = { readonly person: string; readonly workspace: string; readonly home: string; readonly modelUrl: string };

/** What was recorded in a folder, the oldest first, with no place of this machine in it. */
export function recordingsIn(folder: string, made: Made): readonly Recording[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => ({
      entryPoint: name.split('.')[2] ?? '',
      input: JSON.parse(cleaned(readFileSync(join(folder, name), 'utf8'), made)),
    }));
}

/** Adds recordings to those that are kept of an engine. */
export function keepRecordings(engine: string, recordings: readonly Recording[]): void {
  if (recordingsFolder === undefined) return;
  mkdirSync(recordingsFolder, { recursive: true });
  const lines = recordings.map(({ entryPoint, input }) => `${JSON.stringify({ entry_point: entryPoint, input })}\n`);
  appendFileSync(join(recordingsFolder, `${engine}.jsonl`), lines.join(''));
}

function cleaned(text: string, { person, workspace, home, modelUrl }: Made): string {
  const dashed = (path: string) => path.replaceAll(/[^a-zA-Z0-9]/g, '-');
  const known = [
    [workspace, places.workspace],
    [home, places.data],
    [person, places.person],
    [modelUrl, MODEL_URL],
  ] as const;
  return known.reduce((said, [path, kept]) => said.replaceAll(path, kept).replaceAll(dashed(path), dashed(kept)), text);
}
