import { useEffect, useState } from 'react';
import { languageOf, type Token, tokenLines } from './highlight';

/** Characters that are looked at in one go: a few milliseconds, so that no key has to wait for colours. */
const PART = 4_000;

/** Lines longer than this, and texts of more characters, stay plain. */
const LONGEST_LINE = 1_000;
const LONGEST_TEXT = 300_000;

type Lines = readonly (readonly Token[])[];

const none: Lines = [];

/** The tokens of each line as far as they are known: a part at a time while nothing else is to be done. */
export function useTokens(path: string, lines: readonly string[]): Lines {
  const [known, setKnown] = useState<{ readonly of: readonly string[]; readonly tokens: Lines }>();
  useEffect(() => {
    const language = languageOf(path);
    const length = lines.reduce((sum, line) => sum + line.length, 0);
    if (language === undefined || length > LONGEST_TEXT || lines.some((line) => line.length > LONGEST_LINE)) return;
    let next = 0;
    let tokens: Lines = [];
    const step = () => {
      const start = next;
      for (let characters = 0; next < lines.length && characters < PART; next += 1)
        characters += lines[next]?.length ?? 0;
      tokens = [...tokens, ...tokenLines(language, lines.slice(start, next))];
      setKnown({ of: lines, tokens });
      if (next < lines.length) handle = requestIdleCallback(step);
    };
    let handle = requestIdleCallback(step);
    return () => cancelIdleCallback(handle);
  }, [path, lines]);
  return known?.of === lines ? known.tokens : none;
}
