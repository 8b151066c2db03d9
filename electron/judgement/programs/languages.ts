import type { Word } from '../shell/words';
import { scriptEffect } from './packages';
import { byName, destroys, escapes, installs, type Program, type ProgramUse, sends, unreadable } from './program';
import { firstOperand } from './searches';

const looks: Program = { does: 'looks' };

/** What a program that takes code is given: code as a word, a file, or nothing yet. */
function interpreter(
  codeFlags: string,
  values: string,
  module?: (use: ProgramUse, name: Word) => void,
  flags: NonNullable<Program['flags']> = {},
): Program {
  const codes = codeFlags.split(' ').filter((each) => each !== '');
  return {
    does: 'looks',
    runsWords: true,
    values: `${codeFlags} ${values}`,
    flags,
    more(use) {
      const [only] = use.words;
      if (use.words.length === 1 && /^(?:-v|-V|-m|--version|-h|--help|-version)$/.test(only?.text ?? '')) return;
      const given = use.flags.find(({ name }) => codes.includes(name));
      if (given !== undefined) {
        // `perl -i` and `ruby -i` change the files that follow.
        const access = use.flags.some(({ name }) => name.startsWith('-i')) ? 'writes' : 'reads';
        if (/^(?:perl|ruby)$/.test(use.name)) for (const word of use.operands) use.touch(access, word);
        return use.runCode(given.value, given.value ?? given.word);
      }
      const script = use.name.startsWith('node') ? use.valueOf('--run') : undefined;
      if (script !== undefined) return use.add(scriptEffect(script.text), script);
      const named = use.valueOf('-m', '--module');
      if (named !== undefined && module !== undefined) return module(use, named);
      const [file] = use.operands;
      if (file === undefined && use.hasFlag('--test', '--run')) return use.add('changes');
      if (file === undefined || file.text === '-') return fromInput(use);
      use.touch('runs', file);
      if (file.text.endsWith('setup.py') && use.operands.some(({ text }) => /^(?:upload|register)$/.test(text)))
        use.add(sends('publishes a package'), file);
      if (/^(?:\.\/)?(?:manage\.py|artisan)$/.test(file.text)) use.run(use.words.slice(use.words.indexOf(file)));
    },
  };
}

/** A program that reads what to do from what comes in. */
function fromInput(use: ProgramUse, parameters: readonly Word[] = []): void {
  const { input, before, redirects } = use.command;
  const from = redirects.find(({ does }) => does === 'reads');
  if (from !== undefined) return use.touch('runs', from.target);
  if (before.some((name) => /^(?:curl|wget|http|https|fetch|aria2c)$/.test(name)))
    return use.add(installs('runs what it downloads'));
  if (input?.from === 'text') {
    const text = input.text;
    const word = {
      text: text ?? '',
      isComputed: text === undefined,
      isPattern: false,
      isProcess: false,
      span: use.command.span,
    };
    return isShell(use.name)
      ? use.runText(word, word, [use.command.words[0] ?? word, ...parameters])
      : use.runCode(word, word);
  }
  use.add(
    unreadable(
      input === undefined ? `${use.name} takes its commands later` : `${use.name} runs what comes through a pipe`,
    ),
  );
}

const isShell = (name: string) => /^(?:(?:b|d)?a?sh|zsh|ksh|mksh|fish|csh|tcsh|rbash|pwsh|powershell|cmd)$/.test(name);

const shell: Program = {
  does: 'looks',
  runsWords: true,
  values: '-c -o -O --rcfile=runs --init-file=runs -Command -File=runs',
  flags: { '--rcfile --init-file': escapes('has a shell run a file first') },
  more(use) {
    const [only] = use.words;
    if (use.words.length === 1 && /^(?:--version|--help)$/.test(only?.text ?? '')) return;
    // `-lc` and the like have the command as their next word.
    const at = use.words.findIndex(({ text }) => /^-[a-z]+$/.test(text) && text.includes('c'));
    // Options may stand between `-c` and the command.
    const behind = use.words.slice(at + 1).map((word) => ({ ...word, text: word.text.replace(/^\+(?=\w)/, '-') }));
    const codeAt = firstOperand({ words: behind }, /^-[a-z]*[oO]$/);
    const code = use.valueOf('-Command') ?? (at >= 0 ? behind[codeAt] : undefined);
    if (/^(?:cmd|pwsh|powershell)$/.test(use.name)) return use.add(unreadable(`a command for ${use.name}`));
    if (code !== undefined) return use.runText(code, code, use.words.slice(at + codeAt + 2));
    // Without what it is to run it only complains.
    if (at >= 0) return;
    const [file] = use.operands;
    const isFed = use.words.some(({ text }) => /^-[a-z]+$/.test(text) && text.includes('s'));
    if (file === undefined || isFed || file.text === '-') return fromInput(use, use.operands);
    use.touch('runs', file);
  },
};

