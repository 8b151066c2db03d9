/** How the names of files in each language end. */
const endings = {
  bash: 'sh bash zsh',
  c: 'c h',
  cpp: 'cc cpp cxx hh hpp',
  csharp: 'cs',
  css: 'css scss less',
  dockerfile: 'dockerfile',
  go: 'go',
  ini: 'ini toml cfg env',
  java: 'java',
  javascript: 'js jsx mjs cjs',
  json: 'json jsonc ipynb',
  kotlin: 'kt kts',
  markdown: 'md mdx markdown',
  php: 'php',
  python: 'py pyi',
  ruby: 'rb gemfile rakefile',
  rust: 'rs',
  sql: 'sql',
  swift: 'swift',
  typescript: 'ts tsx mts cts',
  xml: 'xml html htm svg vue svelte astro',
  yaml: 'yaml yml',
} as const;

/** A language whose words are coloured. */
export type Language = keyof typeof endings;

const languageOfEnding = new Map(
  (Object.keys(endings) as Language[]).flatMap((language) =>
    endings[language].split(' ').map((ending) => [ending, language] as const),
  ),
);

/** A part of a line and what it is in its language: `keyword`, `string`, …; nothing for plain text. */
export type Token = { readonly text: string; readonly kind?: string };

/** The language of a file by its name; undefined for one that is drawn plainly. */
export function languageOf(path: string): Language | undefined {
  const name = path.split(/[/\\]/).at(-1)?.toLowerCase() ?? '';
  return languageOfEnding.get(name.split('.').at(-1) ?? '');
}
