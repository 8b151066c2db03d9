import { withoutEnd } from '../../../shared/kernel/ends';
import { archivePrograms } from './archives';
import { buildPrograms } from './build-tools';
import { cloudPrograms } from './cloud';
import { databasePrograms } from './databases';
import { filePrograms } from './files';
import { gitPrograms } from './git';
import { hostPrograms } from './hosts';
import { languagePackagePrograms } from './language-packages';
import { languagePrograms } from './languages';
import { networkPrograms } from './network';
import { nodePackagePrograms } from './packages';
import { destroys, installs, type Program, type ProgramUse, sends, unreadable } from './program';
import { searchPrograms } from './searches';
import { systemPrograms } from './system';
import { effectOfName } from './verbs';

const programs: ReadonlyMap<string, Program> = new Map([
  ...filePrograms,
  ...archivePrograms,
  ...searchPrograms,
  ...gitPrograms,
  ...hostPrograms,
  ...nodePackagePrograms,
  ...languagePackagePrograms,
  ...buildPrograms,
  ...networkPrograms,
  ...cloudPrograms,
  ...databasePrograms,
  ...languagePrograms,
  ...systemPrograms,
]);

/** What a program is called in the table; undefined for a file of its own that is run. To zsh, `=rm` is where it finds `rm`. */
export function programName(written: string): string | undefined {
  const text = written.replace(/^=(?=\w)/, '');
  const name = text
    .slice(text.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/\.exe$/, '');
  if (!text.includes('/')) return name;
  if (/^\/(?:usr\/)?(?:local\/)?s?bin\/|^\/opt\/homebrew\/bin\//.test(text)) return name;
  if (/(?:^|\/)(?:node_modules\/\.bin|vendor\/bin|\.?venv\/bin)\//.test(text)) return name;
  return /^(?:\.\/)?(?:bin\/(?:rails|rake|rspec|bundle|setup|dev)|gradlew|mvnw|manage\.py|artisan)$/.test(text)
    ? name
    : undefined;
}

/** What is known of a program by its name, in lower letters; undefined for one that is not in the table. */
export function programOf(name: string): Program | undefined {
  return programs.get(name) ?? programs.get(withoutEnd(name, '0123456789.'));
}

/** A program that the table does not have (spec/judgement.md section 2). */
export const unknownProgram: Program = {
  does: 'changes',
  more(use: ProgramUse) {
    const computed = use.words.find(({ isComputed }) => isComputed);
    if (computed !== undefined)
      use.add(unreadable(`what ${use.name || 'the program'} is given is only known when it runs`), computed);
    use.suppose(use.words);
    const [verb] = use.operands;
    if (verb?.text === 'install') use.add(installs(`installs with ${use.name}`), verb);
    const said = verb === undefined || verb.isComputed ? undefined : effectOfName(verb.text);
    if (
      typeof said === 'object' &&
      (said.kind === 'destroys' ||
        said.kind === 'money' ||
        /deploy|publish|push|send|upload|merge/.test(verb?.text ?? ''))
    ) {
      use.add(
        said.kind === 'sends'
          ? sends(`${use.name} ${verb?.text ?? ''}`)
          : said.kind === 'destroys'
            ? destroys(`${use.name} ${verb?.text ?? ''}`)
            : said,
        verb,
      );
    }
    for (const word of use.words) {
      const path = word.text.replace(/^-{0,2}[\w-]*=/, '');
      if (/[/~.]/.test(path) && !word.isComputed && !/^https?:/.test(path)) use.touch('reads', { ...word, text: path });
    }
  },
};
