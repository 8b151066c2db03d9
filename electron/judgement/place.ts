import { isAbsolute, join, posix } from 'node:path';
import { withoutEnd } from '../../shared/kernel/ends';
import type { Access } from './programs/program';

/** The folder of a project in which an agent works. */
export type Workspace = {
  readonly root: string;
  /** Whether git looks after it. */
  readonly isGit: boolean;
  /** Whether it is on this machine at all. */
  readonly isThere: boolean;
};

/** What Gatehouse itself sees of the machine; nothing of it is taken from who asks (spec/judgement.md section 4). */
export interface Surroundings {
  readonly home: string;
  /** Has an act judged by what is seen of each file at one moment. */
  atOnce<Answer>(judge: () => Answer): Answer;
  /** The worktree that holds a folder, or the folder itself where git does not look after it; undefined where none can be trusted. */
  workspaceOf(cwd: string): Workspace | undefined;
  /** The path without links, as far as it exists. */
  realPath(path: string): string;
  kindOf(path: string): 'none' | 'file' | 'folder';
  /** Whether git leaves it out; what builds usually make, where git is not asked. */
  isIgnored(workspace: Workspace, path: string): boolean;
  /** Whether a rule of git that reaches this path takes something out of what others leave out: `!keep.log`. */
  hasExceptions(workspace: Workspace, path: string): boolean;
  /** Whether such a rule stands in a folder below this one, as far as git has it. */
  hasExceptionsBelow(workspace: Workspace, folder: string): boolean;
  /** Whether git has this file as it is now. */
  isKept(workspace: Workspace, path: string): boolean;
  /** Whether git may have a reference of this name, such as `refs/heads/main`; only where it says so, it has not. */
  hasRef(workspace: Workspace, name: string): boolean;
  /** Whether the project has a program of this name among what it has installed. */
  hasProgram(workspace: Workspace, name: string): boolean;
}

/** Where an act happens, for those who judge it. */
export type JudgedPlace = {
  readonly surroundings: Surroundings;
  readonly workspace: Workspace | undefined;
  /** Whether the operator takes the workspace for one that agents may work in. */
  readonly isTrusted: boolean;
  /** The files that were looked at for it, which are gathered here. */
  readonly files: Set<string>;
  /** Hears of each file that an act uses, and how. */
  readonly onUse?: (facts: PathFacts, access: Access) => void;
};

/** What a path is, for an act on it. */
export type PathFacts = {
  /** From the root, without links. */
  readonly path: string;
  /** As people read it: from the workspace on, or from the home. */
  readonly shown: string;
  readonly isInside: boolean;
  /** A place where programs leave what nobody keeps, and the devices that are none. */
  readonly isScratch: boolean;
  readonly isHome: boolean;
  readonly secret: boolean;
  /** What a change of it would change, where that is more than the file. */
  readonly setting: string | undefined;
};

/** Devices in which nothing stays. */
export const harmlessDevice = /^\/dev\/(?:null|zero|stdin|stdout|stderr|tty|fd\/\d+|u?random)$/;
const scratch =
  /^\/(?:tmp|var\/tmp|private\/tmp|private\/var\/folders\/[^/]+\/[^/]+\/T|var\/folders\/[^/]+\/[^/]+\/T)\/./;
const privatePlace =
  /^\/(?:root|home\/[^/]+|Users\/[^/]+|etc\/(?:ssl\/private|sudoers(?:\.d)?|shadow|gshadow)|proc\/\d+|var\/(?:spool\/cron|mail)|mnt\/c\/Users)(?:\/|$)/;
/** What package managers keep in a home for anybody to read. */
const packageCache =
  /^\/(?:\.cargo\/registry|\.rustup|go\/pkg|\.nvm|\.npm|\.cache|\.local\/(?:share\/pnpm|lib)|\.m2|\.gradle|\.pyenv|\.volta|\.bun\/install|Library\/Caches)(?:\/|$)/;

const secretName =
  /^(?:\.env(?!.*\.(?:example|sample|template|dist|defaults)$)(?:\.[\w.-]+)?|\.envrc|\.netrc|\.npmrc|\.pypirc|\.pgpass|\.git-credentials|\.htpasswd|\.vault-token|credentials(?:\.(?:json|ya?ml|toml|csv|db))?|secrets?(?:\.(?:json|ya?ml|toml|env|txt|properties))?|(?:.*[_.-])?(?:secrets?|credentials?)\.(?:json|ya?ml|toml|env)|master\.key|id_(?:rsa|ed25519|ecdsa|dsa)(?!.*\.pub$).*|.*\.(?:pem|p12|pfx|keystore|jks|kdbx|ppk)|.*\.key|service[-_]?account.*\.json|client_secret.*\.json|\.?kubeconfig|terraform\.tfstate(?:\.backup)?|.*\.tfvars|(?:api|auth|access|refresh)[-_]?tokens?(?:\.(?:json|txt|ya?ml))?|token(?:\.(?:json|txt))?|wallet\.dat|cookies(?:\.sqlite)?|login data|\.pgpass|shadow|gshadow)$/i;
const secretFolder =
  /(?:^|\/)(?:\.ssh|\.aws|\.gnupg|\.kube|\.docker\/config\.json|\.azure|\.config\/gcloud|\.config\/gh|\.password-store|keychains?|\.claude\/\.credentials\.json|\.codex\/auth\.json|\.gemini\/oauth_creds\.json|\.config\/op|\.oci|\.terraform\.d\/credentials\.tfrc\.json|\.mozilla|\.config\/google-chrome|etc\/shadow|proc\/[^/]+\/environ)(?:\/|$)/i;

