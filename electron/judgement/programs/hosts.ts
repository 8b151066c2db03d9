import { clones } from './git-uses';
import { byName, destroys, type Effect, escapes, type Program, secrets, sends, unreadable } from './program';

const looks: Program = { does: 'looks' };
const changes: Program = { does: 'changes' };

const publishesOnGitHub = (what: string): Effect => sends(what);

const readsToken = secrets('reads the token of the account');

/** GitHub's and GitLab's command lines. */
const hub: Program = {
  does: 'changes',
  values: '-R --repo --hostname',
  subcommands: {
    'pr mr': {
      subcommands: {
        'view list diff checks status': looks,
        checkout: changes,
        merge: publishesOnGitHub('merges a pull request'),
        'create new comment note review edit close reopen ready lock unlock update-branch approve update revert':
          publishesOnGitHub('writes to a pull request'),
      },
      otherwise: publishesOnGitHub('writes to a pull request'),
    },
    'issue label milestone discussion': {
      subcommands: { 'view list status': looks, delete: destroys('deletes what others wrote') },
      otherwise: publishesOnGitHub('writes to issues'),
    },
    'run ci': {
      subcommands: { 'view list watch status trace lint': looks, download: changes, delete: destroys('deletes a run') },
      otherwise: publishesOnGitHub('starts or stops what CI runs'),
    },
    workflow: { subcommands: { 'view list': looks }, otherwise: publishesOnGitHub('starts or changes what CI runs') },
    repo: {
      subcommands: {
        'view list': looks,
        clone: { does: 'changes', more: (use) => clones(use, use.operands) },
        'set-default': changes,
        'delete archive': destroys('deletes or archives a repository'),
      },
      otherwise: publishesOnGitHub('changes a repository on the host'),
    },
    release: {
      subcommands: {
        'view list': looks,
        download: {
          does: 'changes',
          values: '-p --pattern -A --archive -D=writes --dir=writes -O=replaces --output=replaces',
          more: (use) => use.noteUnseen(use.valueOf('-O', '--output', '-D', '--dir'), 'downloaded'),
        },
        'delete delete-asset': destroys('deletes a release'),
      },
      otherwise: publishesOnGitHub('publishes a release'),
    },
    'gist snippet': { subcommands: { 'view list clone': looks }, otherwise: publishesOnGitHub('publishes a gist') },
    'search browse status': looks,
    auth: {
      subcommands: {
        status: { does: 'looks', flags: { '-t --show-token': readsToken } },
        token: readsToken,
      },
      otherwise: { kind: 'secrets', what: 'changes who is signed in' },
    },
    'secret variable ssh-key gpg-key': {
      subcommands: { list: looks },
      otherwise: { kind: 'secrets', what: 'changes secrets of a repository or account' },
    },
    cache: { subcommands: { list: looks }, otherwise: destroys('deletes caches on the host') },
    api: {
      does: 'looks',
      values: '-X --method -f -F --field --raw-field --input -H --header -q --jq -t --template --cache',
      more(use) {
        // A question to GraphQL is sent with fields, too.
        const asked =
          use.operands[0]?.text === 'graphql'
            ? use.flags.find(({ value }) => value?.text.startsWith('query=') === true)
            : undefined;
        const isQuestion =
          asked?.value?.isComputed === false && !/\bmutation\b|=@/.test(asked.value.text) && !use.hasFlag('--input');
        const method = use.valueOf('-X', '--method')?.text.toUpperCase();
        const hasFields = use.hasFlag('-f', '-F', '--field', '--raw-field', '--input');
        if (method === 'DELETE') use.add(destroys('deletes something on the host'));
        else if (!isQuestion && (method ?? (hasFields ? 'POST' : 'GET')) !== 'GET')
          use.add(sends('writes to the host'));
        const query = use.flags.find(({ value }) => /mutation\s*[({]/.test(value?.text ?? ''));
        if (query !== undefined) use.add(sends('writes to the host'));
      },
    },
    'alias extension ext config': {
      subcommands: { list: looks, get: looks },
      otherwise: escapes('changes what its commands run'),
    },
    codespace: { subcommands: { list: looks, view: looks }, otherwise: sends('works on another machine') },
    'help version completion': looks,
  },
  otherwise: unreadable('a command that Gatehouse does not know'),
};

/** The command lines of the hosts of repositories. */
export const hostPrograms = byName<Program>({ 'gh glab': hub });
