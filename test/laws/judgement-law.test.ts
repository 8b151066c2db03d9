import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { riskLevels } from '../../shared/judgement';
import { ofCommand } from '../judgement/shop';
import { fuzzRounds } from '../support/fuzz-rounds';

beforeAll(loadShellGrammar);

const bare = fc.constantFrom(
  'rm -rf src',
  'git push',
  'git reset --hard',
  'cat .env',
  'npm install left-pad',
  'kubectl delete ns prod',
  'git checkout -- .',
  'find . -delete',
  'dropdb shop',
  'kill -9 123',
  'cat -n .env',
  'ls -l /home/dev/.ssh',
  'git show HEAD:.env',
  'ln -s /etc x',
  'npm -C /work/other test',
  'ps auxe',
  'jq -n env',
  'git reset --har',
  'wc --files0=.env',
  'aws logs delete-log-group x',
  'find . -name a.ts -delete',
  'git update-ref refs/heads/main x',
);

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Other ways to write a word that mean the same to the shell. */
const spelling = fc.constantFrom<(word: string) => string>(
  (word) => word,
  (word) => `"${word}"`,
  (word) => quoted(word),
  (word) => `${word.slice(0, 1)}''${word.slice(1)}`,
  (word) => `\\${word}`,
  (word) => `$'${[...word].map((sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}'`,
  (word) => `${word.slice(0, 1)}"${word.slice(1)}"`,
);

/** What stands in backticks: what they take away is written twice. */
const inBackticks = (command: string) => command.replaceAll(/[\\`$]/g, '\\$&');

/** Before a program; what is more than one is given to a shell of its own. */
const before = (program: string) => (command: string) =>
  /[;|&(){}<>`$#\n]|\b(?:if|for|while|case)\b|^!/.test(command)
    ? `${program} sh -c ${quoted(command)}`
    : `${program} ${command}`;

/** What a command can stand in and is run all the same. */
const wrapping = fc.constantFrom<(command: string) => string>(
  (command) => `ls; ${command}`,
  (command) => `ls && ${command}`,
  (command) => `false || ${command}`,
  (command) => `${command} | cat`,
  (command) => `ls | ${command}`,
  (command) => `( ${command} )`,
  (command) => `{ ${command}; }`,
  (command) => `echo $(${command})`,
  (command) => `echo "$(${command})"`,
  (command) => `cat <(${command})`,
  (command) => `echo "\${x:-\`${inBackticks(command)}\`}"`,
  (command) => `echo \${x%$( ${command})}`,
  (command) => `case a in $( ${command})) ls;; esac`,
  (command) => `X=$(${command}) ls`,
  (command) => `bash -c ${quoted(command)}`,
  (command) => `sh -c ${quoted(command)}`,
  (command) => `eval ${quoted(command)}`,
  (command) => `echo ${quoted(command)} | bash`,
  (command) => `echo ${quoted(command)} > x.sh; sh x.sh`,
  (command) => `cat > x.sh <<'END'\n${command}\nEND\n. ./x.sh`,
  (command) => `bash <<'END'\n${command}\nEND`,
  (command) => `cat <<END\n$(${command})\nEND`,
  (command) => `bash <<< ${quoted(command)}`,
  before('env A=b'),
  before('timeout 5'),
  before('nice -n 3'),
  before('nohup'),
  (command) => `${command} &`,
  before('sudo'),
  before('command'),
  before('time'),
  before('xargs'),
  (command) => `find . -exec sh -c ${quoted(command)} \\;`,
  (command) => `if true; then ${command}; fi`,
  (command) => `for i in 1 2; do ${command}; done`,
  (command) => `while true; do ${command}; done`,
  (command) => `case a in a) ${command};; esac`,
  (command) => `f() { ${command}; }; f`,
  (command) => `! ${command}`,
  (command) => `time ${command}`,
  (command) => `time -p ${command}`,
  before('/usr/bin/time -p'),
  before('command -p'),
  before('exec -l'),
  before('setsid -f'),
  before('caffeinate -i'),
  before('caffeinate -t 5'),
  before('taskset -ac 0,1'),
  before('chrt 10'),
  before('flock -s here'),
  before('xvfb-run -a -s x'),
  before('perf stat -e x'),
  before('strace -f'),
  before('nobody-knows-this'),
  before('nobody-knows-this --with'),
  before('./run.sh there'),
  (command) => `nobody-knows-this -c ${quoted(command)}`,
  (command) => `nobody-knows-this --run=${quoted(command)}`,
  (command) => `flock here -c ${quoted(command)}`,
  (command) => `bash -euo pipefail -c -- ${quoted(command)}`,
  (command) => `watch -d ${quoted(command)}`,
  (command) => `coproc ${command}`,
  (command) => `if ! ${command}; then ls; fi`,
  (command) => `until ${command}; do ls; done`,
  (command) => `select i in 1 2; do ${command}; done`,
  (command) => `function f { ${command}; }; f`,
  (command) => `(( 1 )) && ${command}`,
  (command) => `[[ -f a ]] || ${command}`,
  (command) => `${command} > /dev/null 2>&1`,
  (command) => `echo a\n${command}`,
  (command) => `ls # a\n${command}`,
  (command) => `cd src; cd ..; ${command}`,
  (command) => `trap ${quoted(command)} EXIT`,
);

const rank = (command: string) => riskLevels.indexOf(ofCommand(command).level);

test('a dangerous command is judged no lower in whatever it stands, and however it is written [judgement-2.simple-commands, judgement-2.highest, judgement-2.held-commands]', () => {
  fc.assert(
    fc.property(
      bare,
      fc.array(spelling, { maxLength: 4 }),
      fc.array(wrapping, { maxLength: 3 }),
      (command, ways, wraps) => {
        const words = command.split(' ').map((word, index) => (ways[index] ?? ((same: string) => same))(word));
        const whole = wraps.reduce((inside, wrap) => wrap(inside), words.join(' '));
        expect(rank(whole), whole).toBeGreaterThanOrEqual(rank(command));
      },
    ),
    { numRuns: fuzzRounds(2_000) },
  );
});

test('any text is judged, and what is dangerous stays so behind it [judgement-1.unreadable]', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(riskLevels).toContain(ofCommand(text).level);
      expect(ofCommand(`rm -rf src\n${text}`).level).toBe('high');
    }),
    { numRuns: fuzzRounds(1_000) },
  );
});

