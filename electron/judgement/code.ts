/** Words that code may have which only computes and prints. */
const harmlessWords = new Set(
  [
    'print console log error json dumps loads stringify parse sys version versions version_info platform process arch',
    'node math sqrt pi floor ceil round abs min max sum len str int float bool list dict set tuple sorted range repr',
    'type typeof new date now toisostring import from as for in if else and or not is true false none null undefined',
    'const let var return def lambda puts p echo say map filter join split upper lower strip trim replace length keys',
    'values entries object array number string tostring tofixed math random datetime utcnow today isoformat require',
    'path os cpus uname executable argv0 hello world x y z i j k a b c n s v e r d t f',
  ].flatMap((line) => line.split(' ')),
);

/** Whether code of any language plainly does nothing but compute and print; what is not known to be so is not. */
export function isHarmlessCode(code: string): boolean {
  if (code.length > 500) return false;
  const required = [...code.matchAll(/require\(\s*['"]([^'"]*)['"]\s*\)/g)].map(([, name = '']) => name);
  if (required.some((name) => !/^(?:\.\/)?[\w-]+\.json$|^(?:node:)?(?:os|path|util)$/.test(name))) return false;
  const isTemplate = /`[^`]*\$\{/.test(code);
  const plain = code.replaceAll(/\bprocess\.env\.(?:NODE_ENV|CI|PATH|HOME|PWD|SHELL|TERM|LANG)\b/g, '0');
  const bare = plain.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ' ');
  if (isTemplate || /["'`\\]/.test(bare)) return false;
  return [...bare.matchAll(/[A-Za-z_$][\w$]*/g)].every(([word]) => harmlessWords.has(word.toLowerCase()));
}
