import { useEffect, useState } from 'react';
import type * as Highlight from './highlight';
import { languageOf, type Token } from './language';

/** Characters that are looked at in one go: a few milliseconds, so that no key has to wait for colours. */
const PART = 4_000;

/** Lines longer than this, and texts of more characters, stay plain. */
const LONGEST_LINE = 1_000;
const LONGEST_TEXT = 300_000;

type Lines = readonly (readonly Token[])[];

const none: Lines = [];

let highlighter: typeof Highlight | undefined;

/** Loads what knows the languages; until then, and where it cannot be loaded, lines are plain. */
export async function loadHighlighter(): Promise<void> {
  highlighter ??= await import('./highlight');
}

/** The tokens of each line as far as they are known: a part at a time while nothing else is to be done. */
export function useTokens(path: string, lines: readonly string[]): Lines {
  const [known, setKnown] = useState<{ readonly of: readonly string[]; readonly tokens: Lines }>();
  useEffect(() => {
    const language = languageOf(path);
    const length = lines.reduce((sum, line) => sum + line.length, 0);
    if (language === undefined || length > LONGEST_TEXT || lines.some((line) => line.length > LONGEST_LINE)) return;
    let next = 0;
    let tokens: Lines = [];
    let isGone = false;
    let handle: number | undefined;
    const step = () => {
      if (highlighter === undefined) return load();
      const start = next;
      for (let characters = 0; next < lines.length && characters < PART; next += 1)
        characters += lines[next]?.length ?? 0;
      tokens = [...tokens, ...highlighter.tokenLines(language, lines.slice(start, next))];
      setKnown({ of: lines, tokens });
      if (next < lines.length) stepWhenIdle();
    };
    const stepWhenIdle = () => {
      if (!isGone) handle = requestIdleCallback(step);
    };
    const load = () =>
      void loadHighlighter().then(stepWhenIdle, (error: unknown) => console.error('no colours for code', error));
    stepWhenIdle();
    return () => {
      isGone = true;
      if (handle !== undefined) cancelIdleCallback(handle);
    };
  }, [path, lines]);
  return known?.of === lines ? known.tokens : none;
}
