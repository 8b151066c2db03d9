import { saysLittle, type Word } from '../shell/words';
import { worksElsewhere } from './languages';
import { scriptEffect } from './packages';
import { byName, escapes, installs, type Program, type ProgramUse, sends, unreadable } from './program';
import { runOperands } from './runners';

const looks: Program = { does: 'looks' };

const system = (looking: string, what: string): Program => ({
  does: 'looks',
  subcommands: { [looking]: looks },
  otherwise: installs(what),
});

const machineWide = 'installs or removes programs of this machine';

/** What cmake does by itself, as commands of its own. */
const commandsOfCmake: Readonly<Record<string, string>> = {
  rm: 'rm',
  remove: 'rm',
  remove_directory: 'rm -r',
  copy: 'cp',
  copy_if_different: 'cp',
  copy_directory: 'cp -r',
  rename: 'mv',
  touch: 'touch',
  make_directory: 'mkdir',
  create_symlink: 'ln -s',
  create_hardlink: 'ln',
  tar: 'tar',
  cat: 'cat',
  env: 'env',
  time: 'time',
};

/** Building: scripts and targets of the project by their names, and what is told to build elsewhere or otherwise. */
function builds(use: ProgramUse): void {
  const { name: program, operands, words } = use;
  const [first] = operands;
  const isMake = /^g?make$/.test(program);
  // What these would run they only say; what make is told of its programs it runs all the same.
  const isDry =
    /^(?:g?make|just|task|rake|ninja)$/.test(program) && use.hasFlag('-n', '--dry-run', '--just-print', '--recon');
  for (const word of operands) {
    const [, name] = isMake ? (/^(\w+)\+?[:?]?=/.exec(word.text) ?? []) : [];
    if (name !== undefined && /^(?:SHELL|MAKEFLAGS|CC|CXX|LD|AR|RM|PATH|\.SHELLFLAGS)$/.test(name)) {
      use.add(escapes(`sets ${name}, by which make runs programs`), word);
    } else if (name !== undefined && /[$`]/.test(word.text)) {
      use.add(unreadable(`gives ${name} what make itself runs`), word);
    } else if (name !== undefined && saysLittle(word)) continue;
    else if (word.isComputed) use.add(unreadable('what it builds is only known when it runs'), word);
    else if (name === undefined && !isDry) use.add(scriptEffect(word.text), word);
  }
  const files = use.flags
    .filter(({ name }) => /^(?:-f|--file|--makefile)$/.test(name))
    .flatMap(({ value }) => value ?? []);
  worksElsewhere(use, [...operands, ...files]);
  if (isMake && use.valueOf('--eval') !== undefined) use.add(unreadable('gives make rules of its own'));
  const rest = (after: RegExp) => words.slice(words.findIndex(({ text }) => after.test(text)) + 1);
  switch (program) {
    case 'dotnet':
      if (/^(?:add|tool|workload|nuget)$/.test(first?.text ?? '')) use.add(installs('installs a package'));
      return;
    case 'gradle':
    case 'gradlew':
      return worksElsewhere(use, [use.valueOf('-p') ?? [], use.valueOf('--project-dir') ?? []].flat());
    case 'cmake':
      worksElsewhere(use, words);
      if (use.hasFlag('--install')) use.add(installs(machineWide));
      if (use.hasFlag('-E')) runsOfCmake(use, rest(/^-E$/));
      return;
    case 'make':
    case 'gmake':
    case 'ninja':
    case 'meson':
      if (first?.text === 'install' && !isDry) use.add(installs(machineWide), first);
      return;
    case 'just':
      if (use.hasFlag('-c', '--command')) use.run(rest(/^(?:-c|--command)$/));
      return;
    case 'lerna':
    case 'nx':
      if (first?.text === 'exec') use.run(rest(/^(?:--|exec)$/).filter(({ text }) => text !== '--'));
      return;
    case 'vagrant':
      if (first?.text === 'ssh') use.add(sends('works on another machine'));
      return;
    case 'mvn':
    case 'mvnw':
      if (first?.text.startsWith('exec:exec') === true) use.add(unreadable('has Maven run another program'), first);
      return;
    case 'rails':
    case 'rake':
    case 'mix':
    case 'swift':
      checkProduction(use);
      return runsCode(use);
  }
}

function runsOfCmake(use: ProgramUse, [verb, ...given]: readonly Word[]): void {
  const command = commandsOfCmake[verb?.text ?? ''];
  if (verb === undefined || command === undefined) return;
  use.run([...command.split(' ').map((text) => ({ ...verb, text })), ...given]);
}

/** Data of where it runs for others, by what is said of the surroundings. */
function checkProduction(use: ProgramUse): void {
  const isData = use.operands.some(({ text }) => /^(?:db|ecto|data)[:.]/.test(text));
  const said = [
    ...use.command.assignments.map(({ name, value }) => `${name}=${value?.text ?? ''}`),
    ...use.words.map(({ text }) => text),
  ];
  if (isData && said.some((text) => /^(?:R(?:AILS|ACK)_ENV|MIX_ENV|--env(?:ironment)?)=prod/.test(text)))
    use.add(sends('changes the data of production'));
}

/** Code that a build tool of a language is given, or takes later. */
function runsCode(use: ProgramUse): void {
  const { name, operands, words } = use;
  const [verb, code] = operands;
  if (name === 'rails' && /^(?:c|console|db|dbconsole)$/.test(verb?.text ?? '')) {
    return use.add(unreadable(`${verb?.text ?? ''} takes its commands later`), verb);
  }
  const isCode =
    (name === 'rails' && /^(?:r|runner)$/.test(verb?.text ?? '')) || (name === 'mix' && verb?.text === 'eval');
  if (isCode && code !== undefined)
    return use.kindOf(code) === 'file' ? use.touch('runs', code) : use.runCode(code, code);
  const flag = words.findIndex(({ text }) => /^(?:-e|-E|--eval|--execute)$/.test(text));
  const given = words[flag + 1];
  if (flag >= 0 && name !== 'rails' && given !== undefined) use.runCode(given, given);
}

/** Build tools, and package managers of the machine. */
export const buildPrograms = byName<Program>({
  'mvn mvnw gradle gradlew sbt ant bazel buck2 pants ninja cmake meson xcodebuild swift mix rebar3 lein stack cabal dune zig nx turbo lerna rush moon tox nox invoke fastlane make gmake just task rake rails bin/rails dotnet msbuild earthly dagger ctest gmake vagrant skaffold tilt':
    {
      does: 'changes',
      values:
        '-f=runs -C=enters -D -P -p --file=runs --directory=enters -j --build=enters --target -I --init-script=runs --settings -s --project=enters --filter --makefile=runs -o=writes --eval -B -S -c --configuration -configuration --config',
      flags: { '-I --init-script --settings -s --eval -B -S': 'changes' },
      more: builds,
    },
  'apt apt-get apt-cache aptitude dpkg dnf yum rpm zypper pacman apk emerge snap flatpak port nix-env brew choco winget scoop':
    {
      ...system(
        'list search show info policy depends rdepends outdated leaves cask-list deps config doctor home uses status query log madison changelog',
        machineWide,
      ),
      flags: { '-S -R -U -i -e -r --install --remove --erase': installs(machineWide) },
      more: (use) => {
        if (
          /^(?:apk|pacman|rpm|dpkg)$/.test(use.name) &&
          use.words.length > 0 &&
          use.hasFlag('-S', '-R', '-U', '-i', '-e', '-r')
        )
          use.add(installs(machineWide));
      },
    },
  nix: {
    does: 'changes',
    subcommands: {
      'eval search flake path-info why-depends': looks,
      'build fmt hash log': 'changes',
      develop: { does: 'changes', more: (use) => use.suppose(use.words) },
    },
    otherwise: installs('downloads and runs programs'),
  },
  'add-apt-repository apt-key rustup nvm fnm volta asdf mise pyenv rbenv sdk n corepack': {
    does: 'looks',
    subcommands: {
      'list ls show current which versions --version help use local shell where': looks,
      exec: { does: 'looks', more: (use) => runOperands(use) },
    },
    otherwise: installs('installs or changes programs of this machine'),
  },
});
