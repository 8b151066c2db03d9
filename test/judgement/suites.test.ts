import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { ofCommand } from './shop';

// What two public projects for the same purpose block and let through (both MIT): the commands alone, as facts.
// destructive_command_guard by Jeffrey Emanuel, its corpus; claude-code-safety-net by kenryu42, its tests.

beforeAll(loadShellGrammar);

const list = z.array(z.string());
const read = <Schema extends z.ZodType>(name: string, schema: Schema) =>
  schema.parse(JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')));

/** Where Gatehouse answers otherwise, by hand, each under its reason. */
const differences = read('differences', z.record(z.string(), list));
const known = new Set(Object.values(differences).flat());

test.each(['destructive-command-guard', 'safety-net'])(
  'what %s blocks is high, and what it lets through is not, but for what is listed with its reason',
  (name) => {
    const { blocked, allowed } = read(name, z.strictObject({ blocked: list, allowed: list }));
    const missed = blocked.filter((command) => ofCommand(command).level !== 'high');
    const feared = allowed.filter((command) => ofCommand(command).level === 'high');
    expect([...missed, ...feared].filter((command) => !known.has(command))).toEqual([]);
  },
);

test('of what the two block together, at least 98 of 100 are high', () => {
  const blocked = ['destructive-command-guard', 'safety-net'].flatMap(
    (name) => read(name, z.strictObject({ blocked: list, allowed: list })).blocked,
  );
  const high = blocked.filter((command) => ofCommand(command).level === 'high');
  expect(high.length / blocked.length).toBeGreaterThanOrEqual(0.98);
});
