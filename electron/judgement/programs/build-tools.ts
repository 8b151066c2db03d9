import { runOperands, scriptEffect } from './packages';
import { byName, escapes, installs, type Program, unreadable } from './program';

const looks: Program = { does: 'looks' };

const system = (looking: string, what: string): Program => ({
  does: 'looks',
  subcommands: { [looking]: looks },
  otherwise: installs(what),
});

const machineWide = 'installs or removes programs of this machine';

/** Build tools, and package managers of the machine. */
export const buildPrograms = byName<Program>({
  'mvn mvnw gradle gradlew sbt ant bazel buck2 pants ninja cmake meson xcodebuild swift mix rebar3 lein stack cabal dune zig nx turbo lerna rush moon tox nox invoke fastlane make gmake just task rake rails bin/rails dotnet msbuild earthly dagger ctest gmake vagrant skaffold tilt':
    {
      does: 'changes',
      values:
        '-f -C -D -P -p --file --directory -j --build --target -I --init-script --settings -s --project --filter --makefile -o=writes --eval',
      flags: { '-I --init-script --settings -s --eval': 'changes' },
      more(use) {
        const isMake = /^g?make$/.test(use.name);
        for (const word of use.operands) {
          const [, name] = isMake ? (/^(\w+)\+?[:?]?=/.exec(word.text) ?? []) : [];
          if (name !== undefined && /^(?:SHELL|MAKEFLAGS|CC|CXX|LD|AR|RM|PATH|\.SHELLFLAGS)$/.test(name))
            use.add(escapes(`sets ${name}, by which make runs programs`), word);
          else if (word.isComputed) use.add(unreadable('what it builds is only known when it runs'), word);
          else if (name === undefined) use.add(scriptEffect(word.text), word);
        }
        if (isMake && use.valueOf('--eval') !== undefined) use.add(unreadable('gives make rules of its own'));
        const file = use.valueOf('-f', '--file', '--makefile');
        if (file !== undefined && isMake) use.touch('runs', file);
        const folder = use.valueOf('-C', '--directory');
        if (folder !== undefined) use.touch('writes', folder);
        if (use.name === 'dotnet' && /^(?:add|tool|workload|nuget)$/.test(use.operands[0]?.text ?? ''))
          use.add(installs('installs a package'));
      },
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
  'add-apt-repository apt-key rustup nvm fnm volta asdf mise pyenv rbenv sdk n corepack': {
    does: 'looks',
    subcommands: {
      'list ls show current which versions --version help use local shell where': looks,
      exec: { does: 'looks', more: (use) => runOperands(use) },
    },
    otherwise: installs('installs or changes programs of this machine'),
  },
});
