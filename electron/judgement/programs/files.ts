import { posix } from 'node:path';
import { filesOfPatch } from '../patch';
import type { Word } from '../shell/words';
import { appliesPatch } from './git-uses';
import { formatted } from './given';
import {
  byName,
  destroys,
  escapes,
  holdsSecret,
  installs,
  type Program,
  type ProgramUse,
  secrets,
  sends,
  unreadable,
} from './program';
import { sedEffect } from './sed';

const reads: Program = { does: 'looks', operands: 'reads' };
const looks: Program = { does: 'looks' };

/** `rm`: each thing that it names, and all below with -r. */
const removes: Program = {
  does: 'changes',
  more(use) {
    const isTree = use.hasFlag('-r', '-R', '--recursive');
    if (use.hasFlag('--no-preserve-root')) use.add(destroys('deletes the whole disk'));
    for (const word of use.operands) use.touch(isTree ? 'deletes_tree' : 'deletes', word);
  },
};

/** `cp` and the like: the last operand, or the one of -t, is where it writes. */
function copies(isMove: boolean): Program {
  return {
    does: 'changes',
    values: '-t --target-directory -S --suffix -m --mode -o --owner -g --group',
    more(use) {
      const given = use.valueOf('-t', '--target-directory');
      const target = given ?? use.operands.at(-1);
      const sources = given === undefined ? use.operands.slice(0, -1) : use.operands;
      // What is moved out of the workspace is gone from it, and what is moved to where git does not look can go unseen.
      const leaves = isMove && target !== undefined && (!use.isInside(target) || use.isIgnored(target));
      const isLink = !isMove && use.name === 'cp' && use.hasFlag('-s', '-l', '--symbolic-link', '--link');
      if (isMove && target !== undefined && sources.some((word) => use.wouldBeLost(word))) use.noteMoved(target);
      for (const word of sources)
        use.touch(leaves ? 'deletes_tree' : isMove ? 'moves' : isLink ? 'links' : 'reads', word);
      if (target === undefined) return;
      if (sources.some((word) => use.isUnseen(word))) use.noteUnseen(target, 'copied from there');
      const isEmptied = sources.some(({ text }) => text === '/dev/null');
      const isIntoFolder = use.kindOf(target) === 'folder' || target.text.endsWith('/');
      use.touch(isEmptied ? 'empties' : isIntoFolder ? 'writes' : 'replaces', target);
    },
  };
}

/** `ln`: whatever is done to the link afterwards is done to what it leads to. */
const links: Program = {
  does: 'changes',
  values: '-t -S --target-directory --suffix',
  more(use) {
    const given = use.valueOf('-t', '--target-directory');
    const isOne = given === undefined && use.operands.length < 2;
    const link = given ?? (isOne ? undefined : use.operands.at(-1));
    for (const word of given === undefined && !isOne ? use.operands.slice(0, -1) : use.operands) {
      // A symbolic link is followed from where it is.
      if (link === undefined || word.text.startsWith('/') || !use.hasFlag('-s', '--symbolic')) {
        use.touch('links', word);
        continue;
      }
      const folder = use.kindOf(link) === 'folder' ? link.text : posix.dirname(link.text);
      use.touch('links', {
        ...word,
        text: posix.join(folder, word.text),
        isComputed: word.isComputed || link.isComputed,
      });
    }
    if (link === undefined) return;
    if (use.operands.slice(0, -1).some((word) => use.isUnseen(word))) use.noteUnseen(link, 'linked to');
    const isReplaced = use.hasFlag('-f', '--force') && use.kindOf(link) === 'file';
    use.touch(isReplaced ? 'replaces' : 'writes', link);
    use.noteMoved(link);
  },
};

