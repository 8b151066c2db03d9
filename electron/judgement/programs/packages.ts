import {
  byName,
  destroys,
  type Effect,
  escapes,
  installs,
  type Program,
  type ProgramUse,
  secrets,
  sends,
  unreadable,
} from './program';
import { runsTool, runTool } from './runners';

const looks: Program = { does: 'looks' };
const changes: Program = { does: 'changes' };

/** Names of scripts and targets that reach further than the workspace. */
const reaching =
  /(?:^|[-_:./])(?:deploy(?:ment)?|publish|release|ship|promote|rollout|rollback|push|upload|prod(?:uction)?|live|announce|sync-prod|notify|send)(?:$|[-_:./])/i;
/** What stays on this machine, for whomever it is made. */
const making = /^(?:build|assemble|bundle|compile|test|lint|check|typecheck|preview|analyze)(?:$|[-_:.])/i;
const forOthers = /[-_:.](?:prod(?:uction)?|release|live)(?=$|[-_:.])/gi;
const destroying =
  /(?:^|[-_:./])(?:drop|destroy|nuke|wipe|purge|reset|teardown|truncate|delete|uninstall|flush)(?:$|[-_:./])/i;

/** What running a script or target of the project does, by its name. */
export function scriptEffect(given: string): Effect {
  const name = given.replaceAll(/([a-z\d])([A-Z])/g, '$1-$2');
  // What is built for production stays here.
  const said = making.test(name) ? name.replaceAll(forOthers, '') : name;
  if (reaching.test(said)) return sends(`runs ${name}, which reaches beyond this machine by its name`);
  if (destroying.test(name)) return destroys(`runs ${name}, which takes something away by its name`);
  return 'changes';
}

/** Options by which a package manager runs a program, or works elsewhere. */
const runsAnother = escapes('has the package manager run another program');
const packageFlags = {
  '--script-shell --node-options --shell --scripts-prepend-node-path --userconfig --globalconfig --init-module --git --editor --viewer --onload-script':
    runsAnother,
};
const looksOnly =
  'ls list ll la view info show outdated audit why explain root bin prefix ping doctor help search fund sbom query licenses version-check pack-list npm-version help-search docs repo bugs diff explore-list';

/** What is done for all projects, or from another registry, but for what only looks. */
function forAllProjects(use: ProgramUse): void {
  const verb = use.words.find(({ text }) => !text.startsWith('-'))?.text ?? '';
  const isFix = use.words.some(({ text }) => text === 'fix');
  if (use.hasFlag('-g', '--global', '--location') && (isFix || !looksOnly.split(' ').includes(verb)))
    use.add(installs('installs for all projects'));
  const registry = use.valueOf('--registry')?.text;
  const isUsual = registry === undefined || /^https:\/\/registry\.(?:npmjs\.org|yarnpkg\.com)\/?$/.test(registry);
  if (!isUsual && /^(?:|install|i|add|ci|update|up|exec|x|dlx|clean-install|install-test)$/.test(verb))
    use.add(installs(`installs from ${registry}`));
}

function runScript(use: ProgramUse): void {
  const [name] = use.operands;
  if (name === undefined) return;
  if (name.isComputed) use.add(unreadable('which script runs is only known when it runs'), name);
  else if (/^https?:/.test(name.text)) use.add(installs(`downloads and runs ${name.text}`), name);
  else use.add(scriptEffect(name.text), name);
  // What npm has under this name itself.
  if (name.text === 'env') use.add(secrets('reads the whole environment'), name);
  checkDangerousOptions(use);
}

/** What follows `--` goes to a program that nobody names: options with a file of their own are the ones that run it. */
function checkDangerousOptions(use: ProgramUse): void {
  for (const { text, span } of use.words) {
    const isRunning =
      /^--?(?:reporter|require|import|loader|experimental-loader|config|plugin|preset|exec|test-runner|runner|globalSetup|setupFiles|environment|resolver|transform)=?([^/]*\/.*)?$/;
    const [, path] = isRunning.exec(text) ?? [];
    if (path !== undefined && /(?:^|=)(?:\/|~|\.\.\/)/.test(path)) {
      use.add(installs(`runs ${path}`), { text, span, isComputed: false, isPattern: false, isProcess: false });
    }
  }
}

