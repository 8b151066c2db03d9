import { UNKNOWN, type Word } from '../shell/words';
import { byName, destroys, escapes, type Program, type ProgramUse, secrets, sends, unreadable } from './program';
import { namesFound, reachesIgnored } from './sources';

/** Where the first word stands that is neither a flag nor the value of one. */
export function firstOperand({ words }: Pick<ProgramUse, 'words'>, takesValue: RegExp): number {
  let at = 0;
  while (at < words.length) {
    const text = words[at]?.text ?? '';
    if (text === '--') return at + 1;
    if (!text.startsWith('-') || text === '-') return at;
    at += takesValue.test(text) ? 2 : 1;
  }
  return at;
}

const findActions = /^-(?:exec|execdir|ok|okdir)$/;
/** Tests of find that have a value. */
const findValues =
  /^-(?:i?name|i?path|i?wholename|i?lname|i?regex|regextype|x?type|size|[acm]time|[acm]min|a?newer\w*|cnewer|maxdepth|mindepth|user|group|uid|gid|perm|printf|samefile|inum|links|fstype|used|context|D)$/;

/** find: where it looks, and what it runs or deletes there. */
const find: Program = {
  does: 'looks',
  more(use) {
    const start = use.words.findIndex(({ text }) => /^[-(!]/.test(text) && !/^-[HLPD]$|^-O\d/.test(text));
    const roots = (start < 0 ? use.words : use.words.slice(0, start)).filter(({ text }) => !text.startsWith('-'));
    const isRead = use.words.some(({ text }) => findActions.test(text));
    for (const word of roots) use.touch(isRead ? 'reads' : 'lists', word);
    const names = namesFound((start < 0 ? [] : use.words.slice(start)).map(({ text }) => text));
    const deletes = (at: Word) => {
      // By names that git leaves out wherever they stand, only what builds make is found.
      if (names !== undefined && roots.length > 0 && roots.every((root) => use.isIgnoredBelow(root, names)))
        return use.add('changes');
      for (const root of roots) use.touch('deletes_tree', root);
      if (roots.length === 0) use.add(destroys('deletes all that it finds'), at);
    };
    for (let index = Math.max(start, 0); index < use.words.length; index++) {
      const word = use.words[index];
      if (word === undefined) return;
      if (findValues.test(word.text)) {
        const value = use.words[++index];
        // By a pattern of names it can be secrets alone that are read.
        if (isRead && value !== undefined && word.text.endsWith('name'))
          use.touch('reads', { ...value, isPattern: true });
      } else if (word.text === '-delete') deletes(word);
      else if (/^-f(?:print0?|printf|ls)$/.test(word.text)) {
        const target = use.words[index + 1];
        if (target !== undefined) use.touch('replaces', target);
        index += word.text === '-fprintf' ? 2 : 1;
      } else if (findActions.test(word.text)) {
        const rest = use.words.slice(index + 1);
        const end = rest.findIndex(({ text }) => text === ';' || text === '+');
        const source = ['find', ...use.words.slice(0, index).map(({ text }) => `'${text}'`)].join(' ');
        const inside = (end < 0 ? rest : rest.slice(0, end)).map((each) => laterWords(each, '{}', source));
        // What is deleted in folders that builds make is theirs.
        if (/^(?:\/bin\/)?(?:rm|unlink|shred)$/.test(inside[0]?.text ?? '')) deletes(word);
        else use.run(inside);
        index += inside.length + 1;
      }
    }
  },
};

/** A word in which another program puts what only it knows. */
function laterWords(word: Word, mark: string, source?: string): Word {
  if (!word.text.includes(mark)) return word;
  const text = word.text.replaceAll(mark, UNKNOWN);
  return { ...word, text, isComputed: true, isLater: true, ...(source !== undefined && { sources: [source] }) };
}

const xargs: Program = {
  does: 'looks',
  runsWords: true,
  values: '-I -n -P -L -s -d -E -a=reads --max-args --max-procs --max-lines --delimiter --arg-file=reads',
  more(use) {
    const inside = use.words.slice(firstOperand(use, xargsValues));
    const mark = use.flags.find(({ name }) => /^(?:-I|-i|--replace)$/.test(name));
    if (inside.length === 0) return;
    const source = use.command.input?.of ?? '';
    const secret = use.secretIn(source);
    if (secret !== undefined) use.add(secrets(`reads ${secret}`));
    else if (/^[ef]?grep\b.*(?:\benv\b|secret|credential|\.(?:pem|key)\b)/.test(source))
      use.add(secrets('may read what is hidden or secret'));
    if (mark === undefined) use.run(inside, true);
    else {
      const sign = mark.value?.text ?? '{}';
      use.run(
        inside.map((word) => laterWords(word, sign, use.command.input?.of)),
        !inside.some(({ text }) => text.includes(sign)),
      );
    }
  },
};
const xargsValues = /^(?:-[InPLsdEa]|--(?:max-args|max-procs|max-lines|delimiter|arg-file))$/;

/** What a shell takes for this word, or for one that nobody knows. */
const quotedFor = ({ text, isComputed }: Word): string =>
  isComputed || text === '{}' ? '"$given"' : `'${text.replaceAll("'", `'\\''`)}'`;

/** GNU parallel: its command once for each word after `:::`, or for what it reads. */
function runsInParallel(use: ProgramUse): void {
  const start = firstOperand(use, /^(?:-j|-P|-n|-N|-S|--sshlogin|--jobs|--delay|-a|--arg-file)$/);
  if (use.words.slice(0, start).some(({ text }) => /^(?:-S|--sshlogin)/.test(text)))
    use.add(sends('runs on other machines'));
  const end = use.words.findIndex(({ text }) => /^:{3,4}\+?$/.test(text));
  const inside = use.words.slice(start, end < 0 ? undefined : Math.max(end, start));
  const values = end >= 0 && use.words[end]?.text === ':::' ? use.words.slice(end + 1) : [];
  if (inside.length === 0) {
    if (end < 0 || use.words[end]?.text !== ':::') use.add(unreadable('commands that come from elsewhere'));
    for (const value of values) use.runText(value);
    return;
  }
  const isMarked = inside.some(({ text }) => text.includes('{'));
  // One word is a text for a shell.
  const [only] = inside;
  if (only !== undefined && inside.length === 1 && /\s/.test(only.text)) {
    for (const value of values.length === 0 ? [{ ...only, text: '{}' }] : values.slice(0, 32))
      use.runText({
        ...only,
        text: isMarked ? only.text.replaceAll(/\{[^{}]*\}/g, quotedFor(value)) : `${only.text} ${quotedFor(value)}`,
      });
    return;
  }
  if (values.length === 0 || values.length > 32) {
    use.run(
      inside.map((word) => laterWords(word, '{}')),
      !isMarked,
    );
    return;
  }
  for (const value of values) {
    const filled = inside.map((word) =>
      word.text.includes('{}')
        ? { ...word, text: word.text.replaceAll('{}', value.text), isComputed: value.isComputed }
        : laterWords(word, '{'),
    );
    use.run(isMarked ? filled : [...inside, value]);
  }
}

/** Names of secrets as files of settings have them, and not as code calls what it does with one. */
const secretName =
  /KEY=|SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|secret|password|passwd|credential|api_?key|access_?key|private_?key/;

/** Whether a search shows what is in a file of secrets: lines with the name of one, or whatever stands there. */
function findsSecrets(use: ProgramUse, patterns: readonly Word[]): boolean {
  if (use.hasFlag('-l', '-L', '-c', '-q', '--files-with-matches', '--files-without-match', '--count', '--quiet'))
    return false;
  if (use.hasFlag('-v', '--invert-match')) return true;
  return patterns.some(({ text, isComputed }) => {
    const said = text.replaceAll(/\[(?!\^)[^[\]]*\]|\\[wWSd]|[.*+?^$]/g, '');
    const isAnything = /^[=:]?$/.test(said) && text !== '^$';
    return (
      !isComputed && (isAnything || secretName.test(use.hasFlag('-i', '--ignore-case') ? text.toUpperCase() : text))
    );
  });
}

/** Whether a search reaches what is hidden, and what git leaves out, in the folders that it is given. */
function reachesHidden(use: ProgramUse): boolean {
  const isNarrowed = use.flags.some(
    ({ name, value }) =>
      (/^(?:--include|-g|--i?glob|-G|-t|--type)$/.test(name) && !/^!(?!\.(?:env|\*))/.test(value?.text ?? '')) ||
      (name === '--exclude' && /^\.(?:env|\*)/.test(value?.text ?? '')),
  );
  if (isNarrowed) return false;
  if (/^[ef]?grep$|^ugrep$/.test(use.name))
    return (
      use.hasFlag('-r', '-R', '--recursive', '--dereference-recursive') ||
      use.valueOf('-d', '--directories')?.text === 'recurse'
    );
  if (use.name === 'ag')
    return use.hasFlag('-u', '--unrestricted') || (use.hasFlag('--hidden') && use.hasFlag('-U', '--skip-vcs-ignores'));
  return (
    use.name === 'rg' &&
    reachesIgnored(
      use.name,
      use.words.map(({ text }) => text),
    )
  );
}

/** What is searched, and not what for. */
function searches(use: ProgramUse, operands: readonly Word[]): void {
  const isGiven = use.hasFlag('-e', '-f', '--regexp', '--file', '--files');
  const given = use.flags
    .filter(({ name }) => name === '-e' || name === '--regexp')
    .flatMap(({ value }) => value ?? []);
  const isShown = findsSecrets(use, isGiven ? given : operands.slice(0, 1));
  const isTree = isShown && reachesHidden(use);
  const roots = isGiven ? operands : operands.slice(1);
  const here = { text: '.', isComputed: false, isPattern: false, isProcess: false, span: use.command.span };
  for (const word of isTree && roots.length === 0 ? [here] : roots)
    use.touch(isTree ? 'reads_tree' : isShown ? 'reads' : 'scans', word);
  // By a pattern of names it can be secrets alone that are searched.
  for (const { name, value } of use.flags)
    if (/^(?:--include|-g|--i?glob|-G)$/.test(name) && value !== undefined && !value.text.startsWith('!'))
      use.touch('reads', { ...value, isPattern: true });
}

/** `fd pattern -x command`: a pattern of fd may be that of a name. */
function runsForEach(use: ProgramUse, at: number): void {
  const said = use.words.slice(0, at).map(({ text }) => `'${text.replaceAll(/[\\^$]/g, '')}'`);
  const source = ['fd', ...said].join(' ');
  const inside = use.words.slice(at + 1).map((word) => ({ ...word, text: word.text.replaceAll(/\{[/.]*\}/g, '{}') }));
  const [first] = inside;
  if (first === undefined) return;
  const isMarked = inside.some(({ text }) => text.includes('{}'));
  const all = isMarked ? inside : [...inside, { ...first, text: '{}' }];
  use.run(all.map((word) => laterWords(word, '{}', source)));
}

/** Programs that look for something, and that run another one for each thing that they find or read. */
export const searchPrograms = byName<Program>({
  find,
  'grep egrep fgrep': {
    does: 'looks',
    values:
      '-e -f=reads -A -B -C -m -d --directories --include --exclude --exclude-dir --max-count --context --file=reads',
    more: (use) => searches(use, use.operands),
  },
  // Which flags of these have a value depends on which it is.
  'zgrep ag ack ugrep': {
    does: 'looks',
    values: '-e -f=reads --include --exclude --exclude-dir --file=reads --ignore --ignore-dir -G -g',
    flags: { '--pager': escapes('has another program show what is found') },
    more: (use) =>
      searches(
        use,
        use.operands.filter(({ text }) => !/^\d+$/.test(text)),
      ),
  },
  rg: {
    does: 'looks',
    values:
      '-e -f=reads -A -B -C -m -g -t -T -M -j -r --glob --iglob --type --max-count --context --replace --max-depth --sort --color --colors --pre --pre-glob --hostname-bin --ignore-file',
    flags: { '--pre --hostname-bin': escapes('has rg run another program') },
    more: (use) => searches(use, use.operands),
  },
  'fd fdfind': {
    does: 'looks',
    values: '-e -t -d -E --extension --type --max-depth --exclude --base-directory --search-path',
    more(use) {
      const at = use.words.findIndex(({ text }) => /^(?:-x|-X|--exec|--exec-batch)$/.test(text));
      if (at >= 0) runsForEach(use, at);
      for (const word of use.operands.slice(1)) if (at < 0) use.touch('reads', word);
    },
  },
  xargs,
  parallel: { does: 'looks', runsWords: true, more: runsInParallel },
});
