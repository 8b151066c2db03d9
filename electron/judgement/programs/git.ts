import {
  appliesPatch,
  checkout,
  checkRemote,
  clones,
  config,
  dangerousKey,
  fetchesInto,
  movesBranch,
  movesRef,
  push,
  readsOrSetsRef,
  remove,
  runsAnother,
  runsRest,
  touchContents,
  writesBundle,
} from './git-uses';
import { byName, destroys, escapes, outside, type Program, secrets, sends } from './program';

const looks: Program = { does: 'looks' };
const changes: Program = { does: 'changes' };

const roundChecks = escapes('goes round the checks of the repository');

const searchesAll = secrets('searches what git leaves out, where secrets are');

const outputs = '--output=replaces -o';
const lookingAt: Program = {
  does: 'looks',
  values:
    '--output=replaces -n -L -S -G --format --pretty --since --until --author --grep --max-count -U --diff-filter',
  flags: { '--ext-diff --textconv': runsAnother, '--exec': runsAnother },
};

const resets: Program = {
  does: 'changes',
  flags: {
    '--hard --merge --keep': destroys('throws away what is not committed'),
  },
};

/** git, by what its commands do to what is not committed, to history, and to remotes (spec/judgement.md section 2). */
const git: Program = {
  does: 'changes',
  values: '-C -c --git-dir --work-tree --namespace --exec-path --super-prefix --config-env --attr-source',
  flags: { '--exec-path': runsAnother, '--config-env': runsAnother },
  more(use) {
    for (const { name, value, word } of use.flags) {
      if (
        name === '-c' &&
        value !== undefined &&
        !/^core\.(?:pager|editor)=(?:cat|less|true|)$/.test(value.text) &&
        (value.isComputed || dangerousKey.test(value.text))
      ) {
        use.add(escapes(`sets ${value.text}, by which git runs programs`), word);
      }
      if (/^(?:-C|--git-dir|--work-tree)$/.test(name) && value !== undefined) {
        const folder = { ...value, text: value.text.replace(/\/?\.git\/?$/, '') || '.' };
        if (!use.isInside(folder)) use.touch('writes', folder);
      }
    }
  },
  subcommands: {
    'status shortlog show-ref rev-parse rev-list ls-files ls-tree describe name-rev merge-base cherry count-objects var version help for-each-ref check-ignore check-attr whatchanged range-diff diff-tree diff-index diff-files verify-commit verify-tag fsck show-branch get-tar-commit-id request-pull column interpret-trailers stripspace mktree merge-tree':
      lookingAt,
    'hash-object': { does: 'looks', values: '-t', flags: { '-w': 'changes' }, more: touchContents },
    'show diff blame annotate cat-file': { ...lookingAt, more: touchContents },
    log: {
      ...lookingAt,
      more(use) {
        if (use.flags.some(({ name }) => /^(?:-p|-u|-c|-m|-U.*|-L.*|-W|--patch|--cc|--unified)$/.test(name)))
          touchContents(use);
      },
    },
    archive: {
      does: 'changes',
      values: `${outputs}=replaces --remote --exec --format --prefix`,
      flags: { '--exec': runsAnother, '--remote': 'changes' },
      more: (use) => {
        touchContents(use);
        const remote = use.valueOf('--remote');
        if (remote !== undefined && /^(?:ext|fd)::|^-/.test(remote.text)) use.add(runsAnother, remote);
      },
    },
    grep: {
      does: 'looks',
      values: '-e -A -B -C -f -O --open-files-in-pager',
      flags: {
        '-O --open-files-in-pager': runsAnother,
        '--ext-grep': runsAnother,
        '--textconv': 'looks',
        '--no-index --no-exclude-standard': searchesAll,
      },
      more: (use) => {
        const dashes = use.words.findIndex(({ text }) => text === '--');
        if (dashes >= 0) touchContents({ ...use, words: use.words.slice(dashes) });
        else for (const word of use.operands.slice(use.hasFlag('-e', '-f') ? 0 : 1)) use.touch('reads', word);
      },
    },
    'ls-remote': {
      does: 'looks',
      values: '--upload-pack',
      flags: { '--upload-pack --exec': runsAnother },
      more: checkRemote,
    },
    branch: {
      does: 'looks',
      dry: '--list -l -a -r --show-current --contains --merged --no-merged --points-at',
      values: '-u --set-upstream-to --sort --format',
      flags: {
        '-D -M -C': destroys('deletes or overwrites a branch'),
        '-f --force': destroys('moves or deletes a branch by force'),
      },
      more: (use) => {
        if (use.operands.length > 0) use.add('changes');
      },
    },
    tag: {
      does: 'looks',
      dry: '-l --list -n --contains --points-at',
      values: '-m -F -u',
      flags: { '-d --delete': destroys('deletes a tag'), '-f --force': destroys('moves a tag') },
      more: (use) => {
        if (use.operands.length > 0) use.add('changes');
      },
    },
    stash: {
      does: 'changes',
      subcommands: {
        list: looks,
        show: { does: 'looks', more: touchContents },
        'push save create store branch apply pop': changes,
        'drop clear': destroys('throws away what was stashed'),
      },
    },
    remote: {
      does: 'looks',
      subcommands: {
        'show get-url': looks,
        'add update': { does: 'changes', more: checkRemote },
        rename: changes,
        prune: changes,
        'remove rm set-url set-branches set-head': escapes('changes where commits go'),
      },
    },
    reflog: {
      does: 'looks',
      subcommands: { 'show list exists': looks, 'expire delete': destroys('deletes what could bring commits back') },
    },
    worktree: {
      does: 'changes',
      subcommands: {
        list: looks,
        add: {
          does: 'changes',
          values: '-b -B --reason',
          more: (use) => {
            const [folder] = use.operands;
            if (folder !== undefined) use.touch('writes', folder);
          },
        },
        'lock unlock prune repair': changes,
        remove: { does: 'changes', flags: { '-f --force': destroys('deletes a worktree with what is not committed') } },
        move: {
          does: 'changes',
          more: (use) => {
            const [, target] = use.operands;
            if (target !== undefined) use.touch('writes', target);
          },
        },
      },
    },
    submodule: {
      does: 'changes',
      subcommands: {
        'status summary': looks,
        foreach: { does: 'changes', more: (use) => runsRest(use, 0) },
        deinit: {
          does: 'changes',
          flags: { '-f --force --all': destroys('deletes submodules with what is not committed') },
        },
        add: {
          does: 'changes',
          values: '-b --branch --name --reference --depth',
          more(use) {
            checkRemote(use);
            clones(use, use.operands);
          },
        },
        'init update sync set-url set-branch absorbgitdirs': changes,
      },
    },
    bisect: {
      does: 'changes',
      subcommands: { 'log view visualize': looks, run: { does: 'changes', more: (use) => runsRest(use, 0) } },
      otherwise: 'changes',
    },
    notes: {
      does: 'changes',
      subcommands: { 'list show': looks, 'remove prune': destroys('deletes notes') },
      otherwise: 'changes',
    },
    config: { does: 'looks', values: '--file -f --type --default --blob', more: config },
    add: { does: 'changes', more: touchContents },
    commit: {
      does: 'changes',
      values: '-m -F -C -c -t --message --file --author --date --fixup --squash',
      flags: { '-n --no-verify': roundChecks },
      more: (use) => {
        for (const word of use.operands) use.touch('reads', word);
      },
    },
    mv: {
      does: 'changes',
      more: (use) => {
        const target = use.operands.at(-1);
        if (target === undefined) return;
        if (use.hasFlag('-f', '--force')) use.touch('replaces', target);
        if (use.operands.slice(0, -1).some((word) => use.wouldBeLost(word))) use.noteMoved(target);
      },
    },
    maintenance: {
      does: 'changes',
      subcommands: { 'start stop register unregister': escapes('changes what runs by itself') },
      otherwise: 'changes',
    },
    'fast-import': { does: destroys('writes history anew from what it is given') },
    init: {
      does: 'changes',
      values: '-b --initial-branch --template --separate-git-dir=writes',
      flags: { '--template': runsAnother },
    },
    'merge-file write-tree commit-tree format-patch mailsplit mailinfo cherry-pick revert unpack-objects pack-objects repack pack-refs rerere sparse-checkout commit-graph multi-pack-index':
      {
        does: 'changes',
        values: `${outputs}=writes -m -S --strategy --output-directory=writes`,
        flags: { '--no-verify': roundChecks },
      },
    'apply am': {
      does: 'changes',
      values: '-p -C -S --directory --exclude --include',
      flags: { '--no-verify': roundChecks, '--unsafe-paths': outside('changes files wherever the patch says') },
      more: appliesPatch,
    },
    'read-tree': { does: 'changes', flags: { '--reset': destroys('throws away what is not committed') } },
    bundle: { does: 'changes', more: writesBundle },
    merge: { does: 'changes', values: '-m -s -X -F', flags: { '--no-verify': roundChecks } },
    'pull fetch clone': {
      does: 'changes',
      values:
        '--upload-pack -u --depth --branch -b --config -c --template --reference --separate-git-dir=writes -j --jobs -o --origin',
      flags: { '--upload-pack --template': runsAnother, '-f --force': 'changes' },
      more(use) {
        checkRemote(use);
        if (!use.command.words.some(({ text }) => text === 'clone')) fetchesInto(use);
        if (use.command.words.some(({ text }) => text === 'clone') && use.hasFlag('-u', '-c', '--config'))
          use.add(runsAnother);
        if (use.command.words.some(({ text }) => text === 'clone')) clones(use, use.operands);
      },
    },
    rebase: {
      does: 'changes',
      values: '-x --exec --onto -s -X',
      flags: { '--no-verify': roundChecks },
      more(use) {
        for (const { name, value } of use.flags) if (name === '-x' || name === '--exec') use.runText(value);
      },
    },
    reset: {
      ...resets,
      more(use) {
        const isPaths = use.words.some(({ text }) => text === '--');
        if (!use.hasFlag('--hard', '--merge', '--keep') && isPaths) use.add('changes');
      },
    },
    restore: {
      does: 'changes',
      values: '-s --source',
      more(use) {
        const isStagedAlone = use.hasFlag('-S', '--staged') && !use.hasFlag('-W', '--worktree');
        if (!isStagedAlone) use.add(destroys('throws away what is not committed'), use.operands[0]);
      },
    },
    checkout: {
      does: 'changes',
      values: '-b -B --orphan --conflict -U --unified --inter-hunk-context',
      more: checkout,
    },
    switch: {
      does: 'changes',
      values: '-c -C --create --force-create',
      flags: {
        '-f --force --discard-changes': destroys('throws away what is not committed'),
      },
      more: (use) => movesBranch(use, use.valueOf('-C', '--force-create')),
    },
    clean: {
      does: destroys('deletes files that git does not have'),
      dry: '-n --dry-run',
    },
    rm: { does: 'changes', dry: '-n --dry-run', more: remove },
    push: {
      does: 'changes',
      dry: '-n --dry-run',
      values: '-o --push-option --receive-pack --repo',
      flags: { '--receive-pack --exec': runsAnother },
      more: push,
    },
    'send-pack http-push cvsexportcommit send-email imap-send svn p4': sends('sends commits or mails'),
    lfs: {
      does: 'changes',
      subcommands: {
        'ls-files status env locks': looks,
        push: sends('pushes large files'),
        prune: destroys('deletes large files'),
      },
      otherwise: 'changes',
    },
    'filter-branch filter-repo replace': destroys('rewrites history'),
    gc: { does: 'changes', flags: { '--prune --aggressive': destroys('deletes what could bring commits back') } },
    prune: { does: destroys('deletes what could bring commits back'), dry: '-n --dry-run' },
    'update-ref': { does: 'changes', flags: { '-d --delete --stdin': destroys('deletes references') }, more: movesRef },
    'symbolic-ref': { does: 'looks', flags: { '-d --delete': destroys('deletes references') }, more: readsOrSetsRef },
    'update-index': changes,
    'difftool mergetool': { does: 'changes', values: '-x --extcmd -t --tool', flags: { '-x --extcmd': runsAnother } },
    'daemon http-backend upload-pack receive-pack shell credential credential-store credential-cache': escapes(
      'serves or stores what git is trusted with',
    ),
    'gui citool web--browse': changes,
    instaweb: sends('opens a port to others'),
    'checkout-index': {
      does: 'changes',
      flags: { '-f --force -a --all': destroys('overwrites what is not committed') },
    },
  },
  otherwise: 'changes',
};

/** git, other tools of its kind, and what works on its hooks. */
export const gitPrograms = byName<Program>({
  git,
  'hg svn jj': {
    does: 'changes',
    subcommands: {
      'status log diff show blame annotate cat info list identify': looks,
      push: sends('pushes commits to a remote'),
      'commit ci': changes,
      'clone git': {
        does: 'changes',
        more: (use) => clones(use, use.operands[0]?.text === 'clone' ? use.operands.slice(1) : use.operands),
      },
      'revert update purge abandon restore undo rollback strip': destroys('throws away what is not committed'),
    },
    otherwise: 'changes',
  },
  'pre-commit husky lefthook': {
    does: 'changes',
    subcommands: { run: changes, 'install uninstall autoupdate init add': escapes('changes git hooks') },
    otherwise: 'changes',
  },
});
