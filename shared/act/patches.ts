/** A text that a patch takes out, and what it puts there; both with the lines around them that stay. */
export type PatchPiece = {
  readonly before: string;
  readonly after: string;
  /** What the patch says of where it is. */
  readonly place?: string;
};

/** A file that a patch changes. */
export type PatchedFile = {
  readonly path: string;
  readonly how: 'edit' | 'create' | 'delete';
  /** Its new place, where it moves. */
  readonly toPath?: string;
  readonly pieces: readonly PatchPiece[];
};

/** Characters of the longest patch that is read: no model writes as much in one call, and each surface reads it. */
const LONGEST_PATCH = 400_000;

/** The files of a patch, as Codex writes them or as git does; undefined where a line of it is not understood, or it is too long. */
export function filesOfPatch(text: string): readonly PatchedFile[] | undefined {
  if (text.length > LONGEST_PATCH) return undefined;
  const lines = text.trimEnd().split('\n');
  const isBare = /^[+-]/m.test(text) && lines.every((line) => /^[ +-]/.test(line) && !/^(?:---|\+\+\+) /.test(line));
  const files = /^\s*\*\*\* Begin Patch/.test(text)
    ? envelopeFiles(lines)
    : unifiedFiles(isBare ? [`@@ -0,${lines.length} +0,${lines.length} @@`, ...lines] : lines);
  return files === undefined || files.length === 0 ? undefined : files;
}

type OpenFile = { path: string; how: PatchedFile['how']; toPath?: string; pieces: PatchPiece[] };
type OpenPiece = { before: string[]; after: string[]; place?: string };

/** Collects files and their pieces while lines are read. */
class Reading {
  readonly files: OpenFile[] = [];
  #piece: OpenPiece | undefined;

  begin(path: string, how: PatchedFile['how']): void {
    this.endPiece();
    this.files.push({ path, how, pieces: [] });
  }

  beginPiece(place: string): void {
    this.endPiece();
    this.#piece = { before: [], after: [], ...(place !== '' && { place }) };
  }

  /** Answers whether the line belongs to a piece. */
  take(line: string): boolean {
    const mark = line[0] ?? ' ';
    if (!' +-'.includes(mark) || this.files.length === 0) return false;
    this.#piece ??= { before: [], after: [] };
    if (mark !== '+') this.#piece.before.push(line.slice(1));
    if (mark !== '-') this.#piece.after.push(line.slice(1));
    return true;
  }

  endPiece(): void {
    const piece = this.#piece;
    this.#piece = undefined;
    if (piece === undefined) return;
    const { before, after, ...place } = piece;
    this.files.at(-1)?.pieces.push({ before: before.join('\n'), after: after.join('\n'), ...place });
  }
}

/** The form that models of Codex write. */
function envelopeFiles(lines: readonly string[]): readonly PatchedFile[] | undefined {
  const reading = new Reading();
  for (const line of lines) {
    const isMark = /^\s*\*\*\*/.test(line);
    const [, verb, path] = (isMark && /^\*\*\* (Add|Update|Delete) File: (.+)$/.exec(line)) || [];
    const [, toPath] = (isMark && /^\*\*\* Move to: (.+)$/.exec(line)) || [];
    const last = reading.files.at(-1);
    if (verb !== undefined && path !== undefined) reading.begin(path.trim(), hows[verb as keyof typeof hows]);
    else if (toPath !== undefined && last !== undefined) last.toPath = toPath.trim();
    else if (line.startsWith('@@')) reading.beginPiece(line.slice(2).replace(/ ?@@$/, '').trim());
    else if (isMark && /^\s*\*\*\* (?:Begin Patch|End Patch|End of File)\s*$/.test(line)) continue;
    else if (!reading.take(line)) return undefined;
  }
  reading.endPiece();
  return reading.files;
}

const hows = { Add: 'create', Update: 'edit', Delete: 'delete' } as const;

/** What git and diff write. Within a piece `--- x` is a line that goes, which begins with two dashes, and no file's name. */
function unifiedFiles(lines: readonly string[]): readonly PatchedFile[] | undefined {
  const reading = new Reading();
  let left = { before: 0, after: 0 };
  let old = '';
  for (const line of lines) {
    const [, beforeCount, afterCount, place] =
      (line.startsWith('@@') && /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@ ?(.*)$/.exec(line)) || [];
    if (left.before > 0 || left.after > 0) {
      if (line.startsWith('\\')) continue;
      if (!reading.take(line)) return undefined;
      const mark = line[0] ?? ' ';
      left = { before: left.before - Number(mark !== '+'), after: left.after - Number(mark !== '-') };
    } else if (place !== undefined) {
      if (reading.files.length === 0) reading.begin('', 'edit');
      reading.beginPiece(place);
      left = { before: Number(beforeCount ?? 1), after: Number(afterCount ?? 1) };
    } else if (line.startsWith('--- ')) {
      old = nameIn(line);
    } else if (line.startsWith('+++ ')) {
      const young = nameIn(line);
      if (young === '/dev/null') reading.begin(old, 'delete');
      else reading.begin(young, old === '/dev/null' ? 'create' : 'edit');
      const file = reading.files.at(-1);
      if (file?.how === 'edit' && old !== young) Object.assign(file, { path: old, toPath: young });
    } else if (
      !/^(?:diff --git |index [\da-f]|\\ No newline|(?:new|deleted) file mode |similarity index )/.test(line) &&
      line !== ''
    ) {
      return undefined;
    }
  }
  reading.endPiece();
  return reading.files;
}

function nameIn(line: string): string {
  const name = (line.slice(4).split('\t', 1)[0] ?? '').trim();
  return name.replace(/^[ab]\//, '');
}
