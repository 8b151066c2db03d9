import { harmlessDevice, type JudgedPlace, type PathFacts, pathFacts, pathFrom } from './place';
import { scriptEffect } from './programs/packages';
import {
  type Access,
  destroys,
  type Effect,
  escapes,
  installs,
  outside,
  secrets,
  unreadable,
} from './programs/program';
import { filesNamedBy, type NamedFiles, namesHidden } from './programs/sources';
import type { Scope } from './shell/scope';
import { saysLittle, UNKNOWN, type Word } from './shell/words';

/** Where relative paths begin. */
type From = Pick<Scope, 'cwd' | 'isPlaceSure'>;

const verbs: Readonly<Record<Access, string>> = {
  reads: 'reads',
  scans: 'reads',
  reads_tree: 'reads',
  loads: 'reads',
  lists: 'lists',
  links: 'links to',
  enters: 'works in',
  writes: 'writes',
  replaces: 'overwrites',
  empties: 'empties',
  deletes: 'deletes',
  deletes_tree: 'deletes',
  moves: 'moves',
  runs: 'runs',
  fetches: 'fetches',
};

/** What puts something where it is. */
const filling: ReadonlySet<Access> = new Set(['writes', 'replaces', 'empties']);

/** What changes nothing. */
const looking: ReadonlySet<Access> = new Set(['reads', 'scans', 'reads_tree', 'loads', 'lists', 'fetches']);

/** What a use of a file in a command does (spec/judgement.md sections 1 to 3). */
export function touchPath(place: JudgedPlace, from: From, access: Access, word: Word): Effect {
  const isLook = looking.has(access);
  if (word.isProcess) {
    return isLook ? 'looks' : unreadable(`${verbs[access]} what is only known when it runs`);
  }
  if (word.isComputed) return ofComputed(place, from, access, word);
  if (access === 'runs' && /^(?:data|https?):/i.test(word.text)) return installs(`runs ${word.text}`);
  if (word.text === '-' && access === 'runs') return unreadable('runs what comes through a pipe');
  if (word.text === '' || word.text === '-') return 'looks';
  const { text, base } = patternParts(word);
  const path = pathFrom(from.cwd, base);
  if (path === undefined) {
    return isLook ? 'changes' : unreadable('in which folder it happens is only known when it runs');
  }
  const facts = pathFacts(place, path);
  const isSure = from.isPlaceSure || text.startsWith('/');
  if (!isSure && !isLook && /(?:^|\/)\.\.(?:\/|$)/.test(text)) {
    return unreadable('in which folder it happens is only known when it runs');
  }
  if (!word.isPattern) return pathEffect(place, facts, access, isSure);
  return ofPattern(place, facts, access, { text, from, isSure });
}

/** What a use of this path does; unless the place is sure, nothing is known of what git says of it. */
export function pathEffect(place: JudgedPlace, facts: PathFacts, access: Access, isSure = true): Effect {
  const { shown, isInside, isScratch } = facts;
  const verb = verbs[access];
  place.onUse?.(facts, access);
  if (looking.has(access)) {
    const isShown = access !== 'lists' && !(access === 'loads' && isInside);
    if (facts.secret && isShown) return secrets(`reads ${shown}`);
    if (access === 'reads_tree' && isWhole(place, facts.path)) return secrets('shows what is in hidden files too');
    return isInside || isScratch || !facts.isHome ? 'looks' : outside(`${verb} ${shown}`);
  }
  if (access === 'runs') return ofRun(facts);
  // What is written to `/dev/null` is written nowhere.
  if (filling.has(access) && harmlessDevice.test(facts.path)) return 'looks';
  if (access === 'enters' && isInside && facts.setting === undefined) return 'looks';
  if (facts.setting !== undefined) return escapes(`changes ${facts.setting}: ${shown}`);
  if (facts.secret) return secrets(`${verb} ${shown}`);
  if (!isInside) {
    if (isScratch) return 'changes';
    return access === 'deletes' || access === 'deletes_tree'
      ? destroys(`deletes ${shown}`)
      : outside(`${verb} ${shown}`);
  }
  return isLost(place, facts, access, isSure) ? destroys(`${verb} ${shown}`) : 'changes';
}

/** Whether all of the workspace is below this path. */
function isWhole({ workspace }: JudgedPlace, path: string): boolean {
  return workspace !== undefined && `${workspace.root}/`.startsWith(path === '/' ? path : `${path}/`);
}

/** What is rather run by people than by other code, so that its name says what it is for. */
const isScript =
  /(?:^|\/)(?:scripts?|bin|tools|ops|ci|hack|deploy|infra)\/(?!.*\.(?:test|spec)\.)|(?:\.(?:ba|z)?sh|(?:^|\/)[\w-]+)$/;