const pythonModules: Readonly<Record<string, Program | 'same'>> = {
  pip: 'same',
  pip3: 'same',
  poetry: 'same',
  pipx: 'same',
  uv: 'same',
  pytest: 'same',
  alembic: 'same',
  twine: 'same',
  awscli: 'same',
};

function pythonModule(use: ProgramUse, name: Word): void {
  const at = use.words.indexOf(name);
  const rest = use.words.slice(at + 1);
  if (name.text === 'http.server' || name.text === 'SimpleHTTPServer') {
    const bound = rest.findIndex(({ text }) => /^(?:-b|--bind)$/.test(text));
    const isOwn = /^(?:127\.|localhost)/.test(rest[bound + 1]?.text ?? '') && bound >= 0;
    return use.add(isOwn ? 'changes' : sends('opens a port to others'), name);
  }
  if (/^(?:smtplib|ftplib|telnetlib|poplib|imaplib)$/.test(name.text))
    return use.add(sends('opens a line to other machines'), name);
  if (/^(?:pdb|code|idlelib)$/.test(name.text))
    return use.add(unreadable(`${name.text} takes its commands later`), name);
  if (/^(?:zipfile|tarfile)$/.test(name.text)) {
    const isUnpacking = rest.some(({ text }) => /^(?:-e|--extract)$/.test(text));
    if (!isUnpacking) return use.add('changes', name);
    const [, folder] = rest.filter(({ text }) => !text.startsWith('-'));
    if (folder !== undefined) use.touch('writes', folder);
    return use.noteUnseen(folder, 'unpacked');
  }
  if (/^(?:json\.tool|tabnanny|compileall|platform|site|this|sysconfig|timeit|ast|tokenize|dis)$/.test(name.text)) {
    for (const word of rest) if (!word.text.startsWith('-')) use.touch('reads', word);
    return;
  }
  if (Object.hasOwn(pythonModules, name.text)) return use.run([name, ...rest]);
  for (const word of rest) if (!word.text.startsWith('-') && /[./]/.test(word.text)) use.touch('reads', word);
  use.add('changes', name);
}

const tool = (fixing = '--fix --write -w --in-place -i --apply'): Program => ({
  does: 'changes',
  values:
    '-c=reads --config=reads -o=replaces --output-file=replaces --out -p --project --reporter -t -k -m --plugin --rulesdir --resolve-plugins-relative-to --ext --format -f --max-warnings',
  flags: { [fixing]: 'changes' },
  more(use) {
    for (const { name, value } of use.flags)
      if (/^(?:-c|--config)$/.test(name) && value !== undefined && use.isUnseen(value)) use.touch('enters', value);
    for (const word of use.operands) if (/^(?:\/|~|\.\.)/.test(word.text)) use.touch('writes', word);
  },
});

/** Tests, builds and checks of a project that is named by a path, which run its code. */
export function worksElsewhere(use: ProgramUse, words: readonly Word[]): void {
  for (const word of words) {
    // `/users/` is rather a pattern of names.
    const isPath = /^(?:~|\.\.(?:\/|$))/.test(word.text) || /^\/[^/]+\/.*[^/]$/.test(word.text);
    if (isPath || use.isUnseen(word) || (word.text.startsWith('/') && use.kindOf(word) !== 'none'))
      use.touch('enters', word);
  }
}

/** Commands of a debugger that say where a program stands. */
const harmlessInDebugger =
  /^(?:bt|backtrace|run|quit|(?:bt|backtrace) (?:full|all)|info (?:threads|registers|locals|args)|thread apply all bt(?: full)?|thread backtrace(?: all)?|set pagination off)$/;

const phpInterpreter = interpreter('-r', '-f=runs --file=runs -d -B -R -E -t -c -S');

