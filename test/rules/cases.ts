import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type ErrorCode, errorCatalogue } from '../../shared/kernel/errors';

/** A code of the catalogue, or null where the rules allow it. */
export const codeSchema = z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]).nullable();

/** Who acts in a case: a human, an engine, or the agent scout. */
export const whoSchema = z.enum(['human', 'system', 'agent']);

/**
 * The cases of a file beside this one, where a group says once what all of its `cases` share; a field that the schema does not know
 * or a name that comes twice fails the tests.
 */
export function readCases<T extends z.ZodType<{ name: string }>>(file: string, schema: T): readonly z.output<T>[] {
  const said = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as readonly { cases?: object[] }[];
  const cases = z
    .array(schema)
    .parse(said.flatMap(({ cases: group = [{}], ...shared }) => group.map((each) => ({ ...shared, ...each }))));
  const names = cases.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${file} has the case “${twice}” twice`);
  return cases;
}
