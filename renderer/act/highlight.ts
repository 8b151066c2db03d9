import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { createLowlight } from 'lowlight';
import type { Language, Token } from './language';

const languages = {
  ...{
    bash,
    c,
    cpp,
    csharp,
    css,
    dockerfile,
    go,
    ini,
    java,
    javascript,
    json,
    kotlin,
    markdown,
    php,
    python,
    ruby,
    rust,
  },
  ...{ sql, swift, typescript, xml, yaml },
} satisfies Record<Language, unknown>;

const lowlight = createLowlight(languages);

/** The tokens of each line; together they are the lines, to the letter. */
export function tokenLines(language: Language, lines: readonly string[]): readonly (readonly Token[])[] {
  const found: Token[][] = [[]];
  const walk = (node: Node, kind: string | undefined) => {
    if (node.type === 'text') {
      for (const [index, text] of node.value.split('\n').entries()) {
        if (index > 0) found.push([]);
        if (text !== '') found.at(-1)?.push({ text, ...(kind !== undefined && { kind }) });
      }
    } else if (node.type === 'element') {
      const [name] = Array.isArray(node.properties['className']) ? node.properties['className'] : [];
      for (const child of node.children) walk(child, typeof name === 'string' ? name.replace('hljs-', '') : kind);
    }
  };
  for (const node of lowlight.highlight(language, lines.join('\n')).children) walk(node, undefined);
  return found;
}

type Node = ReturnType<typeof lowlight.highlight>['children'][number];