/** Interpreters, compilers, and the tools of a project. */
export const languagePrograms = byName<Program>({
  'sh bash dash zsh ksh mksh fish csh tcsh ash rbash pwsh powershell cmd': shell,
  'python python2 python3 pypy pypy3 python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14 py ipython':
    interpreter('-c', '-m -W -X', pythonModule),
  'node nodejs': interpreter(
    '-e --eval -p --print -pe',
    '-r=runs --require=runs --import=runs --loader=runs --experimental-loader=runs --test-reporter --test-name-pattern --watch-path --env-file=loads --env-file-if-exists=loads --inspect-port --max-old-space-size --conditions -C --run',
    undefined,
    { '--test --run --watch --inspect': 'changes' },
  ),
  php: {
    ...phpInterpreter,
    more(use) {
      const address = use.valueOf('-S');
      if (address === undefined) phpInterpreter.more?.(use);
      else use.add(/^(?:localhost|127\.)/.test(address.text) ? 'changes' : sends('opens a port to others'), address);
    },
  },
  perl: interpreter('-e -E', '-I -M -m'),
  ruby: interpreter('-e', '-I -r=runs -C -x'),
  'irb m4 lua luajit rscript r julia groovy scala kotlin swift-repl osascript tclsh guile racket elixir erl iex ocaml ghci clojure clj jshell autohotkey wscript cscript mshta':
    interpreter('-e -r -E --eval -E --execute -l', '-I -f=runs --file=runs -d -x --batch'),
  expect: interpreter('-c', '-d'),
  'gdb lldb': {
    does: 'changes',
    values:
      '-ex -iex -ix=runs -x=runs -o -s=runs -p -c=reads --eval-command --command=runs --core=reads --one-line --source=runs',
    dry: '--version --help',
    more(use) {
      const given = use.flags.filter(({ name }) => /^(?:-i?ex|-o|--eval-command|--one-line)$/.test(name));
      const unknown = given.find(({ value }) => !harmlessInDebugger.test(value?.text ?? ''));
      if (unknown !== undefined) use.add(unreadable('gives commands to a debugger'), unknown.word);
      else if (given.length === 0) use.add(unreadable(`${use.name} takes its commands later`));
    },
  },
  'tsx ts-node esno swc-node vite-node babel-node': interpreter(
    '-e --eval -p',
    '-r=runs --require=runs --tsconfig=reads -P',
  ),
  deno: {
    does: 'changes',
    subcommands: {
      'info lint check doc types help --version': looks,
      'test fmt bench compile bundle cache task coverage': 'changes',
      eval: {
        does: 'looks',
        more: (use) => {
          const [code] = use.operands;
          if (code !== undefined) use.runCode(code, code);
        },
      },
      run: {
        does: 'changes',
        more: (use) => {
          const [file] = use.operands;
          if (file === undefined) return;
          if (/^(?:https?|npm|jsr):/.test(file.text)) use.add(installs(`downloads and runs ${file.text}`), file);
          else use.touch('runs', file);
        },
      },
      'install add upgrade': installs('installs a program'),
      'publish deploy': sends('publishes a package'),
      repl: unreadable('deno takes its commands later'),
    },
    otherwise: 'changes',
  },
  'java javac kotlinc scalac gcc g++ clang clang++ cc c++ ld rustc ghc ocamlopt swiftc dart flutter protoc buf tsc vue-tsc swc esbuild rollup webpack parcel vite next nuxt astro remix svelte-kit gatsby ng react-scripts storybook tailwindcss postcss sass lessc babel electron electron-builder electron-vite':
    {
      does: 'changes',
      dry: '-version -showversion',
      values:
        '-o=writes -jar=runs -p=enters --project=enters -c=reads --config=reads --outDir=writes --outdir=writes --outfile=writes --port -d=writes',
      more(use) {
        if (
          use.words.some(
            ({ text }, index) =>
              /^--host(?:name)?(?:=0\.0\.0\.0)?$/.test(text) && !isOwnHost(use.words[index + 1]?.text ?? '', text),
          )
        )
          use.add(sends('opens a port to others'));
        if (use.words.some(({ text }) => /^(?:--?\w+=)?0\.0\.0\.0/.test(text)))
          use.add(sends('opens a port to others'));
        if (/^(?:deploy|publish)$/.test(use.operands[0]?.text ?? '')) use.add(sends('publishes'));
      },
    },
  'eslint prettier biome oxlint oxfmt stylelint standard xo rubocop black ruff isort flake8 pylint mypy pyright gofmt goimports golangci-lint rustfmt clang-format clang-tidy ktlint swiftlint shfmt phpcs php-cs-fixer phpstan credo sqlfluff dprint knip depcheck madge dependency-cruiser depcruise cspell textlint markdownlint-cli2 commitlint semgrep bandit actionlint':
    tool(),
  'vitest jest mocha ava tap playwright cypress karma jasmine pytest py.test tox-run unittest nose2 rspec minitest phpunit pest gotestsum c8 nyc coverage bats k6 artillery autocannon ab wrk hyperfine':
    {
      does: 'changes',
      values:
        '-c=reads --config=reads -t --testNamePattern --testPathPattern -k -m --reporter --reporters -o=writes --output=writes --outputFile=replaces --project -w --workers -n --cov --timeout --maxfail --durations -p --rootDir=enters --root=enters --dir=enters --globalSetup --testRunner --runner --require -r --loader --import',
      flags: { '--testRunner --globalSetup': 'changes' },
      more(use) {
        if (!/^(?:hyperfine|k6|artillery|autocannon|ab|wrk)$/.test(use.name)) worksElsewhere(use, use.operands);
        for (const { name, value } of use.flags) {
          if (
            /^(?:--(?:testRunner|globalSetup|reporter|require|loader|import|runner|config)|-r|-c)$/.test(name) &&
            value !== undefined &&
            (use.isUnseen(value) || /^(?:\/|~|\.\.\/)/.test(value.text))
          )
            use.touch('runs', value);
        }
        if (/^(?:hyperfine)$/.test(use.name)) for (const word of use.operands) use.runText(word);
        if (
          /^(?:k6|artillery|autocannon|ab|wrk)$/.test(use.name) &&
          use.operands.some(({ text }) => /^https?:\/\/(?!localhost|127\.)/.test(text))
        )
          use.add(sends('sends many requests to another machine'));
        if (/^(?:c8|nyc)$/.test(use.name))
          use.run(
            use.operands.slice(0, 1).length === 0 ? [] : use.words.slice(use.words.indexOf(use.operands[0] as Word)),
          );
      },
    },
  'pm2 forever nodemon supervisord foreman overmind concurrently npm-run-all run-s run-p wait-on start-server-and-test':
    {
      does: 'changes',
      values: '--watch -w --ext -e --ignore -i -n --names -c -x --exec --signal',
      more(use) {
        const exec = use.valueOf('-x', '--exec');
        if (exec !== undefined) use.runText(exec);
        if (/^concurrently$/.test(use.name)) for (const word of use.operands) use.runText(word);
        if (/^pm2$/.test(use.name) && /^(?:delete|kill|deploy)$/.test(use.operands[0]?.text ?? ''))
          use.add(destroys('stops services'));
        if (/^(?:npm-run-all|run-s|run-p)$/.test(use.name)) return;
        const [file] = use.operands;
        if (/^nodemon$/.test(use.name) && file !== undefined) use.touch('runs', file);
      },
    },
  'manage.py django-admin artisan flask': {
    does: 'changes',
    more(use) {
      const [verb, what] = use.operands;
      if (use.name === 'flask' && verb?.text === 'db' && what?.text === 'downgrade')
        use.add(destroys('takes data or tables away'), what);
      if (
        verb !== undefined &&
        /^(?:flush|reset_db|sqlflush|db:wipe|migrate:(?:fresh|reset|rollback|refresh)|dumpdata-delete|clear_cache|dbshell|shell|tinker|remove_stale_contenttypes|changepassword|createsuperuser)$/.test(
          verb.text,
        )
      ) {
        use.add(
          /shell|tinker/.test(verb.text)
            ? unreadable(`${verb.text} takes its commands later`)
            : destroys(`takes data away: ${verb.text}`),
          verb,
        );
      }
      if (use.words.some(({ text }) => text.startsWith('0.0.0.0'))) use.add(sends('opens a port to others'));
    },
  },
  'semantic-release': { does: sends('publishes a release'), dry: '--dry-run -d' },
  twine: { does: sends('publishes a package'), dry: '--help --version check' },
  'vsce ovsx changeset np release-it standard-version goreleaser electron-publish': {
    does: 'changes',
    subcommands: { 'package ls show version status add check build': 'changes' },
    otherwise: sends('publishes a release'),
    dry: '--dry-run --snapshot',
  },
  'jupyter nbconvert streamlit gradio uvicorn gunicorn hypercorn daphne puma unicorn': {
    does: 'changes',
    more(use) {
      if (use.words.some(({ text }) => /0\.0\.0\.0/.test(text))) use.add(sends('opens a port to others'));
    },
  },
  'ffmpeg convert magick mogrify imagemagick pandoc wkhtmltopdf pdflatex xelatex inkscape dot mmdc rsvg-convert gs sox cwebp svgo optipng':
    {
      does: 'changes',
      more(use) {
        const target = use.valueOf('-o', '--output') ?? (use.operands.length > 1 ? use.operands.at(-1) : undefined);
        for (const word of use.operands)
          if (word !== target && !word.isComputed && /\./.test(word.text)) use.touch('reads', word);
        if (target !== undefined && !target.text.startsWith('-')) use.touch('writes', target);
      },
      values: '-o --output -i=reads -c:v -c:a -vf -ss -t -r -f --from --to',
    },
});

function isOwnHost(next: string, flag: string): boolean {
  if (flag.includes('=')) return false;
  return /^(?:localhost|127\.)/.test(next);
}