/** What a change of these changes besides themselves: what runs later, or who watches. */
const settings: readonly (readonly [pattern: RegExp, what: string])[] = [
  [
    /(?:^|\/)\.git\/hooks(?:\/|$)|(?:^|\/)\.husky(?:\/|$)|(?:^|\/)(?:\.pre-commit-config\.yaml|lefthook\.ya?ml)$/,
    'a git hook',
  ],
  [/(?:^|\/)\.git(?:\/|$)|(?:^|\/)\.(?:gitconfig|gitmodules)$/, 'how git works'],
  [
    /(?:^|\/)(?:\.github\/(?:workflows|actions)|\.ci|\.circleci|\.buildkite|\.forgejo|\.gitea)(?:\/|$)|(?:^|\/)(?:\.gitlab-ci\.ya?ml|\.travis\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|appveyor\.ya?ml|Jenkinsfile|\.drone\.ya?ml|\.woodpecker\.ya?ml)$/i,
    'what CI runs',
  ],
  [
    /(?:^|\/)\.(?:claude|codex|gemini|cursor|opencode|aider|windsurf|continue|roo|cline|kiro|amazonq)(?:\/|$)|(?:^|\/)(?:\.mcp\.json|opencode\.jsonc?|\.cursorrules|\.windsurfrules|\.clinerules|\.aider\.conf\.yml|\.claude\.json)$/i,
    'how agents work',
  ],
  [
    /(?:^|\/)(?:CLAUDE(?:\.local)?|AGENTS(?:\.override)?|GEMINI)\.md$|(?:^|\/)\.github\/copilot-instructions\.md$/i,
    'what agents are told',
  ],
  [/(?:^|\/)\.config\/opencode(?:\/|$)/, 'how agents work'],
  [
    /(?:^|\/)(?:\.vscode|\.idea|\.zed|\.fleet)(?:\/|$)|(?:^|\/)\.(?:vimrc|nvimrc|exrc|emacs|dir-locals\.el|editorconfig-tasks)$|\.code-workspace$/,
    'what the editor runs',
  ],
  [
    /(?:^|\/)\.(?:bashrc|bash_profile|bash_login|bash_aliases|bash_logout|profile|zshrc|zshenv|zprofile|zlogin|inputrc|cshrc|tcshrc|envrc|xinitrc|xsession|pam_environment)$|(?:^|\/)\.config\/(?:fish|environment\.d)(?:\/|$)/,
    'what every shell runs',
  ],
  [
    /(?:^|\/)(?:\.config\/(?:systemd|autostart)|\.local\/share\/systemd|Library\/Launch(?:Agents|Daemons))(?:\/|$)|^\/(?:etc\/(?:systemd|cron[^/]*|init\.d|profile\.d|rc\.local)|var\/spool\/cron|lib\/systemd|usr\/lib\/systemd)(?:\/|$)/,
    'what runs by itself',
  ],
  [/(?:^|\/)(?:\.yarnrc\.ya?ml|\.pnpmfile\.cjs|\.cargo\/config(?:\.toml)?)$/, 'what the package manager runs'],
  [/(?:^|\/)\.devcontainer(?:\/|$)/, 'what the development container runs'],
  [/(?:^|\/)(?:\.gatehouse|\.config\/Gatehouse|Library\/Application Support\/Gatehouse)(?:\/|$)/, 'Gatehouse itself'],
];

/** Where a path leads from this folder, as the shell would take it; undefined where the folder is not known. */
export function pathFrom(cwd: string | undefined, path: string): string | undefined {
  if (isAbsolute(path)) return posix.normalize(path);
  return cwd === undefined ? undefined : posix.normalize(join(cwd, path));
}

/** What is known of a path from the root (spec/judgement.md sections 3 and 4). */
export function pathFacts(place: JudgedPlace, given: string): PathFacts {
  const { surroundings, workspace, isTrusted, files } = place;
  const path = withoutSlash(harmlessDevice.test(given) ? given : surroundings.realPath(given));
  files.add(path).add(withoutSlash(given));
  const root = workspace?.root;
  const isInside = isTrusted && root !== undefined && (path === root || path.startsWith(`${root}/`));
  const { home } = surroundings;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isPublicKey = name.endsWith('.pub');
  const ofHome = path.startsWith(`${home}/`) ? path.slice(home.length) : undefined;
  const relative = isInside && root !== undefined ? path.slice(root.length + 1) : undefined;
  // The name that was given counts too: a link may have a name that says more than what it leads to.
  const names = [relative ?? path, withoutSlash(given)];
  return {
    path,
    shown: relative === '' ? 'the whole workspace' : (relative ?? (ofHome === undefined ? path : `~${ofHome}`)),
    isInside,
    isScratch: harmlessDevice.test(path) || (scratch.test(path) && ofHome === undefined),
    isHome:
      !isInside &&
      (path === home || privatePlace.test(`${path}/`) || ofHome !== undefined) &&
      !(ofHome !== undefined && packageCache.test(ofHome)),
    secret:
      !isPublicKey &&
      !/(?:^|\/)node_modules\//.test(path) &&
      names.some((each) => secretName.test(each.slice(each.lastIndexOf('/') + 1)) || secretFolder.test(each)),
    setting: names.map(settingOf).find((what) => what !== undefined),
  };
}

function settingOf(path: string): string | undefined {
  return settings.find(([pattern]) => pattern.test(path))?.[1];
}

function withoutSlash(path: string): string {
  return path.length > 1 ? withoutEnd(path, '/') : path;
}