/** Names by which tests alone are called. */
const isTest = /[._](?:test|spec)\.\w+$|(?:^|\/)test_[^/]*\.py$/;

/** Where programs of the machine are kept. */
const systemPlace = /^\/(?:usr|opt|bin|sbin|lib\w*|nix|snap|Applications|Library|System|etc|var)\//;

function ofRun({ path, shown, isInside, isScratch, isHome }: PathFacts): Effect {
  if (isInside) return isScript.test(shown) ? scriptEffect(shown.slice(shown.lastIndexOf('/') + 1)) : 'changes';
  if (isScratch || isHome) return installs(`runs ${shown}`);
  return systemPlace.test(path) || harmlessDevice.test(path) ? 'changes' : outside(`runs ${shown}`);
}

/** Whether neither git nor a build brings back what this takes away. */
function isLost(
  { surroundings, workspace }: JudgedPlace,
  { path }: PathFacts,
  access: Access,
  isSure: boolean,
): boolean {
  if (workspace === undefined) return true;
  if (access === 'writes' || access === 'links' || access === 'enters') return false;
  const kind = surroundings.kindOf(path);
  if (access === 'moves') return path === workspace.root;
  if (path !== workspace.root && isSure) {
    if (surroundings.isIgnored(workspace, path)) return false;
    if (workspace.isThere && kind === 'none') return false;
    const isTree = access === 'deletes_tree' && kind !== 'file';
    if (!isTree && access !== 'empties' && surroundings.isKept(workspace, path)) return false;
  }
  // Nobody knows whether a file was there before.
  return access !== 'replaces' || workspace.isThere;
}

