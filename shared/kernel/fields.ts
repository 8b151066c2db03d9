/** A JSON object of which no more is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A copy of an object without these fields; the way to clear optional ones. */
export function without<T extends object, K extends keyof T>(value: T, ...fields: readonly K[]): Omit<T, K> {
  const copy = { ...value };
  for (const field of fields) delete copy[field];
  return copy;
}

/** The fields that are there: those that are undefined are left out. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Whether a JSON value is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of a value of which nothing is known; none if it is no object. */
export function fieldsOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A field of a value of which nothing is known. */
export function fieldOf(value: unknown, name: string): unknown {
  return fieldsOf(value)[name];
}

/** A field that is a text; undefined where it is none. */
export function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : undefined;
}

/** The items of a value of which nothing is known; none if it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a JSON value is a list of texts. */
export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** What a JSON text says; undefined where it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
