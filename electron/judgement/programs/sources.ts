/** The files that a command names, as far as that can be seen: some below these folders, with these names where any are said. */
export type NamedFiles = { readonly roots: readonly string[]; readonly names: readonly string[] | undefined };

/** Which files the text of a command names when it is run, for those that look for files; undefined where nobody can tell. */
export function filesNamedBy(command: string): NamedFiles | undefined {
  if (/[$`;&|<>()\\\n]/.test(command.replaceAll(/'[^']*'/g, "''"))) return undefined;
  const [program, ...given] = wordsOf(command);
  switch (program) {
    case 'find':
      return foundBy(given);
    case 'grep':
      return searchedBy(given, /^-[a-zA-Z]*[ABCmef]$/, /^--include=(.*)$/);
    case 'rg':
      return searchedBy(given, /^-[a-zA-Z]*[ABCmefgtTMjr]$/, /^(?:-g|--glob)=?(.+)$/);
    case 'git':
      return given[0] === 'ls-files' ? ofPaths(given.slice(1)) : undefined;
    default:
      return undefined;
  }
}

const wordsOf = (command: string): readonly string[] =>
  (command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) => word.replaceAll(/['"]/g, ''));

/** Whether a command names hidden files as well as others, by no name of theirs, in a folder for which `isWhole` says so. */
export function namesHidden(command: string, isWhole: (root: string) => boolean): boolean {
  const [program, ...given] = wordsOf(command.replaceAll(/\s\d?>\s*\/dev\/null|\s2>&1/g, ''));
  const has = (flag: RegExp) => given.some((text) => flag.test(text));
  switch (program) {
    case 'find': {
      const { roots, names } = foundBy(given);
      const areAll = names === undefined || names.every((name) => /^\*(?:\.\*)?$/.test(name));
      return areAll && roots.some(isWhole) && !leavesOutHidden(given);
    }
    case 'ls':
      return (
        has(/^-\w*[aAf]|^--(?:almost-)?all$/) &&
        (given.every((text) => text.startsWith('-')) ? isWhole('.') : given.some(isWhole))
      );
    case 'git':
      return given[0] === 'ls-files' && has(/^-\w*o|^--others$/) && (has(/^-\w*i|^--ignored$/) || !has(/^--exclude/));
    case 'fd':
    case 'rg':
      return (program === 'fd' || has(/^--files$/)) && isWhole('.') && reachesIgnored(program, given);
    default:
      return false;
  }
}

/** Whether fd or rg are told to look where they do not look by themselves: at what is hidden, and at what git leaves out. */
export function reachesIgnored(program: string, given: readonly string[]): boolean {
  const letters = given.filter((text) => /^-[\w.]+$/.test(text)).join('');
  const isHidden = letters.includes('H') || letters.includes('.') || given.includes('--hidden');
  const isIgnored = letters.includes('I') || given.some((text) => text.startsWith('--no-ignore'));
  const unrestricted =
    letters.replaceAll(/[^u]/g, '').length + given.filter((text) => text === '--unrestricted').length;
  return unrestricted > (program === 'fd' ? 0 : 1) || (isHidden && (isIgnored || unrestricted > 0));
}

/** Whether tests of `find` take only what is on some paths, or nothing that is hidden. */
const leavesOutHidden = (tests: readonly string[]): boolean =>
  tests.some((text, index) => {
    const isTurned = /^(?:!|-not)$/.test(tests[index - 1] ?? '');
    const value = tests[index + 1] ?? '';
    if (!/^-i?(?:path|wholename|regex|name)$/.test(text)) return false;
    return isTurned ? /(?:^|\/)\\?\.[*?]/.test(value) : !text.endsWith('name') || text.endsWith('wholename');
  });

/** The names that `find` looks for, each on a way of its tests that says one; undefined where one of them says none. */
export function namesFound(tests: readonly string[]): readonly string[] | undefined {
  const names: string[] = [];
  let isNamed = false;
  let isPruned = false;
  const ways: boolean[] = [];
  const isActing = (text: string) => /^-(?:delete|exec|execdir|ok|okdir|print0?|f?ls)$/.test(text);
  let acts = false;
  const end = () => {
    // What is only left out is not found.
    if (!isPruned || acts) ways.push(isNamed);
    isNamed = false;
    isPruned = false;
    acts = false;
  };
  for (const [index, text] of tests.entries()) {
    if (text === ',') return undefined;
    if (/^-o(?:r)?$/.test(text)) end();
    else if (text === '-prune') isPruned = true;
    else if (isActing(text)) acts = true;
    else if (/^-i?name$/.test(text) && !/^(?:!|-not)$/.test(tests[index - 1] ?? '')) {
      names.push(tests[index + 1] ?? '');
      isNamed = true;
    }
  }
  end();
  // A `!` before a bracket turns names round.
  const isTurned = tests.some((text, index) => /^(?:!|-not)$/.test(text) && tests[index + 1] === '(');
  return isTurned || ways.length === 0 || !ways.every(Boolean) ? undefined : names;
}

function foundBy(given: readonly string[]): NamedFiles {
  const start = given.findIndex((text) => /^[-(!]/.test(text));
  const roots = start < 0 ? given : given.slice(0, start);
  return { roots: roots.length === 0 ? ['.'] : roots, names: namesFound(start < 0 ? [] : given.slice(start)) };
}

/** `grep -rl text src --include=*.ts`: the first word that is no flag is what is looked for. */
function searchedBy(given: readonly string[], takesValue: RegExp, include: RegExp): NamedFiles {
  const names: string[] = [];
  const operands: string[] = [];
  let isGiven = false;
  for (let at = 0; at < given.length; at++) {
    const text = given[at] ?? '';
    const [, name] = include.exec(text) ?? [];
    if (/^(?:-g|--glob|--include)$/.test(text)) names.push(given[++at] ?? '');
    else if (/^-t$|^--type$/.test(text)) names.push(`*.${given[++at] ?? ''}`);
    else if (name !== undefined) names.push(name);
    else if (/^(?:-e|--regexp)$/.test(text)) {
      isGiven = true;
      at++;
    } else if (takesValue.test(text)) at++;
    else if (!text.startsWith('-')) operands.push(text);
  }
  const roots = isGiven ? operands : operands.slice(1);
  const said = names.filter((each) => !each.startsWith('!'));
  return { roots: roots.length === 0 ? ['.'] : roots, names: said.length === 0 ? undefined : said };
}

/** Paths and patterns of git, each in its folder. */
function ofPaths(given: readonly string[]): NamedFiles | undefined {
  const paths = given.filter((text) => !text.startsWith('-') && !/^:[!^(]/.test(text));
  if (paths.length === 0) return { roots: ['.'], names: undefined };
  const isPattern = (path: string) => /[*?[]/.test(path);
  if (!paths.some(isPattern)) return { roots: paths, names: undefined };
  return {
    roots: paths.map((path) =>
      isPattern(path) ? path.slice(0, path.lastIndexOf('/', path.search(/[*?[]/)) + 1) || '.' : path,
    ),
    names: paths.map((path) => path.slice(path.lastIndexOf('/') + 1)),
  };
}
