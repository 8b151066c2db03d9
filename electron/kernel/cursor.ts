import { invalid, type Refused } from '../../shared/kernel/errors';

const forms = { number: '(\\d{1,16})', word: '(\\w+)', text: '(.+)' } as const;

type Fields = Readonly<Record<string, keyof typeof forms>>;
type Place<F extends Fields> = { readonly [Name in keyof F]: F[Name] extends 'number' ? number : string };

/** How a list writes the place where a page ended, for the next one to go on from there. */
export interface Cursors<F extends Fields> {
  /** The place of a cursor; undefined without one, `invalid` for one that is none of this list's own. */
  placeOf(cursor: string | undefined): Place<F> | undefined | 'invalid';
  /** The field of an answer that says how to go on; none at the end. */
  nextOf(place: Place<F> | undefined): { nextCursor?: string };
}

/** The cursors of a list whose places have these fields, in this order. A text can only be the last: it may have dots. */
export function cursorsOf<F extends Fields>(fields: F): Cursors<F> {
  const names = Object.keys(fields);
  const pattern = new RegExp(
    `^${Object.values(fields)
      .map((form) => forms[form])
      .join('\\.')}$`,
    's',
  );
  return {
    placeOf(cursor) {
      if (cursor === undefined) return undefined;
      const found = pattern.exec(cursor)?.slice(1);
      if (found === undefined) return 'invalid';
      const place = names.map((name, index) => [name, fields[name] === 'number' ? Number(found[index]) : found[index]]);
      return Object.fromEntries(place) as Place<F>;
    },
    nextOf: (place) => (place === undefined ? {} : { nextCursor: names.map((name) => place[name]).join('.') }),
  };
}

/** Of what was found, where one more than fits was looked for: what fits, and the last of it where there is more. */
export function pageOf<T>(found: readonly T[], limit: number): { readonly page: T[]; readonly last?: T } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return found.length > limit && last !== undefined ? { page, last } : { page };
}

/** Everything that a read answers page by page; it is given the last of the page before, and answers nothing at the end. */
export function* eachOf<T>(read: (last: T | undefined) => readonly T[]): Generator<T> {
  let page = read(undefined);
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    yield* page;
    page = read(last);
  }
}

/** The refusal of a cursor that is none of a list's own. */
export function invalidCursor(): Refused {
  return invalid('cursor', 'not a next_cursor that this list answered');
}