/** The part of a pattern before its first sign that stands for others, and the whole. */
function patternParts({ text, isPattern }: Word): { readonly text: string; readonly base: string } {
  if (!isPattern) return { text, base: text };
  const first = text.search(/[*?[]/);
  const base = text.slice(0, text.lastIndexOf('/', first) + 1);
  return { text, base: base === '' ? '.' : base };
}

function ofPattern(
  place: JudgedPlace,
  base: PathFacts,
  access: Access,
  { text, from, isSure }: { readonly text: string; readonly from: From; readonly isSure: boolean },
): Effect {
  // What the pattern may stand for by its letters: `.env*` is `.env` too.
  const plain = pathFrom(from.cwd, text.replaceAll(/[*?]|\[[^[\]]*\]/g, ''));
  const asNamed = plain === undefined ? base : pathFacts(place, plain);
  const sample = pathFrom(from.cwd, text.replaceAll(/[*?]+|\[[^[\]]*\]/g, 'x'));
  const asSample = sample === undefined ? base : pathFacts(place, sample);
  if (looking.has(access)) {
    const isSecret = access !== 'lists' && (asNamed.secret || asSample.secret || mayBeSecret(text));
    return isSecret ? secrets(`reads ${text}`) : pathEffect(place, base, access, isSure);
  }
  if (access === 'writes' || access === 'links')
    return pathEffect(place, asNamed.isInside ? asNamed : base, access, isSure);
  if (access === 'runs') {
    return isTest.test(text) ? ofRun(asSample) : unreadable(`which of ${text} it runs is only known when it runs`);
  }
  if (asNamed.setting !== undefined) return escapes(`changes ${asNamed.setting}: ${text}`);
  if (base.isScratch && !base.isInside) return 'changes';
  const { surroundings, workspace } = place;
  const isIgnored =
    isSure &&
    base.isInside &&
    workspace !== undefined &&
    ((base.path !== workspace.root && surroundings.isIgnored(workspace, base.path)) ||
      // One name stands for all of them, but for those that are taken out of what is left out.
      (surroundings.isIgnored(workspace, asSample.path) &&
        !surroundings.hasExceptions(workspace, asSample.path) &&
        // A pattern of folders reaches rules of theirs.
        !(isOfFolders(text) && surroundings.hasExceptionsBelow(workspace, base.path))));
  return isIgnored ? 'changes' : destroys(`${verbs[access]} all that ${text} stands for`);
}

/** Names of secret files that a pattern could stand for. */
const secretNames = [
  '.env',
  '.env.local',
  '.env.production',
  '.netrc',
  '.npmrc',
  '.ssh',
  '.aws',
  'id_rsa',
  'id_ed25519',
  'credentials',
  'secrets.yaml',
  'server.pem',
];

/** Whether a pattern stands for folders too. */
function isOfFolders(text: string): boolean {
  const at = text.search(/[*?[]/);
  return at >= 0 && text.includes('/', at);
}

/** Whether the pattern can stand for a secret file, and does not stand for nearly everything. */
function mayBeSecret(text: string): boolean {
  const name = text.slice(text.lastIndexOf('/') + 1).slice(0, 200);
  // oxlint-disable-next-line regexp/no-super-linear-move -- of at most 200 signs
  if (!/[\w.].*[*?[]|[*?[\]].*\w/.test(name) || /^\*(?:\.\*|\.(?!pem$|key$|env$)\w+)?$/.test(name)) return false;
  // A list of signs may be any sign here.
  const pattern = name.replaceAll(/\[[^\]]*\]?/g, '?');
  return secretNames.some((secret) => fitsPattern(pattern, secret));
}

/** Whether a pattern of `*` and `?` fits a name; goes back to the last `*` alone, so that no pattern takes long. */
function fitsPattern(pattern: string, name: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let kept = 0;
  while (place < name.length) {
    if (pattern[at] === '*') {
      star = at++;
      kept = place;
    } else if (pattern[at] === '?' || pattern[at] === name[place]) {
      at++;
      place++;
    } else if (star >= 0) {
      at = star + 1;
      place = ++kept;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** What names a secret file in the text of a command, whose output may be read as files: `find . -name .env`. */
export function secretsIn(place: JudgedPlace, from: From, command: string): readonly string[] {
  // What find is told not to take is not read.
  const taken = command.replaceAll(/(?:!|-not)'?\s+'?-i?(?:name|path|wholename)'?\s+\S+/g, ' ');
  const words = taken.match(/[^\s'"|;&()<>]+/g) ?? [];
  return words.slice(0, 50).filter((word) => {
    const path = /[./]/.test(word) ? pathFrom(from.cwd ?? '/', word) : undefined;
    return path !== undefined && (mayBeSecret(word) || pathFacts(place, path).secret);
  });
}

/** Endings of files by which nothing but the project is built: what git, CI, editors and agents work by has others. */
const sourceName = /^[^.\s]*\.(?!ya?ml|json|jsonc|md|mdc|toml|sh|cfg|conf|ini|env|pem|key|x$)[a-z]\w*$/i;

/** Whether files that another command names are all in the workspace, and no settings or secrets. */
function isOfProject(place: JudgedPlace, from: From, { roots, names }: NamedFiles): boolean {
  const areSources = names?.every((name) => sourceName.test(name.replaceAll(/[*?]+|\[[^[\]]*\]/g, 'x'))) === true;
  return roots.every((root) => {
    const path = pathFrom(from.cwd, root.split(/[*?[]/, 1)[0] ?? '');
    const facts = path === undefined ? undefined : pathFacts(place, path);
    if (facts?.isInside !== true || facts.setting !== undefined || facts.secret) return false;
    const isAll = facts.path === place.workspace?.root || /(?:^|\/)\./.test(facts.shown);
    return areSources || (names === undefined && !isAll);
  });
}

function ofComputed(place: JudgedPlace, from: From, access: Access, word: Word): Effect {
  const { text, isLater, sources = [] } = word;
  // A name with a date or a number in it is one that was hardly there before.
  if ((access === 'writes' || access === 'replaces') && saysLittle(word))
    return touchPath(place, from, access, { ...word, text: text.replaceAll(UNKNOWN, '0'), isComputed: false });
  const before = text.slice(0, text.indexOf(UNKNOWN));
  const path = pathFrom(from.cwd, before.slice(0, before.lastIndexOf('/') + 1) || '.');
  const facts = path === undefined ? undefined : pathFacts(place, path);
  const isSecret = ['', 'x'].some((part) => {
    return pathFacts(place, pathFrom(from.cwd ?? '/', text.replaceAll(UNKNOWN, part)) ?? '/').secret;
  });
  if (isSecret && access !== 'lists') return secrets(`${verbs[access]} ${text}`);
  const isShown = access === 'reads' || access === 'scans';
  const found = isShown ? sources.flatMap((source) => secretsIn(place, from, source)) : [];
  if (found[0] !== undefined) return secrets(`reads ${found[0]}`);
  const isAll = (root: string) => isWhole(place, pathFrom(from.cwd, root) ?? '');
  if (access === 'reads' && sources.some((source) => namesHidden(source, isAll)))
    return secrets('shows what is in hidden files too');
  if (looking.has(access)) {
    if (facts !== undefined && facts.isHome) return outside(`${verbs[access]} ${text}`);
    return isLater === true || access === 'lists' ? 'looks' : 'changes';
  }
  const files =
    access === 'writes' && text === UNKNOWN && sources.length === 1 ? filesNamedBy(sources[0] ?? '') : undefined;
  if (files !== undefined && from.isPlaceSure && isOfProject(place, from, files)) return 'changes';
  // A file with a name of its own in a temporary folder is the one computed target that is in nobody's way.
  if (access === 'replaces' && facts?.isScratch === true) return 'changes';
  return unreadable(`what it ${verbs[access]} is only known when it runs`);
}
