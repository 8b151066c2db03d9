/** What formats with one set of rules, as the Intl objects do. */
type Formatter<Given extends readonly unknown[]> = { readonly format: (...given: Given) => string };

/** A formatter that is made when there is something to format: the first one of a process takes 20 ms of its start. */
export function formatterOf<Given extends readonly unknown[]>(make: () => Formatter<Given>): Formatter<Given> {
  let made: Formatter<Given> | undefined;
  return {
    format(...given) {
      made ??= make();
      return made.format(...given);
    },
  };
}
