/** A value that tells how often somebody has looked at a part of it: a key or an item, whether it is there, or what they all are. */
export type Counted = { readonly view: unknown; readonly lookCount: () => number };

/** The same JSON value, counted at every depth. */
export function counted(value: unknown): Counted {
  let looks = 0;
  const views = new WeakMap<object, object>();
  const viewOf = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    const known = views.get(part) ?? new Proxy(part, handler);
    views.set(part, known);
    return known;
  };
  const handler: ProxyHandler<object> = {
    get(target, name, receiver) {
      looks += 1;
      return viewOf(Reflect.get(target, name, receiver));
    },
    has(target, name) {
      looks += 1;
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      looks += 1;
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      looks += 1;
      return Reflect.ownKeys(target);
    },
  };
  return { view: viewOf(value), lookCount: () => looks };
}

/** Keys of all objects and items of all lists of a JSON value together. */
export function partCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const parts: unknown[] = Object.values(value);
  return parts.length + parts.reduce((sum: number, part) => sum + partCount(part), 0);
}
