import { wordSet } from '../word-set';
import { callable, dataFile, namesIn, textsIn, withoutTexts } from './names';

/** What may be used of modules that only compute. */
const modules: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['json', wordSet('load loads dumps')],
  ['sys', wordSet('stdin argv path version version_info platform maxsize executable exit')],
  ['math', wordSet('sqrt floor ceil pi e log log2 log10 pow gcd sin cos')],
  ['re', wordSet('findall search match sub split compile finditer fullmatch escape')],
  ['datetime', wordSet('datetime date timedelta timezone now today utcnow fromisoformat strptime fromtimestamp')],
  ['collections', wordSet('Counter defaultdict OrderedDict')],
  ['statistics', wordSet('mean median stdev')],
  ['platform', wordSet('system machine python_version platform release')],
  ['time', wordSet('time strftime')],
  ['csv', wordSet('reader DictReader')],
  ['os', wordSet('getcwd cpu_count name sep')],
]);
const keywords = wordSet(
  'import from as for in if elif else and or not is True False None def lambda return try except finally pass continue break while Exception ValueError KeyError',
);
/** Parts of values that are no methods. */
const parts = wordSet('stdin argv version version_info major minor micro platform year month day');

/** A file of the project that holds data, opened to be read. */
const opened = /\bopen\(\s*(['"])([^'"]*)\1(?:,\s*(['"])rt?\3)?(?:,\s*encoding\s*=\s*(['"])utf-?8\4)?\s*\)/gi;

const importing = /(?:^|[;\n])\s*(?:import\s+[^;\n]+|from\s+[\w.]+\s+import\s+[^;\n]+)/g;

/** Whether Python does nothing but compute, print, and read what it is fed. */
export function isHarmlessPython(given: string): boolean {
  const code = given.replaceAll(opened, (whole: string, _, name: string) => (dataFile.test(name) ? '0' : whole));
  const inTexts = textsIn(code)
    .filter(({ prefix }) => /f/i.test(prefix))
    .map(({ text }) => text);
  if (inTexts.some((text) => text.includes('\\'))) return false;
  // What stands in braces of an f-string is code.
  const inner = inTexts.flatMap((text) =>
    [...text.replaceAll('{{', '').matchAll(/\{([^{}]*)/g)].map(([, part = '']) => part),
  );
  const bare = withoutTexts([code, ...inner.map((part) => part.replace(/![rsa]$|:[^:'"\]]*$/, ''))].join('\n'), '0');
  if (/["'`\\@]|\]\s*\(|\)\s*\(|__/.test(bare)) return false;
  const imported = new Map<string, string>();
  const bound = new Set<string>();
  for (const [, list = ''] of bare.matchAll(/(?:^|[;\n])\s*import\s+([^;\n]+)/g)) {
    for (const [, module = '', alias] of list.matchAll(/([\w.]+)(?:\s+as\s+(\w+))?/g))
      imported.set(alias ?? module, module);
  }
  for (const [, module = '', list = ''] of bare.matchAll(/(?:^|[;\n])\s*from\s+([\w.]+)\s+import\s+([^;\n]+)/g)) {
    const names = list.split(',').map((each) => each.trim().split(/\s+as\s+/));
    if (!names.every(([name = '']) => modules.get(module)?.has(name))) return false;
    for (const [name = '', alias = name] of names) bound.add(alias);
  }
  if (![...imported.values()].every((module) => modules.has(module))) return false;
  const binding =
    /\bfor\s+([\w,\s()]+?)\s+in\b|(?:^|[;\n])\s*([\w,\s]+?)\s*[+-]?=(?!=)|\blambda\s+([\w,\s]*):|\bdef\s+(\w+\s*\([\w,\s]*)\)|\bas\s+(\w+)/g;
  for (const [, ...groups] of bare.matchAll(binding)) {
    for (const name of groups.join(' ').match(/[A-Za-z_]\w*/g) ?? []) bound.add(name);
  }
  // The names of arguments say nothing.
  const rest = bare.replaceAll(importing, ';').replaceAll(/([(,]\s*)\w+\s*=(?!=)/g, '$1');
  return namesIn(rest).every(({ name, of, isCalled, isOpened }) => {
    if (of !== undefined) {
      const module = modules.get(imported.get(of) ?? '');
      if (module !== undefined) return module.has(name);
      return isCalled ? callable.has(name.toLowerCase()) : parts.has(name);
    }
    const module = imported.get(name);
    // A module is only opened: under another name nobody would see what is used of it.
    if (module !== undefined) return isOpened;
    if (keywords.has(name) || bound.has(name)) return true;
    return callable.has(name) && name === name.toLowerCase();
  });
}
