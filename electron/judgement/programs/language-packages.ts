import { worksElsewhere } from './languages';
import { install, script } from './packages';
import { byName, escapes, installs, type Program, secrets, sends } from './program';
import { runOperands, runsTool } from './runners';

const looks: Program = { does: 'looks' };
const changes: Program = { does: 'changes' };

const pip: Program = {
  does: 'changes',
  values:
    '-r=reads -c=reads -i --index-url --extra-index-url -t --target --python --proxy --log=replaces --cache-dir --requirement=reads --constraint=reads -e=enters --editable=enters',
  flags: { '--proxy --index-url -i --extra-index-url': installs('installs from another index') },
  subcommands: {
    'list show freeze check search index help debug inspect': looks,
    config: { subcommands: { 'list get debug': looks }, otherwise: escapes('changes how pip works') },
    cache: { subcommands: { 'list info dir': looks }, otherwise: 'changes' },
    'install download wheel': {
      does: 'changes',
      more: (use) => {
        install(use);
        for (const { name, value } of use.flags)
          if (/^(?:-r|--requirement)$/.test(name) && value !== undefined && use.isUnseen(value))
            use.touch('enters', value);
        const [elsewhere] = use.words.filter(({ text }) => text.includes('://'));
        if (elsewhere !== undefined) use.add(installs(`installs ${elsewhere.text}: its code runs`), elsewhere);
      },
    },
    uninstall: changes,
  },
};

/** Package managers of other languages. */
export const languagePackagePrograms = byName<Program>({
  'uvx pipx': {
    ...runsTool(/^(?:--from|--with|--python|-p|--spec)$/),
    subcommands: {
      list: looks,
      'install inject upgrade reinstall': installs('installs a program'),
      uninstall: changes,
      run: { does: 'looks' },
    },
  },
  'pip pip3': pip,
  uv: {
    does: 'changes',
    values: '--project=enters --directory=enters --python -p --with --extra --group --index --from',
    subcommands: {
      'sync lock venv build init export tree version cache format': changes,
      pip,
      run: {
        does: 'changes',
        values:
          '--with --with-requirements=reads --with-editable=enters --python -p --extra --group --env-file=loads --module -m',
        flags: { '--with --with-requirements': installs('installs packages for it') },
        more: (use) => runOperands(use),
      },
      add: { does: 'changes', more: install },
      remove: changes,
      publish: sends('publishes a package'),
      tool: {
        subcommands: { list: looks, dir: looks, run: { does: installs('downloads and runs a program') } },
        otherwise: installs('installs a program'),
      },
      python: { subcommands: { list: looks, find: looks }, otherwise: installs('installs Python') },
      'self help': looks,
    },
  },
  'poetry pdm hatch rye pipenv': {
    does: 'changes',
    values: '-C=enters --directory=enters --project=enters -p=enters',
    subcommands: {
      'show check env list search about version help graph': looks,
      'install lock build sync init new export shell test fmt': changes,
      add: { does: 'changes', more: install },
      'update upgrade': installs('installs other versions than those of the lockfile'),
      'remove uninstall': changes,
      run: { does: 'looks', more: (use) => runOperands(use) },
      publish: sends('publishes a package'),
      config: escapes('changes how the package manager works'),
    },
    otherwise: 'changes',
  },
  'conda mamba micromamba': {
    does: 'looks',
    subcommands: {
      'list info search env config': looks,
      run: { does: 'looks', values: '-n --name', more: (use) => runOperands(use) },
    },
    otherwise: installs('changes an environment'),
  },
  cargo: {
    does: 'changes',
    values:
      '--config -p --package --features --target --bin --example --test -F -j --manifest-path=enters --target-dir=writes --profile -C=enters',
    flags: { '--config': escapes('changes what cargo runs') },
    subcommands: {
      'tree metadata search version locate-project pkgid help info verify-project audit deny outdated': looks,
      'build b check c test t run r bench doc d clippy fmt fix clean new init update generate-lockfile fetch vendor rustc expand nextest watch machete insta llvm-cov remove rm':
        changes,
      add: { does: 'changes', more: install },
      'install uninstall binstall': installs('installs a program'),
      'publish yank owner': sends('changes what is published'),
      'login logout': secrets('changes who is signed in at the registry'),
    },
    otherwise: 'changes',
  },
  go: {
    does: 'changes',
    values:
      '-o=writes -exec -toolexec -run -tags -ldflags -coverprofile=writes -C=enters -modfile=runs -bench -count -timeout -p -vettool -overlay',
    flags: { '-exec -toolexec -vettool -overlay': escapes('has go run another program') },
    subcommands: {
      'version list doc': looks,
      env: { does: 'looks', flags: { '-w -u': escapes('changes how go works') } },
      'build test vet generate': { does: 'changes', more: (use) => worksElsewhere(use, use.operands) },
      'fmt clean work fix tool': changes,
      mod: { subcommands: { 'graph why verify': looks }, otherwise: 'changes' },
      get: {
        does: 'changes',
        flags: { '-u': installs('installs other versions than those of the lockfile') },
        more: install,
      },
      'install run': {
        does: 'changes',
        more: (use) => {
          const [what] = use.operands;
          if (what !== undefined && what.text.includes('@')) use.add(installs(`downloads and runs ${what.text}`), what);
          else worksElsewhere(use, use.operands.slice(0, 1));
        },
      },
    },
    otherwise: 'changes',
  },
  gem: {
    does: 'looks',
    subcommands: {
      'list search info environment which help outdated contents': looks,
      build: changes,
      'push yank owner signin': sends('changes what is published'),
    },
    otherwise: installs('installs or removes programs'),
  },
  pod: {
    does: 'changes',
    subcommands: {
      'list search env outdated': looks,
      'install deintegrate lib': changes,
      update: installs('installs other versions than those of the lockfile'),
      'trunk repo': sends('changes what is published'),
    },
    otherwise: 'changes',
  },
  'bundle bundler': {
    does: 'changes',
    values: '--gemfile=enters --path=writes',
    subcommands: {
      'list show info check outdated platform': looks,
      'install lock package clean binstubs init': changes,
      exec: { does: 'looks', more: (use) => runOperands(use) },
      'add inject': { does: 'changes', more: install },
      update: installs('installs other versions than those of the lockfile'),
      config: escapes('changes how bundler works'),
    },
    otherwise: 'changes',
  },
  composer: {
    does: 'changes',
    values: '-d=enters --working-dir=enters',
    subcommands: {
      'show info outdated validate licenses why depends search diagnose audit status check-platform-reqs': looks,
      'install dump-autoload': changes,
      'run-script run': script,
      require: { does: 'changes', more: install },
      'update upgrade': installs('installs other versions than those of the lockfile'),
      'global config': escapes('changes how composer works'),
    },
    otherwise: 'changes',
  },
});
