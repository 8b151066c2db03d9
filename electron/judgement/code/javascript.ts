import { wordSet } from '../word-set';
import { type CodeText, callable, dataFile, namesIn, withoutTexts } from './names';

/** What leads to code, to the environment or to programs, under whatever name it is kept. */
const leadsOn =
  /^(?:constructor|prototype|_.*|env|mainModule|binding|dlopen|caller|callee|arguments|apply|call|bind|eval|Function|globalThis|global|kill|module)$/;
const keywords = wordSet(
  'const let var return if else for of in new typeof instanceof true false null undefined while function async Number String Boolean Array Object JSON Math Date Set Map Infinity NaN console',
);
const ofProcess = wordSet('version versions platform arch argv uptime cwd pid stdin exit');

const pureModule = /^(?:node:)?(?:os|path|util)$/;

/** Whether JavaScript does nothing but compute, print, and read data of the project or what it is fed. */
export function isHarmlessJavaScript(given: string): boolean {
  const code = given
    .replaceAll(/\bprocess\.env\.(?:NODE_ENV|CI|PATH|HOME|PWD|SHELL|TERM|LANG)\b/g, '0')
    .replaceAll(
      /(?:require\((['"])(?:node:)?fs\1\)|\bfs)\.readFileSync\((?:0|(['"])\/dev\/stdin\2)(?:,\s*['"]utf-?8['"])?\)/g,
      '0',
    )
    .replaceAll(/\brequire\(\s*(['"])([^'"]*)\1\s*\)/g, (whole: string, _, name: string) =>
      dataFile.test(name) || pureModule.test(name) ? '0' : whole,
    )
    .replaceAll(/\bconst fs\s*=\s*require\((['"])(?:node:)?fs\1\)/g, '');
  const bare = withoutTexts(code, ({ text }: CodeText) => (isPlainKey(text) ? '0' : '¤'));
  if (/["'`\\]|\]\s*\(|\)\s*\(|\bprocess\b(?!\s*\.)/.test(bare)) return false;
  // An element that is named by what is computed may be anything.
  const opened = bare.replaceAll(/\b(?:const|let|var|return|of|in)\b\s*(?=\[)/g, ';');
  if (/[\w$)\]¤]\s*(?:\?\.)?\[(?!\s*-?\d+\s*\])/.test(opened) || /[{,]\s*\[[^\]]*\]\s*:/.test(bare)) return false;
  const bound = new Set<string>();
  const binding =
    /\b(?:const|let|var)\s+([\w$]+)|\b(?:const|let|var)\s*[{[]([\w$,\s]+)[}\]]|([\w$]+)\s*=>|\(\s*[[{]?([\w$,\s]+)[\]}]?\s*(?:,\s*([\w$]+)\s*)?\)\s*=>/g;
  for (const [, ...groups] of bare.matchAll(binding)) {
    for (const name of groups.join(' ').match(/[A-Za-z_$][\w$]*/g) ?? []) bound.add(name);
  }
  // The names of an object's own parts say nothing.
  const rest = bare.replaceAll(/([{,]\s*)([\w$]+)(?=\s*:)/g, (whole, before: string, name: string) =>
    leadsOn.test(name) ? whole : `${before}0`,
  );
  return namesIn(rest).every(({ name, of, isCalled }) => {
    if (leadsOn.test(name)) return false;
    if (name === 'process' && of === undefined) return true;
    if (of === 'process') return ofProcess.has(name);
    if (isCalled && callable.has(name.toLowerCase())) return true;
    if (of === undefined) return keywords.has(name) || bound.has(name);
    return !isCalled;
  });
}

/** Whether a text can be the name of an element: one that leads on, or that is written otherwise, cannot. */
const isPlainKey = (text: string) => !text.includes('\\') && !leadsOn.test(text);
