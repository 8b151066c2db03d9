import { isJsonObject } from '../../../shared/kernel/fields';
import { jsonPath } from '../../../shared/kernel/read-wire';

/** What names an element of a list wherever it stands in it; elements without one are named by where they stand. */
const idNames = ['grant_id', 'finding_id', 'run_id'] as const;

/** One step into a JSON document: a field, an index, or the element of a list that has this id. */
type Step = string | number | { readonly name: string; readonly id: string };

/** What cannot be a field of an object that is written by assignment. */
const PROTOTYPE = '__proto__';

/**
 * The place of a path in this document, as a text: as `jsonPath`, but an element that has an id is named by it,
 * `$.records.nightly.modify_grants[grant_id="g1"].note`. So it is found again where a list has changed since.
 */
export function placeOf(document: unknown, path: string): string {
  const steps = stepsOf(path) ?? [];
  let value = document;
  let place = '$';
  for (const step of steps) {
    const next = valueAt(value, step);
    place += textOf(typeof step === 'number' ? (idOf(next) ?? step) : step);
    value = next;
  }
  return place;
}

/**
 * Writes a value at a place of a document, if what it belongs to is there and nothing stands in its place; answers whether it
 * did. An element goes to the end of its list.
 */
export function putBack(document: unknown, place: string, value: unknown): boolean {
  const steps = stepsOf(place);
  const last = steps?.at(-1);
  if (steps === undefined || last === undefined) return false;
  const parent = steps.slice(0, -1).reduce<unknown>(valueAt, document);
  if (Array.isArray(parent)) {
    if (typeof last === 'string' || valueAt(parent, last) !== undefined) return false;
    parent.push(value);
    return true;
  }
  if (!isJsonObject(parent) || typeof last !== 'string' || last === PROTOTYPE || Object.hasOwn(parent, last))
    return false;
  (parent as Record<string, unknown>)[last] = value;
  return true;
}

/** The section of a file and the entry in it that a place is in, as conflicts name them; undefined for one that is in none. */
export function entryOf(place: string): { readonly section: string; readonly id: string } | undefined {
  const [first, second, third] = stepsOf(place) ?? [];
  const isOwn = first === 'gatehouse' && typeof second === 'string';
  const [section, id] = isOwn ? [`gatehouse.${second}`, third] : [first, second];
  return typeof section === 'string' && typeof id === 'string' ? { section, id } : undefined;
}

const stepPattern = /\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\[(\w+)=("(?:[^"\\]|\\.)*")\]/gy;

function stepsOf(place: string): readonly Step[] | undefined {
  if (!place.startsWith('$')) return undefined;
  const steps: Step[] = [];
  let end = 1;
  for (const match of place.slice(1).matchAll(stepPattern)) {
    const [text, field, index, quoted, name, id] = match;
    end += text.length;
    if (field !== undefined) steps.push(field);
    else if (index !== undefined) steps.push(Number(index));
    else if (quoted !== undefined) steps.push(JSON.parse(quoted) as string);
    else if (name !== undefined && id !== undefined) steps.push({ name, id: JSON.parse(id) as string });
  }
  return end === place.length ? steps : undefined;
}

function textOf(step: Step): string {
  return typeof step === 'object' ? `[${step.name}=${JSON.stringify(step.id)}]` : jsonPath([step]).slice(1);
}

function valueAt(value: unknown, step: Step): unknown {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    if (typeof step === 'number') return list[step];
    if (typeof step === 'string') return undefined;
    return list.find((item) => isJsonObject(item) && item[step.name] === step.id);
  }
  return isJsonObject(value) && typeof step === 'string' && Object.hasOwn(value, step) ? value[step] : undefined;
}

function idOf(value: unknown): { readonly name: string; readonly id: string } | undefined {
  if (!isJsonObject(value)) return undefined;
  for (const name of idNames) {
    const id = value[name];
    if (typeof id === 'string') return { name, id };
  }
  return undefined;
}
