import { posix } from 'node:path';
import type { Word } from '../shell/words';
import { byName, escapes, type Program, type ProgramUse, secrets, sends, unreadable } from './program';

/** An address of this machine. */
const ownAddress =
  /^(?:[a-z]+:\/\/)?(?:[^/@]*@)?(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal)(?=[:/?#]|$)/i;

/** Whether an address is of this machine. */
export function isOwnAddress(address: string): boolean {
  return ownAddress.test(address);
}

const writingFlags = [
  '-d',
  '--data',
  '--data-raw',
  '--data-binary',
  '--data-ascii',
  '--data-urlencode',
  '--json',
  '-F',
  '--form',
  '--form-string',
  '-T',
  '--upload-file',
  '--post-data',
  '--post-file',
  '--body-data',
  '--body-file',
  '--mail-from',
  '-Q',
  '--quote',
];

/** Options by which an address of this machine leads to another one. */
const elsewhere = new Set([
  '-x',
  '--proxy',
  '--preproxy',
  '--socks4',
  '--socks5',
  '--socks5-hostname',
  '--resolve',
  '--connect-to',
]);

/** Files of this machine that are fetched by their address, shown as a format, or written under the name that the address has. */
function touchesFiles(use: ProgramUse, addresses: readonly Word[]): void {
  for (const word of addresses) {
    const [, path] = /^file:\/\/(?:localhost)?(\/.*)$/s.exec(word.text) ?? [];
    if (path !== undefined) use.touch('reads', { ...word, text: path });
    const name = word.text.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? '';
    if (name === '' || word.isComputed) continue;
    const folder = use.valueOf('--output-dir', '-P', '--directory-prefix')?.text ?? '.';
    const file = { ...word, text: posix.join(folder, name) };
    // wget leaves a file that is there, and takes another name.
    if (use.name === 'wget' && !use.hasFlag('-O', '--output-document')) use.touch('writes', file);
    else if (use.hasFlag('-O', '--remote-name', '--remote-name-all')) use.touch('replaces', file);
  }
  if (use.name === 'wget' && use.hasFlag('-i', '--input-file'))
    use.noteUnseen(use.valueOf('-P', '--directory-prefix'), 'downloaded');
  const format = use.valueOf('-w', '--write-out');
  if (format?.text.startsWith('@') === true) use.touch('reads', { ...format, text: format.text.slice(1) });
  const jar = use.valueOf('-b', '--cookie');
  if (jar !== undefined && !jar.text.includes('=')) use.touch('reads', jar);
}

function fetchesUrl(use: ProgramUse): void {
  const given = use.flags
    .filter(({ name }) => name === '--url')
    .flatMap(({ value }) => (value === undefined ? [] : [value]));
  const addresses = [...use.operands, ...given];
  const isAway =
    addresses.some(({ text }) => !isOwnAddress(text)) ||
    use.flags.some(
      ({ name, value }) => elsewhere.has(name) && !isOwnAddress((value?.text ?? '').replace(/^[^:/]*:\d+:/, '')),
    );
  touchesFiles(use, addresses);
  const method = use.valueOf('-X', '--request', '--method')?.text.toUpperCase();
  const sent = use.flags.find(({ name }) => writingFlags.includes(name));
  const isQuery = use.hasFlag('-G', '--get') && !use.hasFlag('-T', '-F', '--form', '--upload-file');
  const host = hostOf(addresses[0]?.text ?? '');
  for (const { name, value } of use.flags) {
    if (value === undefined) continue;
    if (writingFlags.includes(name) || name === '-H' || name === '--header' || name === '-b' || name === '--cookie') {
      const file =
        /(?:^|=|:)@([^;]+)/.exec(value.text)?.[1] ??
        (/^(?:-T|--upload-file|--post-file|--body-file)$/.test(name) ? value.text : undefined);
      if (file !== undefined && file !== '-') use.touch('reads', { ...value, text: file });
    }
    if ((name === '-H' || name === '--header') && isAway && /authorization|token|key|cookie|secret/i.test(value.text)) {
      use.add(secrets(`sends a key to ${host}`), value);
    }
  }
  if (use.hasFlag('-u', '--user', '-n', '--netrc', '--netrc-file', '--oauth2-bearer') && isAway)
    use.add(secrets(`sends a password to ${host}`));
  if (!isAway) {
    use.add(
      sent !== undefined || (method !== undefined && method !== 'GET' && method !== 'HEAD') ? 'changes' : 'looks',
    );
    return;
  }
  if ((sent !== undefined && !isQuery) || (method !== undefined && !/^(?:GET|HEAD|OPTIONS)$/.test(method))) {
    use.add(sends(`sends to ${host}`), sent?.word ?? addresses[0]);
  } else if (addresses.some(({ isComputed }) => isComputed) || (isQuery && sent?.value?.isComputed === true)) {
    use.add(
      sends(`asks for an address that is only known when it runs`),
      addresses.find(({ isComputed }) => isComputed),
    );
  } else use.add('changes');
}

function hostOf(address: string): string {
  return /^(?:[a-z]+:\/\/)?(?:[^/@]*@)?([^/?#]+)/i.exec(address)?.[1] ?? 'another machine';
}

const remote = /^(?:[\w.-]+@)?[\w.-]+:(?!\/\/)|^(?:rsync|ssh|sftp):\/\//;

function copiesAway(use: ProgramUse): void {
  const { operands } = use;
  const away = operands.find(({ text, isComputed }) => isComputed || remote.test(text));
  if (use.hasFlag('-e', '--rsh', '--rsync-path') && use.name === 'rsync') {
    const shell = use.valueOf('-e', '--rsh', '--rsync-path')?.text ?? '';
    if (!/^ssh(?: -[\w\s]*)?$/.test(shell)) use.add(escapes('has rsync run another program'));
  }
  for (const { name, word } of use.flags) {
    if (/^--(?:del|remove-s)/.test(name))
      use.add({ kind: 'destroys', what: 'deletes what is not in the source' }, word);
  }
  if (away !== undefined) return use.add(sends(`copies to or from ${away.text}`), away);
  const target = operands.at(-1);
  for (const word of operands.slice(0, -1)) use.touch('reads', word);
  if (target !== undefined) use.touch('writes', target);
  use.add('changes');
}

const curlValues =
  '-X --request -d --data --data-raw --data-binary --data-ascii --data-urlencode --json -F --form --form-string -T --upload-file -H --header -o=replaces --output=replaces -u --user -A --user-agent -e --referer -b --cookie -c=replaces --cookie-jar=replaces -m --max-time --connect-timeout --retry --retry-delay -w --write-out -x --proxy --preproxy --socks4 --socks5 --socks5-hostname --unix-socket --abstract-unix-socket --variable --url -K=reads --config=reads -E --cert --key --cacert -r --range --resolve --connect-to -D=replaces --dump-header=replaces --output-dir=writes --limit-rate --netrc-file --oauth2-bearer -Q --quote --mail-from --mail-rcpt --interface -y -Y -z --trace=replaces --stderr=replaces';

/** openssl: by its first word, and what its flags say of files. */
const openssl: Program = {
  does: 'looks',
  more(use) {
    const [verb, ...rest] = use.words;
    if (verb === undefined) return use.add(unreadable('openssl takes its commands later'));
    if (/^s_(?:client|server|time)$|^ocsp$/.test(verb.text)) use.add(sends('opens a line to other machines'), verb);
    const hasKey = rest.some(({ text }) => /key$/i.test(text));
    const isPublic = /^(?:x509|verify|crl|req)$/.test(verb.text) && !hasKey;
    const isShown = !isPublic && /^(?:rsa|ec|dsa|pkey|pkcs\w+|gen\w+|rsautl|pkeyutl|cms|smime|ca)$/.test(verb.text);
    if (isShown && !rest.some(({ text }) => text === '-pubin'))
      use.add(secrets(`makes or reads keys: openssl ${verb.text}`), verb);
    if (rest.some(({ text }) => text === '-d') && !use.hasFlag('-base64') && verb.text === 'enc')
      use.add(secrets('shows what is encrypted'), verb);
    for (const [index, word] of rest.entries()) {
      const flag = rest[index - 1]?.text ?? '';
      if (/^-(?:out|keyout|writerand|CAserial)$/.test(flag)) use.touch('replaces', word);
      else if (/^-(?:engine|provider\w*|config|extfile)$/.test(flag)) use.touch('runs', word);
      // A certificate is public, whatever its file is called.
      else if (!isPublic && !word.text.startsWith('-') && !word.isComputed && /[./]/.test(word.text))
        use.touch('reads', word);
    }
  },
};

/** Programs that reach other machines. */
export const networkPrograms = byName<Program>({
  curl: {
    does: 'looks',
    values: curlValues,
    flags: {
      '--head': 'looks',
      '-K --config': unreadable('reads its options from elsewhere'),
      '--variable --expand-url --expand-data --expand-header --expand-output':
        unreadable('puts together what it sends'),
      '--unix-socket --abstract-unix-socket': escapes('talks with a service of this machine by its socket'),
    },
    more: fetchesUrl,
  },
  wget: {
    does: 'looks',
    values:
      '-O=replaces --output-document=replaces -P=writes --directory-prefix=writes -o=replaces --post-data --post-file --body-data --body-file --method --header -U --user-agent -t -T --timeout --tries --user --password -i=reads --input-file=reads -e --execute --use-askpass',
    flags: { '--use-askpass -e --execute': escapes('has wget run or set something else') },
    more: fetchesUrl,
  },
  'aria2c axel': {
    does: 'changes',
    values: '-o=replaces --out=replaces -d=writes --dir=writes -x -s -n -i=reads --input-file=reads',
    more(use) {
      const names = use.operands.map((word) => ({ ...word, text: word.text.slice(word.text.lastIndexOf('/') + 1) }));
      for (const folder of [use.valueOf('-d', '--dir') ?? names].flat()) use.noteUnseen(folder, 'downloaded');
    },
  },
  'http https xh httpie': {
    does: 'looks',
    more(use) {
      const [first, ...rest] = use.operands;
      const method = /^[A-Z]+$/.test(first?.text ?? '') ? first?.text : undefined;
      const address = method === undefined ? first : rest[0];
      const hasBody = (method === undefined ? rest : rest.slice(1)).some(
        ({ text }) => /[^=!]:?=(?!=)/.test(text) && !text.includes('=='),
      );
      const isWriting = method === undefined ? hasBody || use.isFed : method !== 'GET' && method !== 'HEAD';
      if (isOwnAddress(address?.text ?? 'localhost') || address?.text.startsWith(':') === true)
        use.add(isWriting ? 'changes' : 'looks');
      else use.add(isWriting ? sends(`sends to ${hostOf(address?.text ?? '')}`) : 'changes');
    },
  },
  'ssh mosh autossh sshpass ssh-copy-id': {
    does: 'looks',
    more: (use) => {
      if (use.words.length === 1 && /^-V$|^--version$/.test(use.words[0]?.text ?? '')) return;
      use.add(sends('works on another machine'));
    },
  },
  rsync: {
    does: 'looks',
    values:
      '-e --rsh --rsync-path -f --exclude --include --filter --files-from=reads --exclude-from=reads --include-from=reads --port --bwlimit --partial-dir --backup-dir --log-file=writes',
    dry: '--dry-run -n',
    more: copiesAway,
  },
  scp: { does: 'looks', values: '-P -i -o -F -J -S -c -l -D', more: copiesAway },
  'sftp rclone lftp': {
    does: 'looks',
    dry: '--dry-run',
    more: (use) => use.add(sends('copies to or from another machine')),
  },
  'nc ncat netcat': {
    does: 'looks',
    values: '-p -s -w -q -e -c -x -X',
    more(use) {
      const isProbe = use.flags.some(({ name }) => name === '-z') && isOwnAddress(use.operands[0]?.text ?? '');
      if (!isProbe || use.hasFlag('-e', '-c')) use.add(sends('opens a line to other machines'));
    },
  },
  'socat telnet ftp tftp ngrok cloudflared localtunnel lt tailscale wireguard wg openvpn frpc bore chisel croc magic-wormhole wormhole transfer onionshare webhook smbclient lftpget tmate':
    { does: sends('opens a line to other machines') },
  'mail mailx sendmail mutt msmtp swaks ssmtp telegram-send slack slackcat twilio ntfy': {
    does: sends('sends a message'),
  },
  'ping ping6 traceroute tracepath mtr dig nslookup host whois ifconfig ip netstat ss arp route nmap speedtest': {
    does: 'looks',
    subcommands: {
      'link addr route rule netns neigh': {
        does: 'looks',
        subcommands: { 'set add del delete flush change replace exec': escapes('changes the network of this machine') },
      },
    },
    otherwise: 'looks',
    more: (use) => {
      // A name that is looked up can carry what is in it away.
      if (use.operands.some(({ isComputed }) => isComputed))
        use.add(sends('asks for a name that is only known when it runs'));
      const isChange =
        (use.name === 'ifconfig' && use.operands.length > 1) ||
        (/^(?:route|arp)$/.test(use.name) && /^(?:add|del|delete|flush|change)$/.test(use.operands[0]?.text ?? '')) ||
        (use.name === 'arp' && use.hasFlag('-d', '-s'));
      if (isChange) use.add(escapes('changes the network of this machine'));
      if (use.name === 'nmap') use.add(sends('looks at other machines'));
    },
  },
  openssl,
  'gpg gpg2 age ssh-keygen ssh-add keytool certutil': {
    does: 'changes',
    flags: {
      '--export-secret-keys --export-secret-key --export-secret-subkeys --delete-secret-keys --delete-keys': secrets(
        'reads or deletes private keys',
      ),
      '-d --decrypt': secrets('shows what is encrypted'),
    },
    more: (use) => {
      if (/^ssh-(?:keygen|add)$/.test(use.name) && !use.hasFlag('-l')) use.add(secrets('makes or loads keys'));
      for (const word of use.operands) if (!word.isComputed && /[./]/.test(word.text)) use.touch('reads', word);
    },
  },
  'pass gopass op bw lpass security secret-tool keyring vault doppler infisical chamber sops ansible-vault gcloud-secret aws-vault envchain kwallet-query keepassxc-cli berglas':
    {
      does: secrets('reads or writes stored secrets'),
      dry: '--version --help',
    },
  'serve http-server live-server python-http php-server nginx apachectl': { does: 'changes', more: servesOthers },
  caddy: {
    does: 'changes',
    subcommands: {
      'fmt validate adapt version list-modules': 'looks',
      'file-server reverse-proxy respond': sends('opens a port to others'),
    },
    more: servesOthers,
  },
  'pbpaste wl-paste': { does: secrets('reads the clipboard') },
  'tcpdump tshark dumpcap ngrep': { does: secrets('listens to what goes through the network') },
  'docker-credential-helper': { does: secrets('reads stored secrets') },
});

function servesOthers(use: ProgramUse): void {
  if (use.words.some(({ text }) => /0\.0\.0\.0|^\[?::\]?$/.test(text))) use.add(sends('opens a port to others'));
}
