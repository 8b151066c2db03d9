import {
  createScanner,
  findNodeAtLocation,
  type JSONPath,
  type Node,
  type ParseError,
  parse,
  parseTree,
} from 'jsonc-parser';

const lenient = { allowTrailingComma: true } as const;

/** What a text of JSON, or of JSON with comments and trailing commas, says; undefined when it is not that. Blank counts as `{}`. */
export function parseJsonText(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    // The engine's own file can be large, and this is the quickest.
    return JSON.parse(text);
  } catch {
    // It may have comments.
  }
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, lenient);
  return errors.length === 0 ? value : undefined;
}

/** Puts a property (by name) or an item (null) last into what is at the path, which must be an object or an array. Every other character stays. */
export function insertLast(text: string, path: JSONPath, name: string | null, value: unknown): string {
  const start = text.trim() === '' ? '{}\n' : text;
  const parent = nodeAt(start, path);
  const eol = start.includes('\r\n') ? '\r\n' : '\n';
  const unit = /^([ \t]+)\S/m.exec(start)?.[1] ?? '  ';
  const closeAt = parent.offset + parent.length - 1;
  const outer = indentAt(start, parent.offset);
  const inner = outer + unit;
  const written = JSON.stringify(value, null, unit).replaceAll('\n', `${eol}${inner}`);
  const item = `${eol}${inner}${name === null ? '' : `${JSON.stringify(name)}: `}${written}`;
  const last = parent.children?.at(-1);
  // Behind a comment of the last line, which belongs to what is before it.
  const insertAt = start.slice(0, closeAt).trimEnd().length;
  const tail = start.slice(insertAt, closeAt).includes('\n') ? '' : `${eol}${outer}`;
  const end = start.slice(0, insertAt);
  const lastEnd = last === undefined ? undefined : last.offset + last.length;
  const needsComma = lastEnd !== undefined && commaIn(start, lastEnd, closeAt) === undefined;
  const before = needsComma ? `${end.slice(0, lastEnd)},${end.slice(lastEnd)}` : end;
  return `${before}${item}${tail}${start.slice(insertAt)}`;
}

/** Takes out what is at the path, with its comma and its line; comments around it stay. */
export function removeAt(text: string, path: JSONPath): string {
  const found = nodeAt(text, path);
  const node = found.parent?.type === 'property' ? found.parent : found;
  const siblings = node.parent?.children ?? [];
  const index = siblings.indexOf(node);
  const parentEnd = (node.parent?.offset ?? 0) + (node.parent?.length ?? text.length);
  const nodeEnd = node.offset + node.length;
  const after = commaIn(text, nodeEnd, siblings[index + 1]?.offset ?? parentEnd - 1);
  const previous = siblings[index - 1];
  const before = previous === undefined ? undefined : commaIn(text, previous.offset + previous.length, node.offset);
  const from = text.slice(0, node.offset).trimEnd().length;
  if (after !== undefined) return withoutComma(text, from, nodeEnd, after);
  return withoutComma(text, from, nodeEnd, before);
}

function withoutComma(text: string, from: number, to: number, comma: number | undefined): string {
  if (comma === undefined) return text.slice(0, from) + text.slice(to);
  if (comma < from) return text.slice(0, comma) + text.slice(comma + 1, from) + text.slice(to);
  return text.slice(0, from) + text.slice(to, comma) + text.slice(comma + 1);
}

function nodeAt(text: string, path: JSONPath): Node {
  const root = parseTree(text, [], lenient);
  const node = root === undefined ? undefined : findNodeAtLocation(root, path);
  if (node === undefined) throw new Error(`nothing at ${path.join('.')}`);
  return node;
}

/** Where the first comma between these offsets is that is not in a comment. */
function commaIn(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  for (;;) {
    scanner.scan();
    const at = scanner.getTokenOffset();
    if (at >= to) return undefined;
    if (text[at] === ',') return at;
  }
}

/** The white space that the line of an offset begins with. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