/** Ways to keep a word in a variable, or in what a function or another shell is given: the command names it by what is given for it. */
const hiding = fc.constantFrom<(word: string, command: (name: string) => string) => string>(
  (word, command) => `v=${quoted(word)}; ${command('"$v"')}`,
  (word, command) => `v=${quoted(word)}; w=$v; ${command('"${w}"')}`,
  (word, command) => `v=${quoted(`${word}.bak`)}; ${command('"${v%.bak}"')}`,
  (word, command) => `v=${quoted(`${word}.a.b`)}; ${command('"${v%%.a*}"')}`,
  (word, command) => `v=${quoted(`x/${word}`)}; ${command('"${v#x/}"')}`,
  (word, command) => `v=${quoted(`xx${word}`)}; ${command('"${v:2}"')}`,
  (word, command) => `v=${quoted(`@${word}`)}; ${command('"${v/@/}"')}`,
  (word, command) => `v=${quoted(word.slice(0, 1))}; v+=${quoted(word.slice(1))}; ${command('"$v"')}`,
  (word, command) => `v=b; if a; then v=${quoted(word)}; fi; ${command('"$v"')}`,
  (word, command) => `if a; then v=${quoted(word)}; else v=b; fi; ${command('"$v"')}`,
  (word, command) => `v=b; a || v=${quoted(word)}; ${command('"$v"')}`,
  (word, command) => `case $1 in a) v=${quoted(word)};; *) v=b;; esac; ${command('"$v"')}`,
  (word, command) => `v=(b ${quoted(word)}); ${command('"${v[1]}"')}`,
  (word, command) => `declare -A v; v[k]=${quoted(word)}; ${command('"${v[k]}"')}`,
  (word, command) => `for v in b ${quoted(word)}; do ${command('"$v"')}; done`,
  (word, command) => `for w in b ${quoted(word)}; do v=$w; done; ${command('"$v"')}`,
  (word, command) => `for w in ${quoted(word)} b; do v=$w; [ -f a ] && break; done; ${command('"$v"')}`,
  (word, command) => `set -- b ${quoted(word)}; ${command('"$2"')}`,
  (word, command) => `set -- b ${quoted(word)}; shift; ${command('"$1"')}`,
  (word, command) => `f() { ${command('"$1"')}; }; f ${quoted(word)}`,
  (word, command) => `f() { local v=$2; ${command('"$v"')}; }; f b ${quoted(word)}`,
  (word, command) => `f() { v=${quoted(word)}; }; f; ${command('"$v"')}`,
  (word, command) => `sh -c ${quoted(command('"$1"'))} _ ${quoted(word)}`,
  (word, command) => `cat > x.sh <<'END'\n${command('"$1"')}\nEND\nbash x.sh ${quoted(word)}`,
  (word, command) => `read -r v <<< ${quoted(word)}; ${command('"$v"')}`,
  (word, command) => `printf -v v %s ${quoted(word)}; ${command('"$v"')}`,
  (word, command) => command(`"\${V:-${word}}"`),
  (word, command) => `: "\${v:=${word}}"; ${command('"$v"')}`,
  (word, command) => `v=${quoted(word)} sh -c ${quoted(command('"$v"'))}`,
  (word, command) => `env v=${quoted(word)} sh -c ${quoted(command('"$v"'))}`,
  (word, command) => `export v=${quoted(word)}; bash -c ${quoted(command('"$v"'))}`,
);

