/** What the variables of a command line hold, as far as it is known. */
export type Values = {
  /** The value of a variable; undefined where only the running shell knows it. */
  valueOf(name: string): string | undefined;
};

/** Longest value that is cut or changed, and longest text that is put into one. */
const LONGEST_VALUE = 1_000;
/** How deep an expansion may stand in others. */
const DEEPEST = 4;

/** How what stands in `${NAME}` begins: before its name what is asked of it, then an element of a list; what is done to its value follows. */
const form = /^([#!]?)(\w+|[@*])(\[[^\]]*\])?/;

/** The name under which all elements of a list are kept, a line for each; `@` is that of the parameters. */
export const listName = (name: string) => (name === '@' || name === '*' ? '@' : `${name}[@]`);

/** The variables that an expansion names, each as it is kept. */
export function namesIn(written: string): readonly string[] {
  const names = new Set<string>();
  for (const [, name = '', element] of written.matchAll(/\$(?:\{[#!]?)?(\w+|[@*])(?:\[([^\]]*)\])?/g)) {
    names.add(name);
    if (element !== undefined) names.add(listName(name)).add(`${name}[${element}]`);
  }
  return [...names];
}

/** The words that `"$@"`, `"${@:2}"` and `"${list[@]}"` become; undefined where they are not known, or it is no such. */
export function listIn(written: string, values: Values, depth = 0): readonly string[] | undefined {
  const [, , braced, inner = braced ?? ''] = /^("?)\$(?:\{([^{}"]*)\}|(@))\1$/.exec(written) ?? [];
  const [start = '', asked, name = '', element] = form.exec(inner) ?? [];
  const rest = inner.slice(start.length);
  const isList = asked === '' && (name === '@' || element === '[@]');
  const held = isList ? values.valueOf(listName(name)) : undefined;
  if (held === undefined) return undefined;
  const all = linesOf(held);
  // Without quotes the shell splits each, and takes patterns for files.
  if (!written.startsWith('"') && all.some((each) => /[\s*?[]/.test(each))) return undefined;
  if (rest === '') return all;
  const [, from, count] = slice.exec(rest) ?? [];
  if (from === undefined) {
    const changed = all.map((each) => change(each, rest, values, depth));
    return changed.every((each) => each !== undefined) ? changed : undefined;
  }
  // Of the parameters `$0` is the first, of a list what has the number 0.
  const first = Number(from.replaceAll(/[\s()]/g, ''));
  const isOfParameters = listName(name) === '@';
  if (isOfParameters && first === 0) return undefined;
  const index = first < 0 ? all.length + first : first - (isOfParameters ? 1 : 0);
  return all.slice(index, count === undefined ? undefined : index + Number(count));
}

/** The text that `${…}` stands for; undefined where it is not known. */
export function expanded(written: string, values: Values, depth = 0): string | undefined {
  const inner = written.slice(2, -1);
  const [start = '', asked = '', name, element] = form.exec(inner) ?? [];
  const rest = inner.slice(start.length);
  if (name === undefined || depth > DEEPEST) return undefined;
  const isList = name === '@' || name === '*' || element === '[@]' || element === '[*]';
  if (asked === '#') {
    const counted = isList ? values.valueOf(listName(name)) : valueOf(name, element, values);
    if (counted === undefined || rest !== '') return undefined;
    return String(isList ? linesOf(counted).length : counted.length);
  }
  if (isList) {
    const all = element === undefined ? '@' : `${name}[@]`;
    return listIn(`"\${${all}${rest}}"`, values, depth)?.join(' ');
  }
  const own = valueOf(name, element, values);
  const named = asked === '!' && own !== undefined && /^\w+$/.test(own) ? own : undefined;
  if (asked === '!' && named === undefined) return undefined;
  return change(named === undefined ? own : values.valueOf(named), rest, values, depth, /^\d+$/.test(name));
}

const linesOf = (held: string) => held.split('\n').filter((text) => text !== '');

function valueOf(name: string, element: string | undefined, values: Values): string | undefined {
  if (element === undefined) return values.valueOf(name);
  const held = values.valueOf(listName(name));
  const at = element.slice(1, -1);
  if (held === undefined || !/^-?\d+$/.test(at)) return values.valueOf(`${name}[${at}]`);
  return linesOf(held).at(Number(at)) ?? '';
}

const slice = /^:(\s+-\d+|\s*\d+|\s*\(-\d+\))(?::\s*(-?\d+))?$/;

/** What is left of a value by `%.bak`, `:-other`, `/a/b`, `:2:4`, `,,` and their like. */
function change(
  value: string | undefined,
  rest: string,
  values: Values,
  depth: number,
  isParameter = false,
): string | undefined {
  if (rest === '') return value;
  const [, colon, instead, other = ''] = /^(:?)([-=+?])([\s\S]*)$/.exec(rest) ?? [];
  if (instead !== undefined) {
    // Without a colon a variable that is empty is one all the same; of parameters nobody knows which are none.
    const isEmpty = value === '' && (colon === ':' || (isParameter && instead !== '+'));
    if (instead === '+') return isEmpty ? '' : textOf(other, values, depth);
    return isEmpty && instead !== '?' ? textOf(other, values, depth) : value;
  }
  if (value === undefined || value.length > LONGEST_VALUE) return undefined;
  const [, from, count] = slice.exec(rest) ?? [];
  if (from !== undefined) {
    const start = Number(from.replaceAll(/[\s()]/g, ''));
    const cut = value.slice(start);
    if (count === undefined) return cut;
    return Number(count) < 0 ? value.slice(start, Number(count)) : cut.slice(0, Number(count));
  }
  const [, cut, cutPattern = ''] = /^(##?|%%?)([\s\S]*)$/.exec(rest) ?? [];
  if (cut !== undefined) return without(value, cut, partsOf(cutPattern, values, depth));
  const [, where, sought = '', by = ''] = /^\/([/#%]?)((?:\\[\s\S]|[^\\/])*)(?:\/([\s\S]*))?$/.exec(rest) ?? [];
  if (where !== undefined) {
    return replaced(value, where, partsOf(sought, values, depth), textOf(by, values, depth));
  }
  return changedCase(value, rest);
}

function changedCase(value: string, rest: string): string | undefined {
  switch (rest) {
    case '^^':
    case '@U':
      return value.toUpperCase();
    case ',,':
    case '@L':
      return value.toLowerCase();
    case '^':
    case '@u':
      return value.charAt(0).toUpperCase() + value.slice(1);
    case ',':
      return value.charAt(0).toLowerCase() + value.slice(1);
    default:
      return undefined;
  }
}

/** A part of what stands in an expansion behind its name: what is quoted stands for itself. */
type Part = { readonly text: string; readonly isQuoted: boolean };

const parts = /\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|(\$\{(?:[^{}]|\{[^{}]*\})*\})|(\$\w+)|([^\\'"$`]+)/y;

/** The parts of a text in an expansion; undefined where one is not known. */
function partsOf(written: string, values: Values, depth: number, isQuoted = false): readonly Part[] | undefined {
  const found: Part[] = [];
  for (let at = 0; at < written.length; ) {
    parts.lastIndex = at;
    const [whole, escaped, single, double, braced, bare, plain] = parts.exec(written) ?? [];
    if (whole === undefined) return undefined;
    at += whole.length;
    if (double !== undefined) {
      const inner = depth > DEEPEST ? undefined : partsOf(double, values, depth + 1, true);
      if (inner === undefined) return undefined;
      found.push(...inner);
      continue;
    }
    const value = expandedPart(braced, bare, values, depth);
    const text = escaped ?? single ?? plain ?? value;
    if (text === undefined) return undefined;
    found.push({ text, isQuoted: isQuoted || escaped !== undefined || single !== undefined });
  }
  return found;
}

function expandedPart(braced: string | undefined, bare: string | undefined, values: Values, depth: number) {
  if (braced !== undefined) return expanded(braced, values, depth + 1);
  return bare === undefined ? undefined : values.valueOf(bare.slice(1));
}

function textOf(written: string, values: Values, depth: number): string | undefined {
  return partsOf(written, values, depth)
    ?.map(({ text }) => text)
    .join('');
}

/** What a pattern takes, sign by sign, before and behind its `*`; undefined for one with more of them, which would take long. */
type Pattern = { readonly head: readonly RegExp[]; readonly tail: readonly RegExp[] | undefined };

function patternOf(found: readonly Part[] | undefined): Pattern | undefined {
  if (found === undefined) return undefined;
  const signs: (RegExp | '*')[] = [];
  for (const { text, isQuoted } of found) {
    // So are `@(a|b)` and its like.
    if (!isQuoted && /[?*+@!]\(/.test(text)) return undefined;
    for (const [sign] of text.matchAll(isQuoted ? /[\s\S]/g : /\[[!^]?\]?[^[\]]*\]|\*+|[\s\S]/g)) {
      // A class in a class, and one that has no end, are left to the shell.
      if (!isQuoted && sign === '[') return undefined;
      if (isQuoted) signs.push(exactly(sign));
      else if (sign.startsWith('*')) signs.push('*');
      else if (sign === '?') signs.push(/[\s\S]/);
      else {
        const one = sign.length > 1 ? classOf(sign) : exactly(sign);
        if (one === undefined) return undefined;
        signs.push(one);
      }
    }
  }
  const star = signs.indexOf('*');
  const [head, tail] = star < 0 ? [signs, undefined] : [signs.slice(0, star), signs.slice(star + 1)];
  if (tail?.includes('*') === true) return undefined;
  return { head: head as RegExp[], tail: tail as RegExp[] | undefined };
}

const exactly = (sign: string) => new RegExp(sign.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));

/** `[a-z]`, `[!a-z]`, `[[:digit:]]` is left to the shell. */
function classOf(sign: string): RegExp | undefined {
  const [, not = '', inside = ''] = /^\[([!^]?)([\w .,/@:-]+)\]$/.exec(sign) ?? [];
  if (inside === '' || /[^\w]-|-[^\w]|:/.test(inside)) return undefined;
  try {
    return new RegExp(`[${not === '' ? '' : '^'}${inside.replaceAll('/', '\\/')}]`);
  } catch {
    return undefined;
  }
}

function isMatched(text: string, { head, tail }: Pattern): boolean {
  const isLong = tail === undefined ? text.length === head.length : text.length >= head.length + tail.length;
  if (!isLong) return false;
  const start = text.length - (tail?.length ?? 0);
  return (
    head.every((sign, at) => sign.test(text.charAt(at))) &&
    (tail ?? []).every((sign, at) => sign.test(text.charAt(start + at)))
  );
}

/** A value without what a pattern takes of its beginning (`#`) or end (`%`): the least, or with the sign twice the most. */
function without(value: string, cut: string, found: readonly Part[] | undefined): string | undefined {
  const pattern = patternOf(found);
  if (pattern === undefined) return undefined;
  const isEnd = cut.startsWith('%');
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  for (const length of cut.length > 1 ? lengths.reverse() : lengths) {
    const taken = isEnd ? value.slice(value.length - length) : value.slice(0, length);
    if (isMatched(taken, pattern)) return isEnd ? value.slice(0, value.length - length) : value.slice(length);
  }
  return value;
}

/** A value with another text for the first, all (`/`), what is at its beginning (`#`) or end (`%`). */
function replaced(
  value: string,
  where: string,
  found: readonly Part[] | undefined,
  by: string | undefined,
): string | undefined {
  const pattern = patternOf(found);
  // How much a `*` takes is left to the shell.
  if (pattern === undefined || pattern.tail !== undefined || by === undefined || by.length > LONGEST_VALUE)
    return undefined;
  const { length } = pattern.head;
  if (length === 0) return value;
  const isAt = (at: number) => isMatched(value.slice(at, at + length), pattern);
  if (where === '#') return isAt(0) ? by + value.slice(length) : value;
  if (where === '%') {
    const at = value.length - length;
    return at >= 0 && isAt(at) ? value.slice(0, at) + by : value;
  }
  let made = '';
  let at = 0;
  while (at < value.length) {
    if (!isAt(at)) {
      made += value.charAt(at);
      at++;
      continue;
    }
    made += by;
    at += length;
    if (where === '') break;
  }
  return made + value.slice(at);
}