/** Installs what the project names already, or what is named anew. */
export function install(use: ProgramUse): void {
  if (use.operands.length === 0) return;
  const names = use.operands.map(({ text }) => text);
  // The scripts of a package elsewhere run too.
  for (const word of use.operands) {
    if (/^(?:file:)?\.{0,2}\//.test(word.text)) use.touch('enters', { ...word, text: word.text.replace(/^file:/, '') });
  }
  if (
    use.operands.every(
      ({ text, isComputed }) => !isComputed && /^(?:\.{1,2}(?:\/[\w./-]*)?|file:\.{0,2}\/?[\w./-]*)$/.test(text),
    )
  )
    return;
  use.add(installs(`installs ${names.join(' ')}: its scripts run`), use.operands[0]);
}

function readsSetting(use: ProgramUse): void {
  const secret = use.operands.find(({ text }) => /auth|token|password/i.test(text));
  if (secret !== undefined) use.add(secrets(`reads ${secret.text}`), secret);
}

/** A script of a project, by its name. */
export const script: Program = { does: 'changes', more: runScript };

const nodeManager: Program = {
  does: 'changes',
  values:
    '--prefix=enters -C=enters --dir=enters --cwd=enters --registry --workspace -w --filter -F --loglevel --tag --script-shell --node-options --userconfig --globalconfig --location --omit --include --cache --shell --editor --viewer --init-module --git',
  flags: packageFlags,
  more: forAllProjects,
  otherwise: 'changes',
  subcommands: {
    [looksOnly]: {
      does: 'looks',
      subcommands: { fix: { does: 'changes', flags: { '--force -f': installs('installs other versions') } } },
    },
    'test t tst start stop restart build lint check format': { does: 'changes', more: checkDangerousOptions },
    'run run-script rum': script,
    'ci clean-install install-test cit dedupe ddp prune rebuild shrinkwrap import fetch': changes,
    pkg: {
      does: 'changes',
      subcommands: {
        get: looks,
        set: {
          does: 'changes',
          more: (use) => {
            for (const word of use.operands) {
              const [named] = /^scripts\.[^=]*=/.exec(word.text) ?? [];
              if (named !== undefined) use.runText({ ...word, text: word.text.slice(named.length) });
            }
          },
        },
      },
    },
    'install i add in isntall link ln': { does: 'changes', more: install },
    'update up upgrade upgrade-interactive': { does: installs('installs other versions than those of the lockfile') },
    'uninstall un remove rm r unlink': changes,
    'exec x dlx': {
      does: 'looks',
      values: '-p --package -c --call',
      more(use) {
        const call = use.valueOf('-c', '--call');
        if (call !== undefined) return use.runText(call);
        const [program, ...rest] = use.operands;
        const name = use.command.words.find(({ text }) => /^(?:exec|x|dlx)$/.test(text))?.text;
        const at = program === undefined ? -1 : use.words.indexOf(program);
        if (program !== undefined)
          runTool(
            use,
            program,
            at < 0 ? rest : use.words.slice(at + 1),
            name === 'dlx' || use.hasFlag('-p', '--package'),
          );
      },
    },
    'create init': {
      does: 'changes',
      more: (use) => {
        const [name] = use.operands;
        if (name !== undefined) use.add(installs(`downloads and runs create-${name.text}`), name);
      },
    },
    'publish unpublish deprecate undeprecate dist-tag dist-tags access owner team hook org star unstar trust stage':
      sends('changes what is published'),
    'login logout adduser token profile whoami-token': secrets('changes who is signed in at the registry'),
    whoami: looks,
    version: changes,
    get: { does: 'looks', more: readsSetting },
    set: escapes('changes how the package manager works'),
    'config c': {
      does: 'looks',
      subcommands: {
        'list ls': looks,
        get: { does: 'looks', more: readsSetting },
        'set delete edit fix': {
          does: 'changes',
          more: (use) => {
            use.add(escapes('changes how the package manager works'));
          },
        },
      },
      otherwise: 'looks',
    },
    'cache store': {
      does: 'looks',
      subcommands: { 'ls verify list dir path status': looks, 'clean clear rm prune delete': changes },
    },
    pack: { does: 'changes', dry: '--dry-run' },
    'env node setup self-update runtime': installs('installs another version of Node'),
    npm: {
      does: 'changes',
      subcommands: {
        'info whoami': looks,
        'login logout': secrets('changes who is signed in at the registry'),
        audit: looks,
      },
      otherwise: sends('changes what is published'),
    },
    'patch patch-commit patch-remove': changes,
    'approve-builds': installs('has scripts of packages run'),
    global: { subcommands: { 'list ls bin dir': looks }, otherwise: installs('installs for all projects') },
    plugin: { subcommands: { 'list runtime': looks }, otherwise: installs('installs a plugin: its code runs') },
    pm: {
      subcommands: {
        'ls list bin cache hash pkg whoami view why untrusted default-trusted': looks,
        trust: installs('has scripts of packages run'),
      },
      otherwise: 'changes',
    },
    'workspaces workspace foreach': {
      does: 'changes',
      more: (use) => {
        const at = use.operands[1];
        if (at !== undefined) use.add(scriptEffect(at.text), at);
      },
    },
  },
};

const subcommandNames = new Set(Object.keys(nodeManager.subcommands ?? {}).flatMap((names) => names.split(' ')));

/** yarn, pnpm and bun run a script of the project by its bare name. */
const namedScripts: Program = {
  ...nodeManager,
  // Of these, `-w` has no value: what follows is a package.
  values: nodeManager.values?.replace(' --workspace -w ', ' ') ?? '',
  more(use) {
    forAllProjects(use);
    const [first] = use.operands;
    const isScript =
      first !== undefined &&
      !use.words.slice(0, use.words.indexOf(first)).some(({ text }) => subcommandNames.has(text));
    if (isScript) {
      use.add(
        first.isComputed ? unreadable('which script runs is only known when it runs') : scriptEffect(first.text),
        first,
      );
      if (use.hasProgram(first.text)) use.run(use.words);
    }
  },
};

const bun: Program = {
  ...namedScripts,
  values: `${nodeManager.values ?? ''} -e --eval -p --print -r --preload`,
  more(use) {
    const code = use.valueOf('-e', '--eval', '-p', '--print');
    if (code !== undefined) return use.runCode(code, code);
    const [first] = use.operands;
    const isNamedFirst = use.words[0] === first || use.words[0]?.text === 'run';
    if (first !== undefined && /\.[cm]?[jt]sx?$/.test(first.text) && !/^https?:/.test(first.text) && isNamedFirst)
      return use.touch('runs', first);
    namedScripts.more?.(use);
  },
};

/** Package managers of Node. */
export const nodePackagePrograms = byName<Program>({
  npm: nodeManager,
  'pnpm yarn yarnpkg': namedScripts,
  bun,
  'npx pnpx': runsTool(/^(?:-p|--package|-c|--call|-w|--workspace)$/),
  bunx: runsTool(/^--package$/),
});
