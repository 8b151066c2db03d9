import { listName } from '../shell/expansions';
import { linesGiven } from './given';
import {
  byName,
  destroys,
  type Effect,
  escapes,
  outside,
  type Program,
  type ProgramUse,
  secrets,
  unreadable,
} from './program';
import { firstOperand } from './searches';

const looks: Program = { does: 'looks' };

/** A program that runs the rest of its words; `values` are its flags that have a value, `skipped` what it has before the command. */
function wrapper(values: RegExp, skipped = 0, own: Effect = 'looks'): Program {
  return {
    does: 'looks',
    runsWords: true,
    more(use) {
      if (own !== 'looks') use.add(own);
      // `command -v` only says where a program is.
      if (use.name === 'command' && /^-[vV]$/.test(use.words[0]?.text ?? '')) return;
      const start = firstOperand(use, values) + skipped;
      // What was taken for the value of a flag may be the program.
      use.suppose(use.words, start);
      const inside = use.words.slice(start);
      // `flock file -c text`
      if (/^(?:-c|--command)$/.test(inside[0]?.text ?? '')) use.runText(inside[1]);
      else if (inside.length > 0) use.run(inside);
    },
  };
}

const env: Program = {
  does: 'looks',
  runsWords: true,
  more(use) {
    const split = use.words.findIndex(({ text }) => /^(?:-S|--split-string)/.test(text));
    if (split >= 0) {
      const word = use.words[split];
      const own = word?.text.replace(/^(?:-S|--split-string=?)/, '') ?? '';
      const rest = use.words.slice(split + (own === '' ? 2 : 1));
      const text = own === '' ? (use.words[split + 1]?.text ?? '') : own;
      const all = [text, ...rest.map((each) => quoted(each.text))].join(' ');
      return use.runText(
        word === undefined
          ? undefined
          : { ...word, text: all, isComputed: use.words.some(({ isComputed }) => isComputed) },
      );
    }
    let at = firstOperand(use, /^(?:-u|-C|-P|--unset|--chdir)$/);
    if (use.words[at]?.text === '-') at++;
    const folder = use.words.findIndex(({ text }) => text === '-C' || text.startsWith('--chdir'));
    if (folder >= 0) use.add(outside('runs in another folder'));
    const assigned = [];
    while (/^\w+=/.test(use.words[at]?.text ?? '')) {
      const word = use.words[at];
      if (word !== undefined) assigned.push(word);
      at++;
    }
    for (const word of assigned)
      use.runText({
        ...word,
        text: `${word.text.slice(0, word.text.indexOf('='))}=${quoted(word.text.slice(word.text.indexOf('=') + 1))} true`,
        isComputed: false,
      });
    const inside = use.words.slice(at);
    const own = assigned.map((word) => {
      const end = word.text.indexOf('=');
      return { name: word.text.slice(0, end), value: { ...word, text: word.text.slice(end + 1) } };
    });
    if (inside.length > 0) use.withVariables(own, () => use.run(inside));
    else use.add(secrets('reads the whole environment'));
  },
};

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Variables that hold no secret by their names. */
const harmlessVariable =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|LANG|LC_\w+|TERM|EDITOR|TMPDIR|HOSTNAME|NODE_ENV|CI|DISPLAY|VIRTUAL_ENV|GOPATH|GOROOT|JAVA_HOME|PYTHONPATH|NODE_OPTIONS|COLUMNS|LINES|TZ|PORT|DEBUG|SHLVL)$/;

const printenv: Program = {
  does: 'looks',
  more(use) {
    if (use.operands.length === 0) use.add(secrets('reads the whole environment'));
    for (const word of use.operands)
      if (!harmlessVariable.test(word.text)) use.add(secrets(`reads ${word.text} of the environment`), word);
  },
};

function listsVariables(use: ProgramUse): void {
  const isListing =
    use.words.length === 0
      ? use.command.assignments.length === 0
      : use.words.every(({ text }) => /^-[px]+$/.test(text));
  if (isListing && use.command.assignments.length === 0) use.add(secrets('reads the whole environment'));
}

const kill: Program = {
  does: 'looks',
  values: '-s -n --signal',
  dry: '-l -L --list',
  more(use) {
    const isProbe = use.words[0]?.text === '-0';
    if (isProbe) return;
    if (use.operands.length > 0 && use.operands.every(({ text }) => text.startsWith('%'))) use.add('changes');
    else use.add(destroys('ends processes'));
  },
};

