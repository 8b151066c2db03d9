import type { Approval } from './contract/approval';

/** Why a request may do harm that cannot be undone. */
export const riskReasons = [
  'destructive',
  'outside_workspace',
  'network',
  'credentials',
  'money',
  'capability',
  'said_by_asker',
  'no_act',
  'takes_commands',
  'too_long',
] as const;

/** Why a request may do harm that cannot be undone. */
export type RiskReason = (typeof riskReasons)[number];

/** How a request is to be looked at: one of high risk is read in the window before it is decided. */
export type Risk = { readonly level: 'normal' | 'high'; readonly reasons: readonly RiskReason[] };

/** What is judged of a request, in characters of all its texts together; one that is longer is of high risk for that. */
const JUDGED_LENGTH = 50_000;

// Words of a command line; wherever they stand, because a command can be quoted, nested and put behind others.
const destructiveWords = words(
  'rm rmdir unlink shred mkfs dd truncate wipefs fdisk parted kill killall pkill shutdown reboot halt',
  'sudo doas su pkexec chmod chown setfacl crontab systemctl launchctl del rd format remove-item',
  '--hard --force --force-with-lease --delete -delete --mirror --prune filter-branch destroy prune uninstall',
);
const networkWords = words('curl wget nc ncat socat telnet ssh scp sftp rsync ftp invoke-webrequest');
const sendingPrograms = words('git npm pnpm yarn cargo gem twine poetry docker podman gh');
const sendingWords = words('push publish upload release');

// Parts of the names of tools, fields and the like: `payments.refund`, `deleteFile`.
const destructiveParts = words('delete destroy remove erase purge wipe drop terminate revoke kill');
const networkParts = words('fetch http https webhook upload publish post email mail send');
const moneyParts = words(
  'pay payment payments payout refund refunds transfer purchase buy invoice withdraw withdrawal checkout charge',
  'subscription amount price currency',
);
const credentialParts = words(
  'password passwd passphrase secret secrets credential credentials apikey bearer keychain',
);

// Shells and interpreters: started bare, they take their commands later, where nobody sees them.
const shells = words('sh bash dash zsh ksh fish csh tcsh ash pwsh powershell tmux screen expect');
const interpreters = words(
  'python python2 python3 node deno bun irb ruby perl php lua ghci psql mysql sqlite3 mongosh redis-cli gdb',
);

const destructiveText = /\b(drop|truncate)\s(table|database|schema|index)\b|\bdelete\sfrom\b/i;
const remoteAddress = /\b(https?|wss?|ftps?|s3|gs):\/\/(?!(localhost|127\.0\.0\.1|\[::1\])(?![\w.-]))/i;
const credentialText = [
  /\.(ssh|aws|gnupg|kube|netrc|npmrc|pypirc|git-credentials|pgpass)(?![\w-])/i,
  /(^|[^\w])\.env(?![\w-])|\bid_(rsa|ed25519|ecdsa|dsa)\b|\.(pem|p12|pfx|keystore|kdbx)\b/i,
  /\b(api|access|private|secret)[_-]?(key|token)|\bauth[_-]?token/i,
  /\/etc\/(shadow|sudoers)\b|\bprintenv\b/i,
];

