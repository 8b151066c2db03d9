import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../../shared/kernel/fields';
import { createWorld, inMemory, operator, temporaryHome, type World } from '../support/world';
import { ASKED_AT_MS } from './asked-at';

/** What 0.1.0 left behind, and what it answered; the README there says how it came to be. */
export const left = join(import.meta.dirname, 'home-of-0.1.0');

/** The text of a file that it left, compressed or not. */
export function leftText(name: string): string {
  const path = join(left, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)).toString();
}

/** What it answered, by what was asked. */
export function answersOf(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(leftText(`${name}.json`)) as Record<string, unknown>;
}

/** A world on a copy of its data folder, a second after its last change. */
export function previousWorld(): World {
  const home = temporaryHome(inMemory());
  for (const name of ['gatehouse.db.exists', 'audit-checkpoints.jsonl', 'audit-key.json', 'preferences.json']) {
    cpSync(join(left, name), join(home, name));
  }
  writeFileSync(join(home, 'gatehouse.db'), gunzipSync(readFileSync(join(left, 'gatehouse.db.gz'))));
  let count = 0;
  const world = createWorld({
    home,
    ids: { uuid: () => `ffffffff-0000-7000-8000-${String(++count).padStart(12, '0')}` },
  });
  world.clock.at = ASKED_AT_MS;
  return world;
}

/** The secret of a new token of an agent. */
export async function tokenOf(world: World, agentId: string): Promise<string> {
  const { secret } = await world.done(operator, 'token.create', { kind: 'agent', name: agentId, agentId });
  return secret;
}

/** Answers with the ids of the world in the order in which they are met: how many ids a command takes is no promise. */
export function withIdsInOrder<T>(answers: T): T {
  const met: string[] = [];
  const text = JSON.stringify(answers).replaceAll(
    /f{8}-?0{4}-?70{3}-?80{3}-?(?<number>\d{12})/g,
    (_, number: string) => {
      if (!met.includes(number)) met.push(number);
      return `id-${met.indexOf(number)}`;
    },
  );
  return JSON.parse(text) as T;
}

/** A state with what the reference would refuse, which stands in a section of its own now (governance-15.export-foreign), where it stood. */
export function withForeignBeside(state: JsonObject): JsonObject {
  const foreign = state['gatehouse'] as JsonObject;
  const sections = ['records', 'approvals', 'deleted_automations'] as const;
  const both = sections.map((name) => [name, { ...(state[name] as JsonObject), ...(foreign[name] as JsonObject) }]);
  return { ...state, ...Object.fromEntries(both) };
}
