import { parse, stringify, type TomlTable } from 'smol-toml';
import { withoutEnd } from '../../shared/kernel/ends';

/** What a TOML text says; undefined when it is not TOML. */
export function parseTomlText(text: string): TomlTable | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The table of Gatehouse's own MCP server, as `appendBlock` writes it. */
export const SERVER_HEADER = '[mcp_servers.gatehouse]';

const FIRST_LINE = '# Gatehouse: from here …';
const LAST_LINE = '# … to here was added by `gatehouse connect`; `gatehouse connect --remove` takes it out.';

/** Appends tables as a marked block; not a character before it changes. */
export function appendBlock(text: string, tables: TomlTable): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block = [FIRST_LINE, stringify(tables).trim(), LAST_LINE].join('\n').replaceAll('\n', eol);
  const gap = text === '' ? '' : text.endsWith('\n') ? eol : `${eol}${eol}`;
  return `${text}${gap}${block}${eol}`;
}

/**
 * Takes out the tables that `isOurs` names, given a header without spaces and all lines of the table and what is nested in it, and
 * the lines that mark the block. A table that the engine wrote into the block stays. The caller proves by parsing that
 * nothing else went: a line inside a text of several lines can look like a header.
 */
export function removeTables(text: string, isOurs: (header: string, lines: readonly string[]) => boolean): string {
  const kept: string[] = [];
  for (const { header, lines } of tablesOf(text.split(/(?<=\n)/))) {
    const end = lines.findLastIndex((line) => !/^\s*(#.*)?$/.test(line)) + 1;
    // What comes behind its last value is about the next table.
    kept.push(...(isOurs(header, lines) ? lines.slice(end) : lines));
  }
  const first = kept.findIndex((line) => line.trim() === FIRST_LINE);
  const isSpaced = first > 0 && kept[first - 1]?.trim() === '';
  if (isSpaced) kept.splice(first - 1, 1);
  return kept.filter((line) => line.trim() !== FIRST_LINE && line.trim() !== LAST_LINE).join('');
}

type Table = { readonly header: string; readonly lines: string[] };

/** The lines before any table, then each table; `[[a]]` and the server of ours hold what is nested in them. */
function tablesOf(lines: readonly string[]): readonly Table[] {
  const tables: Table[] = [{ header: '', lines: [] }];
  for (const line of lines) {
    const header = /^\s*\[.*\]\s*(#.*)?$/.test(line)
      ? line.slice(0, line.includes('#') ? line.indexOf('#') : undefined).replaceAll(/\s+/g, '')
      : undefined;
    const table = tables.at(-1);
    if (header === undefined || (table !== undefined && isNested(header, table.header))) table?.lines.push(line);
    else tables.push({ header, lines: [line] });
  }
  return tables;
}

function isNested(header: string, within: string): boolean {
  const holds = within.startsWith('[[') || within === SERVER_HEADER;
  const name = (text: string) => withoutEnd(text.replace(/^\[+/, ''), ']');
  return holds && name(header).startsWith(`${name(within)}.`);
}