const parentFolder = /(^|[\s"'=:(,>/\\])\.\.([/\\]|$)/;
const absolutePath = /(?:^|[\s"'=:(,>])(\/[\w.][^\s"']*|~[^\s"']*|\$HOME[^\s"']*|[a-z]:\\[^\s"']*)/gi;
const programFile = /^\/(usr\/)?(local\/)?s?bin\//;
// Where a program is named that is run with something: what comes before it, and a space after it. Elsewhere it is a file.
const beforeProgram = /(^|[;&|(\n])\s*["']?$/;

/**
 * How dangerous a request is, by what it asks for alone (issue 4, Notifications). Gatehouse decides it; what the asker says of it
 * raises it and never lowers it, so the `workspace` is one that somebody else vouches for. A command can be written in more ways
 * than any list has: a normal level is no promise.
 */
export function riskOf(
  {
    requestType,
    targetResource,
    context,
    action,
  }: Pick<Approval, 'requestType' | 'targetResource' | 'context' | 'action'>,
  workspace?: string,
): Risk {
  const all = [targetResource.type, targetResource.id, ...textsOf(action), ...textsOf(context)];
  const isTooLong = all.reduce((sum, { length }) => sum + length, 0) > JUDGED_LENGTH;
  const texts = isTooLong ? [] : all;
  const ofCommands = new Set(texts.flatMap(wordsOf));
  const ofNames = new Set(texts.filter((text) => !/\s/.test(text)).flatMap(partsOf));
  const cwd = fieldOf(context, 'cwd');
  const isSending = hasAny(ofCommands, sendingPrograms) && hasAny(ofCommands, sendingWords);
  const holds: Readonly<Record<RiskReason, boolean>> = {
    destructive:
      hasAny(ofCommands, destructiveWords) ||
      hasAny(ofNames, destructiveParts) ||
      (ofCommands.has('git') && (ofCommands.has('clean') || (ofCommands.has('push') && ofCommands.has('-f')))) ||
      texts.some((text) => destructiveText.test(text)),
    // The folder that the asker names as its own is where the act happens, not what it reaches; nothing else is inside for that.
    outside_workspace: texts.some((text) => text !== cwd && isOutside(text, workspace)) || parentFolder.test(cwd),
    network:
      requestType === 'external_post' ||
      isSending ||
      hasAny(ofCommands, networkWords) ||
      hasAny(ofNames, networkParts) ||
      texts.some((text) => remoteAddress.test(text)),
    credentials:
      hasAny(ofNames, credentialParts) || texts.some((text) => credentialText.some((pattern) => pattern.test(text))),
    money: requestType === 'quota_override' || hasAny(ofNames, moneyParts),
    capability:
      requestType === 'capability_request' || requestType === 'elevated_capability' || requestType === 'depth_override',
    said_by_asker: ['risk', 'riskLevel', 'risk_level'].some((name) =>
      /^(high|critical)$/i.test(fieldOf(context, name)),
    ),
    no_act: requestType === 'tool_call' && action === undefined,
    takes_commands: [fieldOf(action, 'command'), fieldOf(action, 'cmd')].some(takesCommands),
    too_long: isTooLong,
  };
  const reasons = riskReasons.filter((reason) => holds[reason]);
  return { level: reasons.length === 0 ? 'normal' : 'high', reasons };
}

/** How dangerous a tool call is, for whether it is asked about (spec/judgement.md section 1): what only looks is `low`. */
export function judgementOf(call: {
  readonly toolName: string;
  readonly action: unknown;
  readonly isLook: boolean;
  /** The folder that the engine works in, as it says; empty where it does not. */
  readonly workspace: string;
}): 'low' | 'normal' | 'high' {
  const { toolName, action, isLook, workspace } = call;
  if (isLook) return 'low';
  const request = {
    requestType: 'tool_call',
    targetResource: { type: 'tool', id: toolName },
    context: { cwd: workspace },
    action,
  } as const;
  return riskOf(request, workspace === '' ? undefined : workspace).level;
}

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

function hasAny(found: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  return [...wanted].some((word) => found.has(word));
}

/** Every text in a JSON value, the names of its fields included. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return (value as readonly unknown[]).flatMap(textsOf);
  return Object.entries(value).flatMap(([name, child]) => [name, ...textsOf(child)]);
}

/** The words of a command line, programs without their folder; quotes and a backslash hide none of them. */
function wordsOf(text: string): readonly string[] {
  return text
    .replaceAll(/["'\\]/g, '')
    .toLowerCase()
    .split(/[\s;&|()`<>{}$]+/)
    .flatMap((word) => [word, word.slice(word.lastIndexOf('/') + 1)]);
}

/** Whether a command line starts a shell or an interpreter and gives it nothing to do: it is going to be told later. */
function takesCommands(command: string): boolean {
  const plain = command.replaceAll(/"[^"]*[\s;&|][^"]*"|'[^']*[\s;&|][^']*'/g, '_').replaceAll(/["'\\]/g, '');
  return plain.split(/[;&|\n()]+/).some((part) => {
    const [program = '', ...rest] = part
      .trim()
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => !/^\w+=/.test(word))
      .map((word) => word.slice(word.lastIndexOf('/') + 1));
    const isWrapper = /^(?:env|exec|command|nohup|time|nice|setsid|stdbuf|busybox|script)$/.test(program);
    const [started = '', ...words] = isWrapper ? rest.filter((word) => !word.startsWith('-')) : [program, ...rest];
    const isBare = words.every((word) => word.startsWith('-') && !/^(?:-v|-h|--version|--help)$/.test(word));
    return (shells.has(started) || interpreters.has(started)) && isBare;
  });
}

function partsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

function isOutside(text: string, workspace: string | undefined): boolean {
  if (parentFolder.test(text)) return true;
  return [...text.matchAll(absolutePath)].some(({ 0: whole, 1: path = '', index }) => {
    if (path === '/dev/null') return false;
    const start = index + whole.length - path.length;
    const isRun = beforeProgram.test(text.slice(0, start)) && /^["']?\s/.test(text.slice(start + path.length));
    if (isRun && programFile.test(path)) return false;
    return workspace === undefined || !(path === workspace || path.startsWith(`${workspace}/`));
  });
}

function fieldOf(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return '';
  const field = (value as Readonly<Record<string, unknown>>)[name];
  return typeof field === 'string' ? field : '';
}