/** Whether awk code runs programs or writes files; a comparison and an alternative do not. */
const isActing = ({ text }: Word) =>
  /\bprintf?\b[^;}\n]{0,300}>|(?:^|[^|])\|(?!\|)|\bsystem\s*\(|\bgetline\b/.test(
    text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'),
  );

/** awk: its code can run programs and write files. */
const awk: Program = {
  does: 'looks',
  values: '-F -v -f=runs -i --field-separator --assign --file=runs --include',
  flags: { '-i --in-place': 'changes' },
  more(use) {
    const [code, ...files] = use.hasFlag('-f', '--file') ? [undefined, ...use.operands] : use.operands;
    if (code !== undefined && isActing(code)) {
      use.add(unreadable('awk code that runs programs or writes files'), code);
    }
    if (code !== undefined && /\bENVIRON\b/.test(code.text)) use.add(secrets('reads the whole environment'), code);
    const isInPlace = use.valueOf('-i', '--include')?.text === 'inplace';
    for (const word of files)
      if (word !== undefined && !word.text.includes('=')) use.touch(isInPlace ? 'writes' : 'reads', word);
  },
};

const sed: Program = {
  does: 'looks',
  values: '-e -f=runs -l --expression --file=runs --line-length',
  more(use) {
    const isGiven = use.hasFlag('-e', '--expression', '-f', '--file');
    const given = use.flags.filter(({ name }) => name === '-e' || name === '--expression').map(({ value }) => value);
    const scripts = isGiven ? given : use.operands.slice(0, 1);
    for (const script of scripts) {
      if (script === undefined) continue;
      use.add(sedEffect(script.text), script);
    }
    const isInPlace = use.hasFlag('-i', '--in-place') || use.flags.some(({ name }) => /^-[nErsuz]*i/.test(name));
    for (const word of isGiven ? use.operands : use.operands.slice(1)) use.touch(isInPlace ? 'writes' : 'reads', word);
    if (isInPlace) use.add('changes');
  },
};

const touches = (access: 'writes' | 'replaces' | 'reads', values = ''): Program => ({
  does: access === 'reads' ? 'looks' : 'changes',
  operands: access,
  values,
});

/** Programs that only look at files, or work on texts; what is said of one beside its name is where it can do more. */
export const filePrograms = byName<Program>({
  // No flag of these has a value here: what one has in one of them is a file in another.
  'cat head tail more tac nl od hexdump strings cmp comm join paste column fold fmt expand unexpand rev cut delta tokei cloc scc zcat zless bzcat xzcat pdftotext exiftool mediainfo ffprobe identify readelf objdump nm ldd plutil':
    reads,
  'md5sum sha1sum sha224sum sha256sum sha384sum sha512sum shasum cksum b2sum b3sum': {
    does: 'looks',
    operands: 'scans',
  },
  'bat batcat': { ...reads, flags: { '--pager': escapes('has another program show what it reads') } },
  // A list of names in a file is shown where no such files are there.
  'ls dir vdir stat eza exa lsd': { does: 'looks', operands: 'lists' },
  'du wc': { does: 'looks', operands: 'lists', values: '--files0-from=reads -X=reads --exclude-from=reads' },
  file: {
    does: 'looks',
    operands: 'lists',
    values: '-f=reads --files-from=reads -m=reads --magic-file=reads -F -P -e',
  },
  xxd: { does: 'looks', values: '-s -l -c -g -o -n', more: (use) => inAndOut(use) },
  'echo printf': {
    does: 'looks',
    more(use) {
      const [first, second] = use.words;
      if (use.name === 'printf' && first?.text.startsWith('-v') === true) {
        const isApart = first.text === '-v';
        const made = formatted(use.words.slice(isApart ? 2 : 1));
        use.setVariables(
          [isApart ? (second?.text ?? '') : first.text.slice(2)],
          made === undefined ? undefined : [made],
        );
      }
      for (const word of use.words) {
        const secret = word.variables?.find(holdsSecret);
        if (secret !== undefined) use.add(secrets(`prints ${secret}`), word);
      }
    },
  },
  'pwd true false : test [ [[ seq basename dirname cal expr bc factor yes which type whereis whatis whoami id groups uname arch hostname nproc lscpu lsblk free uptime df tty locale getconf logname users who w last tput clear reset jobs wait sleep cowsay figlet numfmt shuf ts realpath readlink pathchk getent lsb_release sw_vers vm_stat lsof top htop btop pgrep pidof vmstat iostat ulimit help info apropos tldr look units tsort command-not-found':
    { ...looks, flags: { '-P': 'looks' } },
  ps: {
    does: 'looks',
    more(use) {
      // Without a dash `e` is the environment; with one it is all processes.
      const shown = use.words.find(({ text }, index) => {
        const isValue = /^-.*[CGOUgkopqstu]$/.test(use.words[index - 1]?.text ?? '');
        return /^-[A-Za-z]*E/.test(text) || (!isValue && /^[acf-hj-nr-xSTUXZ]*e[acef-hj-nr-xSTUXZ]*$/.test(text));
      });
      if (shown !== undefined) use.add(secrets('reads the environment of processes'), shown);
    },
  },
  date: {
    does: 'looks',
    values: '-f=reads --file=reads -r --reference -d --date',
    flags: { '-s --set': escapes('sets the clock') },
  },
  dc: {
    does: 'looks',
    values: '-e -f=runs --expression --file=runs',
    more(use) {
      const given = use.valueOf('-e', '--expression');
      if (given === undefined ? use.isFed : given.isComputed || given.text.includes('!')) {
        use.add(unreadable('dc can run programs'), given);
      }
    },
  },
  tree: { does: 'looks', operands: 'lists', values: '-o=replaces' },
  diff: { ...reads, values: '--from-file=reads --to-file=reads' },
  'sdiff vimdiff colordiff difft': reads,
  sort: {
    ...reads,
    values: '-o=replaces --output=replaces --files0-from=reads',
    flags: { '--compress-program': escapes('has sort run another program') },
  },
  uniq: { does: 'looks', values: '-f -s -w', more: (use) => inAndOut(use) },
  'tr iconv': { does: 'looks', values: '-f -t -o=replaces --output=replaces' },
  jq: {
    does: 'looks',
    values: '-L --arg --argjson --indent --slurpfile --rawfile -f=reads --from-file=reads',
    more: (use) => afterFirst(use),
  },
  yq: {
    does: 'looks',
    flags: { '-i --inplace': 'changes' },
    more: (use) => afterFirst(use, use.hasFlag('-i', '--inplace') ? 'writes' : 'reads'),
  },
  'base64 base32': { ...reads, values: '-i=reads -o=replaces' },
  'xmllint jsonlint yamllint markdownlint shellcheck hadolint': {
    ...reads,
    flags: { '--fix': 'changes' },
    values: '--output=replaces --xpath',
  },
  tee: {
    does: 'changes',
    more: (use) => {
      for (const word of use.operands) use.touch(use.hasFlag('-a', '--append') ? 'writes' : 'replaces', word);
    },
  },
  'touch mkdir mkfifo mktemp': touches('writes', '-m -t -d -r --mode --date --reference'),
  rmdir: { does: 'changes', operands: 'writes' },
  rm: removes,
  unlink: { does: 'changes', operands: 'deletes' },
  'trash trash-put gio': { does: 'changes', operands: 'deletes' },
  shred: { does: destroys('shreds files'), operands: 'deletes', values: '-n -s' },
  srm: { does: destroys('shreds files') },
  'rimraf del-cli': { does: 'changes', operands: 'deletes_tree', values: '--glob --max-retries --impl' },
  'del erase rd': { does: destroys('deletes files') },
  'set-content out-file add-content': {
    does: 'changes',
    values: '-Path=replaces -FilePath=replaces -LiteralPath=replaces -Value -Encoding -InputObject',
    more: (use) => {
      const [file] = use.operands;
      if (file !== undefined) use.touch('replaces', file);
    },
  },
  'move-item rename-item': { does: destroys('moves files') },
  'set-executionpolicy': { does: escapes('changes which scripts may run') },
  'start-process invoke-expression invoke-command': { does: unreadable('runs another program') },
  'remove-item ri format-volume clear-content': { does: destroys('deletes files') },
  truncate: { does: 'changes', values: '-s -r --size --reference', operands: 'empties' },
  mv: copies(true),
  'cp install': copies(false),
  ln: links,
  dd: {
    does: 'changes',
    more: (use) => {
      for (const word of use.operands) {
        const [, name, value = ''] = /^(if|of)=(.*)$/s.exec(word.text) ?? [];
        if (name === 'if') use.touch('reads', { ...word, text: value });
        if (name !== 'of') continue;
        if (/^\/dev\/(?!null$)/.test(value)) use.add(destroys(`writes over the disk ${value}`), word);
        else use.touch('replaces', { ...word, text: value });
      }
    },
  },
  'awk gawk mawk nawk': awk,
  'sed gsed': sed,
  split: { does: 'changes', values: '-l -b -n -a -C' },
  patch: {
    does: 'changes',
    values: '-p -i=reads -d=writes -o=replaces --input=reads --directory=writes --output=replaces',
    flags: { '--dry-run': 'looks' },
    more: appliesPatch,
  },
  'apply_patch applypatch': {
    does: 'changes',
    more(use) {
      const [given] = use.words;
      const text = given === undefined ? use.command.input?.text : given.isComputed ? undefined : given.text;
      const files = text === undefined ? undefined : filesOfPatch(text);
      if (files === undefined) return use.add(unreadable('a patch that Gatehouse cannot read'), given);
      for (const { path, does } of files)
        use.touch(does, { text: path, isComputed: false, isPattern: false, isProcess: false, span: use.command.span });
    },
  },
  'dos2unix unix2dos': { does: 'changes', operands: 'writes' },
  'vi vim nvim nano emacs ed ex': {
    does: 'changes',
    values: '-c --cmd -S -s --eval -l',
    flags: { '-c --cmd -S -s --eval -l': unreadable('gives commands to an editor') },
    operands: 'writes',
    more(use) {
      const isFed = use.isFed || use.command.redirects.some(({ does }) => does === 'reads');
      if (isFed) use.add(unreadable('gives commands to an editor'));
      const given = use.operands.find(({ text }) => /^\+(?!\d*(?:,\d+)?$|\/)/.test(text));
      if (given !== undefined) use.add(unreadable('gives commands to an editor'), given);
    },
  },
  less: {
    ...reads,
    more(use) {
      const given = use.words.find(({ text }) => /^\+(?!\d*$|[FG]$|\/)/.test(text));
      if (given !== undefined) use.add(unreadable('gives commands to a pager'), given);
    },
  },
  man: {
    does: 'looks',
    values: '-P --pager -H --html -C -M -m -s -S -L -E',
    flags: { '-P --pager -H --html': escapes('has man run another program') },
  },
  'code cursor subl idea open xdg-open start explorer': {
    does: 'changes',
    flags: { '--install-extension': installs('installs an extension: its code runs') },
    subcommands: { 'tunnel serve-web': sends('opens a line to other machines') },
    operands: 'reads',
  },
  'pbcopy xclip xsel wl-copy': {
    does: 'changes',
    more: (use) => {
      if (use.words.some(({ text }) => /^(?:-o|-out|--output)$/.test(text))) use.add(secrets('reads the clipboard'));
    },
  },
  chmod: {
    does: 'changes',
    values: '--reference',
    more(use) {
      const [mode, ...files] = use.operands;
      if (use.hasFlag('-R', '--recursive')) use.add(escapes('changes who may use whole folders'));
      const said = mode?.text ?? '';
      // oxlint-disable-next-line regexp/no-super-linear-move -- of at most 40 signs
      if (said.length > 40 || /^0?[0-7]?[0-7]?[0-7][2367]$|[ao]\+?=?\w*w|[ug]\+s|^[24567]\d{3}$/.test(said)) {
        use.add(escapes(`gives everybody, or more than before, the right to ${said}`), mode);
      }
      for (const word of files)
        if (word.isPattern) use.add('changes');
        else use.touch('writes', word);
    },
  },
  'chown chgrp setfacl chattr xattr setcap icacls takeown': { does: escapes('changes whose files are') },
  umask: looks,
  'source .': {
    does: 'changes',
    more: (use) => {
      const [file] = use.operands;
      if (file !== undefined && ofVersions.test(file.text)) return use.add('changes');
      if (file !== undefined) use.touch(/(?:^|\/)\.env[^/]*$/.test(file.text) ? 'reads' : 'runs', file);
    },
  },
  'scrot import screencapture gnome-screenshot': { does: secrets('takes a picture of the screen') },
});

/** What version managers have in a home to be sourced. */
const ofVersions =
  /^\/(?:(?:home|Users)\/[^/]+|root)\/\.(?:nvm\/nvm\.sh|cargo\/env|sdkman\/bin\/sdkman-init\.sh|ghcup\/env|asdf\/asdf\.sh|rvm\/scripts\/rvm)$/;

function inAndOut(use: ProgramUse): void {
  const [input, output] = use.operands;
  if (input !== undefined) use.touch('reads', input);
  if (output !== undefined) use.touch('replaces', output);
}

function afterFirst(use: ProgramUse, access: 'reads' | 'writes' = 'reads'): void {
  // yq may be told first that it has an expression.
  const given = use.operands.slice(/^(?:e|ea|eval|eval-all)$/.test(use.operands[0]?.text ?? '') ? 1 : 0);
  const [code, ...files] = given;
  for (const word of files) if (!word.isComputed) use.touch(access, word);
  if (code === undefined) return;
  if (/(?<![.\w])(?:str)?env\b|\$ENV\b|\benvsubst\b/.test(code.text)) use.add(secrets('reads the whole environment'));
  for (const [, path = ''] of code.text.matchAll(/\bload(?:_\w+)?\(\s*"([^"]*)"/g))
    use.touch('reads', { ...code, text: path });
}