test('a dangerous command is judged no lower for a variable in which a word of it stands [judgement-2.variables, judgement-2.perhaps, judgement-2.expansions, judgement-2.parameters, judgement-2.functions]', () => {
  fc.assert(
    fc.property(bare, hiding, fc.nat({ max: 5 }), fc.array(wrapping, { maxLength: 1 }), (command, hide, at, wraps) => {
      const words = command.split(' ');
      const index = at % words.length;
      const hidden = hide(words[index] ?? '', (name) => words.with(index, name).join(' '));
      const whole = wraps.reduce((inside, wrap) => wrap(inside), `{ ${hidden}\n}`);
      expect(rank(whole), whole).toBeGreaterThanOrEqual(rank(command));
    }),
    { numRuns: fuzzRounds(600) },
  );
}, 120_000);

const value = fc.constantFrom(
  ...['1', '$x', '$y$x', '"$@"', '${x%a}', '${y:-b}', '$(ls)', '{1..16}', '"${a[@]}"', '(a $x)', '${y//a/bb}', '<(ls)'],
);
const part = fc.oneof(
  value.map((given) => `x=${given}`),
  value.map((given) => `y+=${given}`),
  value.map((given) => `a+=(${given})`),
  fc.tuple(value, value).map(([first, second]) => `set -- ${first} ${second}`),
  fc.tuple(value, value).map(([first, second]) => `cat ${first} > ${second}`),
  value.map((given) => `read y <<< ${given}`),
  value.map((given) => `f ${given}`),
  fc.constantFrom('shift', 'g', "eval 'x=$x$y'", "sh -c 'f $1' _ $x", 'cd $x'),
);
const around = fc.oneof(
  fc.tuple(value, value).map(
    ([first, second]) =>
      (inside: string) =>
        `for x in ${first} ${second}; do ${inside}; done`,
  ),
  part.map((other) => (inside: string) => `if ${other}; then ${inside}; else ${other}; fi`),
  part.map((other) => (inside: string) => `while ${other}; do ${inside}; done`),
  part.map((other) => (inside: string) => `case $x in a) ${inside};; *) ${other};; esac`),
  part.map((other) => (inside: string) => `${other} && ${inside} || ${other}`),
  part.map((other) => (inside: string) => `${inside}; ${other}`),
  fc.constantFrom<(inside: string) => string>(
    (inside) => `f() { ${inside}; }; f $x`,
    (inside) => `g() { ${inside}; }`,
    (inside) => `(${inside})`,
    (inside) => `${inside} | ${inside}`,
    (inside) => `${inside}; ${inside}`,
    (inside) => `for y; do ${inside}; break; done`,
    (inside) => `echo $(${inside})`,
  ),
);

test('whatever a command is made of, and however deep, it is judged, and by the same words again the same [judgement-2.bounds]', () => {
  fc.assert(
    fc.property(part, fc.array(around, { minLength: 1, maxLength: 60 }), (innermost, all) => {
      const command = all.reduce((inside, wrap) => (inside.length > 3_000 ? inside : wrap(inside)), innermost);
      expect(rank(command)).toBe(rank(command));
    }),
    { numRuns: fuzzRounds(300) },
  );
}, 120_000);
