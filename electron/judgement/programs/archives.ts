import type { Word } from '../shell/words';
import { byName, destroys, escapes, type Program, type ProgramUse } from './program';

const unpacked = 'unpacked';

/** Letters of tar that have a value: without a dash before them, their values are the next words in this order. */
const tarValues = /[fCbTXIFKNgHLV]/;
const tarVerbs: Readonly<Record<string, string>> = {
  '--create': 'c',
  '--append': 'r',
  '--update': 'u',
  '--concatenate': 'A',
  '--catenate': 'A',
  '--delete': 'D',
  '--extract': 'x',
  '--get': 'x',
  '--list': 't',
  '--diff': 'd',
  '--compare': 'd',
};

/** What tar is told, with a dash before its letters or without one. */
function readTar(use: ProgramUse) {
  const [first] = use.words;
  const bundle = first === undefined || first.text.startsWith('-') ? '' : first.text;
  const letters = [...bundle];
  const rest = bundle === '' ? use.operands : use.operands.slice(1);
  const given = letters.filter((letter) => tarValues.test(letter));
  const bundled = (letter: string) => (given.includes(letter) ? rest[given.indexOf(letter)] : undefined);
  const verbs = [
    ...letters.filter((letter) => /[cruAxtd]/.test(letter)),
    ...use.flags.flatMap(({ name }) => tarVerbs[name] ?? (/^-[cruAxtd]$/.test(name) ? name.slice(1) : [])),
  ];
  return {
    isOf: (kind: RegExp) => verbs.some((verb) => kind.test(verb)),
    file: use.valueOf('-f', '--file') ?? bundled('f'),
    folder: use.valueOf('-C', '--directory', '--one-top-level') ?? bundled('C'),
    members: rest.slice(given.length),
    isShown: use.hasFlag('-O', '--to-stdout') || letters.includes('O'),
  };
}

const tar: Program = {
  does: 'looks',
  values:
    '-f --file -C --directory -I --use-compress-program --to-command --checkpoint-action -T=reads --files-from=reads -X --exclude --exclude-from --strip-components --transform --owner --group --checkpoint --rsh-command -F --info-script --new-volume-script',
  flags: {
    '--to-command --checkpoint-action -I --use-compress-program --rsh-command -F --info-script --new-volume-script':
      escapes('has tar run another program'),
    '--remove-files': destroys('deletes what it packs'),
    '--absolute-names -P': escapes('unpacks to wherever the archive says'),
  },
  more(use) {
    const { isOf, file, folder, members, isShown } = readTar(use);
    const isPacking = isOf(/[cruAD]/);
    const isUnpacking = isOf(/x/) && !isShown;
    if (isPacking || isUnpacking) use.add('changes');
    if (folder !== undefined) use.touch(isUnpacking ? 'writes' : 'reads', folder);
    if (file !== undefined) use.touch(isPacking ? 'replaces' : 'reads', file);
    if (isUnpacking) use.noteUnseen(folder, unpacked);
    if (isPacking) for (const word of members) use.touch('scans', word);
  },
};

/** Unpacks below this folder, or where it is. */
function unpacks(use: ProgramUse, folder: Word | undefined): void {
  use.add('changes');
  use.noteUnseen(folder, unpacked);
}

/** Programs that pack files, and unpack them. */
export const archivePrograms = byName<Program>({
  'tar bsdtar gtar': tar,
  unzip: {
    does: 'looks',
    values: '-d=writes -x -P',
    more(use) {
      const [file] = use.operands;
      if (file !== undefined) use.touch('reads', file);
      if (!use.hasFlag('-l', '-t', '-Z', '-v', '-p', '-z')) unpacks(use, use.valueOf('-d'));
    },
  },
  'zipinfo lsar': { does: 'looks', operands: 'reads' },
  '7z 7za 7zz unrar rar': {
    does: 'looks',
    values: '-o=writes',
    more(use) {
      const [verb, file, folder] = use.operands;
      if (file !== undefined) use.touch('reads', file);
      if (/^(?:l[bt]?|t|v[bt]?|i|h|p)$/.test(verb?.text ?? '')) return;
      if (/^[ex]$/.test(verb?.text ?? ''))
        unpacks(use, use.valueOf('-o') ?? (use.name === 'unrar' ? folder : undefined));
      else use.add('changes');
    },
  },
  jar: {
    does: 'changes',
    more(use) {
      const [mode] = use.words;
      if (/x/.test(mode?.text ?? '') || use.hasFlag('--extract')) unpacks(use, undefined);
    },
  },
  'unar ditto expand-archive': { does: 'changes', operands: 'writes', more: (use) => unpacks(use, undefined) },
  'cpio pax': {
    does: 'changes',
    flags: { '-i -p -r --extract --pass-through': escapes('unpacks to wherever the archive says') },
  },
  zip: {
    does: 'changes',
    values: '-x -i -TT -P',
    flags: { '-TT': escapes('has zip run another program'), '-m --move': destroys('deletes what it packs') },
    more: (use) => {
      const [target, ...files] = use.operands;
      if (target !== undefined) use.touch('replaces', target);
      for (const word of files) use.touch('scans', word);
    },
  },
  'gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd': {
    does: 'looks',
    values: '-o=replaces',
    more(use) {
      const isShown = use.hasFlag('-c', '--stdout', '-l', '--list', '-t', '--test');
      for (const word of use.operands) {
        use.touch(isShown ? 'reads' : 'writes', word);
        const plain = word.text.replace(/\.(?:gz|bz2|xz|zst)$/, '');
        if (!isShown && plain !== word.text) use.noteUnseen({ ...word, text: plain }, unpacked);
      }
      if (!isShown) use.add('changes');
    },
  },
});
