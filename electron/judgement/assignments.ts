import { type Effect, escapes, unreadable } from './programs/program';
import type { Word } from './shell/words';

/** Variables that change what runs, or who watches, in every program or in one that many use. */
const changesWhatRuns =
  /^(?:LD_\w+|DYLD_\w+|PATH|IFS|ENV|BASH_ENV|PROMPT_COMMAND|PS4|SHELL|SHELLOPTS|BASHOPTS|GIT_\w+|NODE_OPTIONS|NODE_PATH|PYTHON(?:PATH|STARTUP|HOME|BREAKPOINT|USERBASE)|PERL5(?:OPT|LIB|DB)|RUBY(?:OPT|LIB|SHELL)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|MAVEN_OPTS|GRADLE_OPTS|MAKEFLAGS|RUSTC(?:_WRAPPER)?|CARGO_\w+|CC|CXX|GOFLAGS|GOPROXY|GO(?:NO)?SUMDB|GOINSECURE|GRADLE_USER_HOME|MAVEN_ARGS|(?:\w+_)?(?:EDITOR|PAGER|BROWSER)|VISUAL|MANPAGER|MANOPT|LESS(?:OPEN|CLOSE|KEY\w*)|FZF_\w+|(?:RSYNC|CVS)_RSH|SVN_SSH|HGRCPATH|TAR_OPTIONS|MAKEFILES|GNUMAKEFLAGS|RUSTFLAGS|RUSTDOC|JDK_JAVA_OPTIONS|BUN_OPTIONS|ZDOTDIR|INPUTRC|TERMINFO|GCONV_PATH|OPENSSL_(?:CONF|MODULES|ENGINES)|PSQLRC|DOCKER_CONFIG|XDG_DATA_(?:HOME|DIRS)|XDG_CONFIG_DIRS|(?:HTTPS?|ALL|NO)_PROXY|https?_proxy|all_proxy|npm_config_\w+|NPM_CONFIG_\w+|PIP_\w+|UV_\w+|YARN_\w+|SSH_ASKPASS|SUDO_ASKPASS|CLAUDE_\w+|ANTHROPIC_\w+|CODEX_\w+|OPENAI_\w+|GEMINI_\w+|OPENCODE\w*|GATEHOUSE_\w+|OTEL_\w+|HIST\w+|HUSKY|LEFTHOOK|KUBECONFIG|CDPATH|FPATH|fpath|(?:chpwd|precmd|preexec|periodic|zshexit)_functions|(?:BASH_(?:CMDS|ALIASES)|(?:dis_)?(?:[gs]?aliases|functions)|commands|nameddirs)\[.*|BASH_(?:CMDS|ALIASES)|[gs]?aliases|DOCKER_HOST|AWS_PROFILE|TF_CLI_ARGS\w*|XDG_CONFIG_HOME|HOME|TMPDIR)$/;

/** Values of these that change nothing that matters. */
const harmless: readonly (readonly [name: RegExp, value: RegExp])[] = [
  [/^(?:\w+_|MAN)?PAGER$/, /^(?:cat|less(?: -\w+)?|more|)$/],
  [/^(?:(?:\w+_)?EDITOR|VISUAL)$/, /^(?:true|:|cat|vim?|nano|)$/],
  [/^GIT_(?:TERMINAL_PROMPT|OPTIONAL_LOCKS|PAGER_IN_USE|MERGE_AUTOEDIT|LFS_SKIP_SMUDGE|TRACE\w*)$/, /^\w*$/],
  [/^GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE)$/, /^[^\n]*$/],
  [
    /^NODE_OPTIONS$/,
    /^(?:--(?:max-old-space-size=\d+|experimental-vm-modules|no-warnings|trace-warnings|enable-source-maps)\s*)*$/,
  ],
  [/^PYTHONPATH$/, /^(?:\.|src|lib|\.\/src|tests?)(?::(?:\.|src|lib|tests?))*$/],
  [/^RUSTFLAGS$/, /^(?!.*link)[^\n]*$/],
  [/^PYTHONBREAKPOINT$/, /^0?$/],
  [/^FZF_DEFAULT_OPTS$/, /^(?!.*(?:bind|execute|preview|become|reload))[^\n]*$/],
  [/^BROWSER$/, /^(?:none|true|)$/],
  [/^(?:CC|CXX)$/, /^(?:gcc|g\+\+|clang|clang\+\+|cc|c\+\+)(?:-\d+)?$/],
  [/^CARGO_(?:TERM_COLOR|INCREMENTAL|TARGET_DIR|NET_OFFLINE|BUILD_JOBS)$/, /^[\w./-]*$/],
  [/^GOFLAGS$/, /^(?:-(?:mod=\w+|count=\d+|race|v)\s*)*$/],
  [/^(?:npm|NPM)_config_(?:loglevel|color|fund|audit|progress|yes|update_notifier)$/i, /^\w*$/],
  [/^GOPROXY$/, /^(?:https:\/\/proxy\.golang\.org|direct|off|,)*$/],
  [/^MAKEFLAGS$/, /^-?j?\d*$/],
  [/^PIP_(?:DISABLE_PIP_VERSION_CHECK|NO_CACHE_DIR|NO_INPUT)$/, /^\w*$/],
  [/^PATH$/, /^(?:(?:\.\/|\uFFFC\/)?(?:node_modules\/\.bin|\.?venv\/bin):)+\uFFFC$/],
  [/^TMPDIR$/, /^(?:\.\/)?(?:tmp|\/tmp|\/var\/tmp)(?:\/(?!\.)[\w.-]+)*\/?$/],
  [/^(?:HUSKY|LEFTHOOK)$/, /^1?$/],
  // Splits less than usual.
  [/^IFS$/, /^[ \t\n]*$/],
  [/^SHELL$/, /^\/bin\/(?:ba|z)?sh$/],
];

/** What setting a variable does, for a program where one follows (spec/judgement.md section 2). */
export function assignmentEffect(name: string, value: Word | undefined, program = ''): Effect {
  if (!changesWhatRuns.test(name)) return 'looks';
  // How a line is split that `read` alone reads.
  if (name === 'IFS' && program === 'read' && value?.isComputed !== true) return 'looks';
  const text = value?.text ?? '';
  if (harmless.some(([names, values]) => names.test(name) && values.test(text))) return 'looks';
  return value?.isComputed === true && name !== 'PATH'
    ? unreadable(`sets ${name} to what is only known when it runs`)
    : escapes(`sets ${name}, which changes what runs`);
}
