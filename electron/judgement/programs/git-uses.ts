import { posix } from 'node:path';
import { withoutEnd } from '../../../shared/kernel/ends';
import { filesOfPatch } from '../patch';
import type { Word } from '../shell/words';
import { destroys, escapes, type ProgramUse, secrets, sends } from './program';

/** Configuration that runs programs, or sends what is pushed elsewhere. */
export const dangerousKey =
  /^(?:alias\.|core\.(?:hookspath|sshcommand|pager|editor|fsmonitor|gitproxy|askpass|worktree|attributesfile|excludesfile)|credential\.|diff\..*\.?(?:external|command|textconv)|difftool\.|mergetool\.|merge\..*\.driver|filter\.|gpg\.|include\.path|includeif\.|pager\.|sequence\.editor|url\.|remote\.|branch\..*\.(?:push)?remote$|protocol\.|http\.(?:proxy|sslverify|cookiefile|extraheader)|uploadpack\.|receive\.|submodule\..*\.update|interactive\.difffilter|init\.templatedir|trailer\.|web\.browser|browser\.|man\.|instaweb\.|ssh\.variant|safe\.)/i;

/** What has git run another program. */
export const runsAnother = escapes('has git run another program');

/** A remote that is a command: `ext::sh -c …`, or an option in disguise. */
export function checkRemote(use: ProgramUse): void {
  for (const word of use.operands) if (/^(?:ext|fd)::|^-/.test(word.text)) use.add(runsAnother, word);
}

/** A clone is in the folder that is said, or in one that is called like the repository. */
export function clones(use: ProgramUse, [url, folder]: readonly Word[]): void {
  if (folder !== undefined) use.touch('writes', folder);
  if (url === undefined) return;
  const name = posix.basename(withoutEnd(url.text, '/')).replace(/\.git$/, '');
  use.noteUnseen(folder ?? { ...url, text: name }, 'cloned');
}

export function checkout(use: ProgramUse): void {
  const { operands } = use;
  const [first] = operands;
  const dashes = use.words.findIndex(({ text }) => text === '--');
  if (use.hasFlag('-f', '--force', '--ours', '--theirs')) use.add(destroys('throws away what is not committed'));
  movesBranch(use, use.valueOf('-B'));
  if (use.hasFlag('-b', '-B', '--orphan') || (use.hasFlag('-t', '--track', '-d', '--detach') && operands.length < 2))
    return;
  if (use.hasFlag('-p', '--patch', '--pathspec-from-file')) use.add(destroys('throws away what is not committed'));
  const hasPaths = dashes >= 0 || operands.length > 1;
  const isFile =
    first !== undefined &&
    (/^\.{1,2}$|^:|[*?]|\/$/.test(first.text) || use.kindOf(first) === 'file' || use.kindOf(first) === 'folder');
  if (hasPaths || isFile || (first !== undefined && looksLikeFile(first.text))) {
    use.add(destroys(`throws away what is not committed in ${operands.at(-1)?.text ?? 'files'}`), first);
  }
}

/** `git switch -C name`: only a branch that is there is moved away from its commits. */
export function movesBranch(use: ProgramUse, name: Word | undefined): void {
  if (name !== undefined && isRefThere(use, { ...name, text: `refs/heads/${name.text}` }))
    use.add(destroys('moves a branch away from its commits'), name);
}

/** Whether git may have this reference: of another repository than that of the folder, nobody knows. */
function isRefThere(use: ProgramUse, name: Word): boolean {
  return use.command.words[1]?.text.startsWith('-') === true || use.hasRef(name);
}

/** `git update-ref`: a reference that is there is moved. */
export function movesRef(use: ProgramUse): void {
  const [name] = use.operands;
  if (name !== undefined && (!name.text.startsWith('refs/') || isRefThere(use, name)))
    use.add(destroys(`moves ${name.text} away from its commits`), name);
}

/** `git symbolic-ref`: with one name it only says what that leads to. */
export function readsOrSetsRef(use: ProgramUse): void {
  use.add(use.operands.length > 1 ? 'changes' : 'looks');
}

/** A patch that is in the command itself changes what it names. */
export function appliesPatch(use: ProgramUse): void {
  const isFetched = use.command.before.some((name) => /^(?:curl|wget|http|https|fetch)$/.test(name));
  if (isFetched || use.operands.some((word) => use.isUnseen(word))) use.noteUnseen(undefined, 'downloaded');
  const files = filesOfPatch(use.command.input?.text ?? '') ?? [];
  for (const { path, does } of files)
    use.touch(does, { text: path, isComputed: false, isPattern: false, isProcess: false, span: use.command.span });
}

