const INDENT = '  ';

/**
 * A JSON value as a text, as `JSON.stringify(value, null, 2)` writes it; a bigint is written with all its digits, which no number
 * has beyond 2^53. A field that is undefined is left out.
 */
export function stateText(value: unknown): string {
  const parts: string[] = [];
  write(value, '\n', parts);
  return parts.join('');
}

function write(value: unknown, line: string, parts: string[]): void {
  if (typeof value === 'bigint') parts.push(String(value));
  else if (typeof value !== 'object' || value === null) parts.push(JSON.stringify(value) ?? 'null');
  else if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    writeItems('[', ']', line, parts, items.length, (index, inner) => write(items[index], inner, parts));
  } else {
    const fields = Object.entries(value).filter(([, item]) => item !== undefined);
    writeItems('{', '}', line, parts, fields.length, (index, inner) => {
      const [name, item] = fields[index] as readonly [string, unknown];
      parts.push(`${JSON.stringify(name)}: `);
      write(item, inner, parts);
    });
  }
}

function writeItems(
  begin: string,
  end: string,
  line: string,
  parts: string[],
  length: number,
  one: (index: number, line: string) => void,
): void {
  if (length === 0) {
    parts.push(begin, end);
    return;
  }
  const inner = line + INDENT;
  for (let index = 0; index < length; index++) {
    parts.push(index === 0 ? begin : ',', inner);
    one(index, inner);
  }
  parts.push(line, end);
}