const agentProgram = (looking: string): Program => ({
  does: escapes('starts another agent'),
  dry: '--version --help -v',
  subcommands: { [looking]: looks },
});

/** Wrappers, builtins of the shell, processes and the machine. */
export const systemPrograms = byName<Program>({
  'sudo doas run0': {
    ...wrapper(
      /^(?:-u|-g|-p|-U|-C|-h|-r|-t|-D|--user|--group|--prompt|--host|--chdir)$/,
      0,
      escapes('acts as the administrator'),
    ),
  },
  'su pkexec runuser gosu su-exec newgrp sg login': { does: escapes('acts as another user') },
  env,
  'nohup setsid command builtin chronic unbuffer catchsegv noglob nocorrect eatmydata lldb-argdumper then do else ! { coproc torsocks tsocks proxychains proxychains4 linux32 linux64 catch with-contenv':
    wrapper(/^$/),
  time: wrapper(/^(?:-[fo]|--format|--output)$/),
  nice: wrapper(/^(?:-n|--adjustment)$/),
  stdbuf: wrapper(/^(?:-[ioe]|--(?:input|output|error))$/),
  exec: wrapper(/^-[cl]*a$/),
  caffeinate: wrapper(/^-[dimsu]*[tw]$/),
  'systemd-inhibit': wrapper(/^--(?:what|who|why|mode)$/),
  'ssh-agent': wrapper(/^-[aEPtO]$/),
  ionice: wrapper(/^(?:-[tcn]*[cnpPu]|--(?:class|classdata|pid|pgid|uid))$/),
  'taskset setarch faketime': wrapper(/^$/, 1),
  chrt: wrapper(/^-[TPD]$/, 1),
  fakeroot: wrapper(/^(?:-[lsib]|--(?:lib|faked))$/),
  proot: wrapper(/^-[rbmqwkv]$/),
  'firejail rlwrap': wrapper(/^-[bCDfHlOPqsStwz]$/),
  'xvfb-run': wrapper(/^(?:-[efnpsw]|--(?:error-file|auth-file|server-num|xauth-protocol|server-args|wait))$/),
  'dbus-run-session': wrapper(/^--(?:config-file|dbus-daemon)$/),
  'numactl prlimit softlimit chpst cgexec trickle setpriv': wrapper(/^-[a-zA-Z]$/),
  'timeout gtimeout': wrapper(/^(?:-[vfp]*[sk]|--(?:signal|kill-after))$/, 1),
  flock: wrapper(/^(?:-[a-z]*[wE]|--(?:timeout|wait|conflict-exit-code))$/, 1),
  gcore: { does: secrets('reads the memory of a process') },
  'strace ltrace dtruss valgrind': wrapper(/^-[eopsOSPuEIXabA]$/),
  perf: wrapper(/^-[eopsOSCgFc]$/, 1),
  watch: {
    does: 'looks',
    more: (use) => {
      const start = firstOperand(use, /^(?:-[a-z]*[nq]|--(?:interval|equexit))$/);
      const inside = use.words.slice(start);
      if (inside.length === 1) use.runText(inside[0]);
      else if (inside.length > 0) use.run(inside);
    },
  },
  'entr watchexec chokidar-cli fswatch': {
    does: 'changes',
    more: (use) => {
      const start = firstOperand(use, /^(?:-[wei]|--(?:watch|exts|ignore|filter))$/);
      const inside = use.words.slice(start);
      if (inside.length === 1 && inside[0]?.text.includes(' ')) use.runText(inside[0]);
      else if (inside.length > 0) use.run(inside);
    },
  },
  'cross-env-shell': { does: 'looks', more: (use) => use.runText(use.operands.at(-1)) },
  'cross-env dotenv dotenvx env-cmd': {
    does: 'looks',
    values: '-e -f -c -p --file --env-file',
    more(use) {
      // A file that is named so is shown by the program, or by dotenv itself.
      for (const { name, value } of use.flags)
        if (/^(?:-e|-f|--file|--env-file)$/.test(name) && value !== undefined) use.touch('reads', value);
      const isShown = /^(?:list|get|set|unset|encrypt|decrypt|keypair)$/.test(use.operands[0]?.text ?? '');
      if (/^dotenvx?$/.test(use.name) && isShown) return use.add(secrets('reads or writes .env'), use.operands[0]);
      let at = firstOperand(use, /^(?:-e|-f|-c|-p)$/);
      while (/^\w+=|^run$|^--$/.test(use.words[at]?.text ?? '')) {
        const word = use.words[at];
        if (word?.text.includes('=') === true)
          use.runText({
            ...word,
            text: `${word.text.slice(0, word.text.indexOf('='))}=${quoted(word.text.slice(word.text.indexOf('=') + 1))} true`,
            isComputed: false,
          });
        at++;
      }
      use.run(use.words.slice(at));
    },
  },
  busybox: wrapper(/^$/),
  toybox: wrapper(/^$/),
  'unshare nsenter chroot': wrapper(/^(?:-t|--target|-S|-G|-w|-r)$/, 0, escapes('runs in another view of the machine')),
  'ssh-exec on': { does: 'changes' },
  script: {
    does: 'looks',
    values: '-c --command',
    more: (use) => {
      const code = use.valueOf('-c', '--command');
      if (code === undefined) use.add(unreadable('a shell that takes its commands later'));
      else use.runText(code);
    },
  },
  'tmux screen zellij dtach byobu': {
    does: 'looks',
    subcommands: { 'ls list-sessions has-session list-windows capture-pane display-message info': looks },
    more(use) {
      const [verb, ...rest] = use.operands;
      if (/^(?:-ls|-list|ls|list-\w+|has-session|capture-pane|display-message|info)$/.test(use.words[0]?.text ?? ''))
        return;
      if (verb !== undefined && /^(?:ls|list-|has-session|capture-pane|display-message|info)/.test(verb.text)) return;
      const text = rest.at(-1);
      if (verb !== undefined && /^(?:kill-server|kill-session|kill-window|kill-pane)$/.test(verb.text))
        use.add(destroys('ends processes'));
      else if (
        verb !== undefined &&
        /^(?:new|new-session|new-window|neww|split-window|respawn-pane)$/.test(verb.text) &&
        text !== undefined &&
        /\s/.test(text.text)
      )
        use.runText(text);
      else use.add(unreadable('a terminal that takes its commands later'));
    },
  },
  eval: {
    does: 'looks',
    more: (use) => {
      const [first] = use.words;
      if (first !== undefined)
        use.runHere({
          ...first,
          text: use.words.map(({ text }) => text).join(' '),
          isComputed: use.words.some(({ isComputed }) => isComputed),
        });
    },
  },
  trap: {
    does: 'looks',
    more: (use) => {
      const [code] = use.operands;
      if (code !== undefined && use.operands.length > 1 && code.text !== '-') use.runText(code);
    },
  },
  alias: {
    does: 'looks',
    more(use) {
      for (const word of use.operands) {
        const at = word.text.indexOf('=');
        if (at > 0) use.runText({ ...word, text: word.text.slice(at + 1) });
      }
    },
  },
  cd: { does: 'looks', more: (use) => changesPlace(use, use.operands[0]) },
  'pushd popd': {
    does: 'looks',
    more: (use) =>
      changesPlace(
        use,
        use.name === 'popd'
          ? { text: '-', isComputed: false, isPattern: false, isProcess: false, span: use.command.span }
          : use.operands[0],
      ),
  },
  'export declare typeset local readonly': { does: 'looks', more: listsVariables },
  set: {
    does: 'looks',
    more: (use) => {
      if (use.words.length === 0) use.add(secrets('reads the whole environment'));
      const words = use.words.map((word) => ({ ...word, text: word.text.replace(/^\+(?=\w)/, '-') }));
      const at = firstOperand({ words }, /^-[a-z]*o$/);
      if (at < words.length || words[at - 1]?.text === '--') use.setParameters(use.words.slice(at));
    },
  },
  shift: { does: 'looks', more: (use) => use.shiftParameters(Number(use.words[0]?.text ?? 1)) },
  'return exit break continue disown fg bg jobs let shopt setopt unsetopt autoload zmodload rehash times logout caller dirs suspend':
    { does: 'looks', more: (use) => use.forgetVariables(use.operands.map(({ text }) => text)) },
  'read getopts': {
    does: 'looks',
    values: '-a -d -i -n -N -p -t -u',
    more(use) {
      const array = use.valueOf('-a');
      const names = [...(array === undefined ? [] : [array]), ...use.operands].map(({ text }) => text);
      if (names.length === 0) names.push('REPLY');
      use.setVariables(names, array === undefined && use.name === 'read' ? linesGiven(use) : undefined);
    },
  },
  history: { does: 'looks', flags: { '-c -d -w': escapes('changes the history of the shell') } },
  unset: {
    does: 'looks',
    more(use) {
      use.forgetVariables(use.operands.map(({ text }) => text));
      const watched = use.operands.find(({ text }) => /^(?:HIST\w+|PROMPT_COMMAND)$/.test(text));
      if (watched !== undefined) use.add(escapes(`takes away ${watched.text}, which keeps the history`), watched);
    },
  },
  'mapfile readarray complete compgen': {
    does: 'looks',
    values: '-C -c -d -n -O -s -u',
    more(use) {
      use.runText(use.valueOf('-C'));
      if (!/^(?:mapfile|readarray)$/.test(use.name)) return;
      const names = use.operands.map(({ text }) => text);
      use.setVariables(names);
      use.setVariables(names.map(listName), linesGiven(use));
    },
  },
  hash: { does: 'looks', flags: { '-p': escapes('has another program run under a name') } },
  enable: { does: 'looks', flags: { '-f': escapes('loads code into the shell') } },
  bind: { does: 'looks', flags: { '-x': escapes('has a key run a command') } },
  printenv,
  kill,
  'pkill killall skill xkill fuser taskkill stop-process kill-port fkill': {
    does: destroys('ends processes'),
    dry: '-l --list',
  },
  'shutdown reboot halt poweroff init telinit logoff': { does: destroys('stops the machine') },
  'mkfs mkfs.ext4 mkfs.xfs mkfs.btrfs mke2fs fdisk sfdisk gdisk parted wipefs diskutil cfdisk mkswap lvremove vgremove pvremove zpool zfs btrfs cryptsetup mdadm blkdiscard hdparm format diskpart':
    { does: destroys('changes disks'), dry: '-l --list --version --help list status' },
  'mount umount losetup swapon swapoff fsck tune2fs resize2fs': { does: escapes('changes disks') },
  crontab: { does: escapes('changes what runs by itself'), dry: '-l' },
  'at batch anacron atrm': { does: escapes('has something run later') },
  'systemctl service launchctl rc-service supervisorctl sv initctl systemd-run loginctl': {
    does: 'looks',
    subcommands: {
      'status list list-units list-unit-files list-timers is-active is-enabled show cat print help --version': looks,
    },
    otherwise: escapes('changes what runs by itself'),
    more: (use) => {
      if (use.name === 'service' && use.operands[1]?.text !== 'status' && use.operands.length > 0)
        use.add(escapes('changes what runs by itself'));
      if (use.name === 'systemd-run') use.add(escapes('has something run by itself'));
    },
  },
  'journalctl dmesg': {
    does: 'looks',
    flags: { '--vacuum-size --vacuum-time --rotate -C --clear': destroys('deletes logs') },
  },
  'iptables ip6tables nft ufw firewall-cmd pfctl sysctl modprobe insmod rmmod update-alternatives update-grub grub-install efibootmgr hostnamectl timedatectl networksetup scutil csrutil spctl tccutil nvram bless kextload setenforce auditctl aa-disable visudo useradd userdel usermod groupadd groupdel gpasswd passwd chpasswd adduser deluser dscl chsh net reg regedit sc schtasks bcdedit defaults dconf gsettings xattr-w':
    { does: escapes('changes the machine'), dry: '-l -L --list --version --help list read' },
  'claude codex gemini opencode aider cursor-agent amp goose crush qwen kimi droid auggie copilot-cli cline-cli openhands llm interpreter':
    agentProgram('doctor status list models'),
  gatehouse: {
    does: escapes('changes Gatehouse or its connections'),
    subcommands: { 'status doctor ask explain whoami hook demo audit': looks },
    dry: '--version --help',
  },
  'history-delete': looks,
  'ollama lms llama-cli': { does: 'changes' },
  'notify-send osascript-notify say terminal-notifier': { does: 'looks' },
  'xdotool ydotool wtype cliclick autokey': { does: escapes('presses keys and clicks for the operator') },
  inotifywait: looks,
});

/** `cd`: what follows happens there; a place outside the workspace is said when something is done in it. */
function changesPlace(use: ProgramUse, word: ProgramUse['words'][number] | undefined): void {
  if (word === undefined) {
    use.moveTo({ text: '~', isComputed: true, isPattern: false, isProcess: false, span: use.command.span });
    return use.add(outside('goes to the home'));
  }
  use.touch('reads', word);
  use.moveTo(word);
}