/** `git fetch origin +x:y`: a branch that is there is moved, wherever it stood. */
export function fetchesInto(use: ProgramUse): void {
  const isForced = use.hasFlag('-f', '--force');
  for (const word of use.operands.slice(1)) {
    const [, plus = '', into] = /^(\+?)[^:]*:(?:refs\/heads\/)?(\w[^:]*)$/.exec(word.text) ?? [];
    if (into !== undefined && (isForced || plus !== '') && !into.startsWith('refs/'))
      movesBranch(use, { ...word, text: into });
  }
}

/** `git bundle create file`. */
export function writesBundle(use: ProgramUse): void {
  const [verb, file] = use.operands;
  if (verb?.text === 'create' && file !== undefined) use.touch('replaces', file);
}

/** A name that is rather a file's than a branch's. */
const looksLikeFile = (text: string) =>
  /\.(?:[cm]?[jt]sx?|py|rs|go|java|kt|rb|php|css|scss|html|vue|json|ya?ml|toml|md|txt|sh|sql|lock|c|h|cpp|cs|swift)$/.test(
    text,
  );

export function push(use: ProgramUse): void {
  const isForce =
    use.hasFlag('-f', '--force', '--force-with-lease', '--mirror', '--force-if-includes') ||
    use.operands.some(({ text }) => text.startsWith('+'));
  const isDelete =
    use.hasFlag('-d', '--delete', '--prune') || use.operands.slice(1).some(({ text }) => text.startsWith(':'));
  if (isForce) use.add(destroys('overwrites history on a remote'));
  if (isDelete) use.add(destroys('deletes branches on a remote'));
  use.add(sends('pushes commits to a remote'));
  checkRemote(use);
}

export function config(use: ProgramUse): void {
  const key = use.operands.find(({ text }) => text.includes('.')) ?? use.operands[0];
  const isLook =
    use.hasFlag('-l', '--list', '--get', '--get-all', '--get-regexp', '--get-urlmatch', '--show-origin') ||
    /^(?:list|get)$/.test(use.operands[0]?.text ?? '');
  const secret = use.operands.find(({ text }) =>
    /^credential\.|^http\..*(?:extraheader|cookiefile|sslkey)|token|password|secret/i.test(text),
  );
  if (secret !== undefined && use.operands.length < 3) use.add(secrets(`reads ${secret.text}`), secret);
  if (isLook) return;
  const isWrite =
    use.operands.length > 1 ||
    use.hasFlag(
      '--unset',
      '--unset-all',
      '--add',
      '--replace-all',
      '-e',
      '--edit',
      '--remove-section',
      '--rename-section',
    );
  if (!isWrite) return;
  if (use.hasFlag('--global', '--system', '--file', '-f')) use.add(escapes('changes how git works everywhere'));
  else if (use.hasFlag('-e', '--edit') || key === undefined || key.isComputed || dangerousKey.test(key.text)) {
    use.add(escapes(`changes ${key?.text ?? 'how git works'}, by which git runs programs or reaches remotes`), key);
  } else use.add('changes');
}

export function remove(use: ProgramUse): void {
  if (use.hasFlag('--cached')) return;
  if (use.hasFlag('-f', '--force')) use.add(destroys('deletes files with what is not committed'));
}

/**
 * Files whose contents git shows or keeps, as paths or behind a revision: `HEAD:.env`. All words, because a flag that has a value in
 * another subcommand may have taken one.
 */
export function touchContents(use: ProgramUse): void {
  const dashes = use.words.findIndex(({ text }) => text === '--');
  for (const [index, word] of use.words.entries()) {
    // Signs before a path say how git takes it; behind `!` or `^` stands what is left out.
    const path = word.text
      .replace(/^-L[^:]*:/, '')
      .replace(/^[^:]*:(?:\d:)?/, '')
      .replace(/^\((?!exclude|attr)[^)]*\)/, '');
    const isRange = path.includes('..') && !path.includes('../');
    const isPath =
      (dashes >= 0 && index > dashes) ||
      (!isRange && (path !== word.text || path.includes('.') || use.kindOf(word) === 'file'));
    if (isPath && path !== '' && !path.startsWith('-'))
      use.touch('reads', { ...word, text: path, isPattern: /[*?[]/.test(path) });
  }
}

export function runsRest(use: ProgramUse, from: number): void {
  const inside = use.words.slice(use.words.findIndex(({ text }) => text === use.operands[0]?.text) + from);
  if (inside.length === 1) use.runText(inside[0]);
  else use.run(inside);
}
