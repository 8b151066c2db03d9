/** The file of cases with a real engine, and the title of one as it stands there. */
export type Case = readonly [file: string, title: string];

/** One thing that got past unseen, in the words of spec/integrations.md, and what holds it now. */
export type GotPast = {
  readonly clause: string;
  readonly cases: readonly Case[];
  /** What of it has no door in the engine, in the words of the README's limits. */
  readonly limit?: string;
};

const unguarded: Case = ['guarded', 'works unseen, and the desk says so within ten seconds, and why'];
const entryPoints: Case = ['undecided', 'started as %s, where its own rules would let a call run, asks all the same'];
const failsClosed: Case = [
  'guarded',
  'carries out nothing when its hook cannot run, and by its own rules it does [sessions-5.fail-closed]',
];
const codexTerminal: Case = ['dialogs', 'asks about high risk with full access, which it asks nobody about itself'];

/** Every clause of “What got past unseen”, in its order; together they are that text, word for word. */
export const gotPast: readonly GotPast[] = [
  {
    clause:
      'Claude Code: in bypass, Write of `<cwd>/.claude/settings.local.json` with `disableAllHooks` ended all hooks (a **ConfigChange** hook that answers `{"decision":"block","reason"}` keeps them: tried);',
    cases: [
      [
        'guarded',
        'cannot turn its own hooks off: settings that would are not taken over, and it goes on being asked about',
      ],
    ],
  },
  {
    clause:
      "a project's `.claude/agents/x.md` with `permissionMode: bypassPermissions` made a sub-agent unasked in a default session (its events say the looser mode);",
    cases: [['dialogs', 'asks about what a sub-agent does that a file of the project has given a looser mode']],
  },
  {
    clause:
      '``!`command` `` in slash commands and skills runs without any tool hook (a **UserPromptExpansion** hook comes before it, with command_name and command_source, and `{"decision":"block","reason"}` keeps it from running; a skill that the model calls has PreToolUse Skill before it: tried);',
    cases: [
      ['skills', 'asks before the shell commands of %s that is typed'],
      ['skills', 'asks before the shell commands of a skill that the model calls, also where it bypasses permissions'],
    ],
    limit: 'A skill that Gatehouse does not find',
  },
  {
    clause: 'acceptEdits lets `rm -f x` in the folder run in a dialog;',
    cases: [
      ['dialogs', 'asks about high risk %s, once, while its own dialog is open'],
      ['dialogs', 'in acceptEdits'],
    ],
  },
  {
    clause: 'allow rules in settings.local.json, also written mid-session, let `git push` run;',
    cases: [
      ['dialogs', 'in its default mode, with a rule of the project that allows it'],
      ['dialogs', 'asks about high risk that a rule of the project allows which was written while it works'],
    ],
  },
  {
    clause:
      'entry points `sdk-ts`, `sdk-py`, `claude-code-github-action` are print mode too and send no PermissionRequest;',
    cases: [entryPoints],
  },
  {
    clause: 'auto and bypass: whatever judgement misses;',
    cases: [
      ['dialogs', 'in auto'],
      ['dialogs', 'in bypassPermissions'],
      ['calls', 'asks about every change in the mode that is set for that'],
    ],
    limit: 'What an engine does not ask about and Gatehouse does not recognise as high risk',
  },
  { clause: '`--bare`,', cases: [unguarded, ['guarded', '--bare']] },
  { clause: '`--safe-mode`,', cases: [unguarded, ['guarded', '--safe-mode']] },
  { clause: '`--settings \'{"disableAllHooks":true}\'`,', cases: [unguarded, ['guarded', '--settings']] },
  { clause: '`--setting-sources project`,', cases: [unguarded, ['guarded', '--setting-sources']] },
  {
    clause: 'another `CLAUDE_CONFIG_DIR`;',
    cases: [unguarded, ['guarded', 'another configuration folder']],
    limit: 'An engine that is started without its hooks',
  },
  {
    clause: '"block" with the launcher gone or no node on the PATH (exit 127): ran.',
    cases: [failsClosed],
    limit: 'An engine whose hook cannot run',
  },
  {
    clause:
      'Answered Yes in the terminal, the hook is neither ended nor told until the tool ends: a Deny meanwhile is logged as denied although it ran.',
    cases: [['dialogs', 'is the one who decided where a denial came too late, and the log says so']],
  },
  {
    clause:
      'Codex: TUI with `danger-full-access` + `on-request` sends PreToolUse with mode `default` and never asks: `git push --force`, `curl -d`, python rmtree, patches outside ran;',
    cases: [codexTerminal],
  },
  {
    clause: '`exec` is always `bypassPermissions`;',
    cases: [
      ['asked', 'runs what the operator approves, and not what the operator denies, and hears why'],
      ['undecided', 'carries out nothing that nobody decided in time'],
    ],
  },
  {
    clause: 'a bare `bash` by exec_command, then `write_stdin`;',
    cases: [['undecided', 'asks before a shell is started that takes its commands afterwards, of which no hook hears']],
    limit: 'What is typed into a program that runs already',
  },
  { clause: 'hook untrusted,', cases: [unguarded, ['guarded', 'a hook that nobody has trusted']] },
  { clause: '`hooks.state.*.enabled = false`,', cases: [unguarded, ['guarded', 'a hook that is switched off']] },
  {
    clause: 'another hook put before ours (trust is by position),',
    cases: [unguarded, ['guarded', 'another hook put before ours']],
  },
  { clause: 'project `.codex/config.toml` or', cases: [unguarded, ['guarded', 'the configuration of the project']] },
  { clause: '`-c features.hooks=false`.', cases: [unguarded, ['guarded', '-c features.hooks=false']] },
  {
    clause:
      'Gemini: `--yolo` with nobody deciding or the app away and the setting `prompt`: **ran** (answer `{"decision":"ask"}` opens its dialog in the TUI, hangs in `-p`: there deny);',
    cases: [
      ['undecided', 'carries out nothing that nobody decided in time'],
      ['undecided', 'carries out nothing that was to be asked about while Gatehouse is away'],
      ['dialogs', 'opens its own dialog where Gatehouse is away, also with --yolo'],
    ],
  },
  {
    clause: "`hooksConfig.disabled` in the user's or the project's file;",
    cases: [
      unguarded,
      ['guarded', 'a hook that its person switches off'],
      ['guarded', 'a hook that the project switches off'],
    ],
  },
  {
    clause: 'an untrusted folder runs no user hook.',
    cases: [['guarded', 'runs no hook, and the desk says so within ten seconds']],
    limit: 'Gemini CLI runs no hook in a folder that you told it not to trust',
  },
  {
    clause: 'Its sub-agents have no field that tells them apart.',
    cases: [
      [
        'sub-agents',
        'asks for each act of a sub-agent, in its own name where the engine tells it, and does what is decided',
      ],
    ],
    limit: 'Gemini CLI does not say which of its sub-agents calls a tool',
  },
];
