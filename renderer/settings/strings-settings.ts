import type { NotificationKind } from '../../shared/contract/notifications';
import type { TokenKind } from '../../shared/contract/token';
import { countOf, formatHour, formatNumber } from '../format';

/** The sections of a state file, as the operator knows them (spec/governance.md section 15); one that is not here keeps its own name. */
const importSections: Readonly<Record<string, string>> = {
  records: 'governance record',
  approvals: 'approval',
  deleted_automations: 'deleted automation',
  paused_agents: 'paused agent',
  spend_paused_agents: 'agent stopped by its spend cap',
  agent_spend: 'spend of agent',
  agent_creation_reviews: 'creation review of agent',
  'gatehouse.agents': 'agent',
  'gatehouse.automations': 'automation',
  'gatehouse.runs': 'runs of automation',
  'gatehouse.automation_days': 'spend of automation',
};

/** What Settings says. */
export const settingsStrings = {
  title: 'Settings',
  failed: (sentence: string) => `Not changed. ${sentence}`,

  appearance: {
    title: 'Appearance',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    undo: 'Taking back a decision',
    undoDetail: 'How long Esc takes back what you decided with one key, before it is sent.',
    undoTime: (seconds: number) => (seconds === 0 ? 'Sent at once' : `${seconds} s`),
  },

  notifications: {
    title: 'Notifications',
    on: 'Notify me of new requests and of what stops agents',
    detail: 'With Approve and Deny buttons where the system has them. The queue and the tray show requests either way.',
    impossible:
      'This system shows no notifications at the moment: no notification service answers. The queue and the tray still show every request.',
    noTray: 'This desktop has no tray: closing the window minimises Gatehouse instead of hiding it.',
    kindsTitle: 'Notify me of',
    kinds: {
      request: 'New requests',
      spend_warning: 'Spend warnings',
      hard_stop: 'Agents stopped at their cap',
      review: 'Creation and health reviews',
      expiry: 'Automations that expire soon',
      agent_stopped: 'Agents that you paused',
      api_trouble: 'Trouble with the API or the database',
      digest: 'A digest of the day',
    } satisfies Record<NotificationKind, string>,
    digestAt: 'Digest at',
    digestDetail: 'Once a day: how many asked, what became of them, how many were missed, what was spent.',
    muteTitle: 'Mute',
    notMuted: 'Not muted.',
    mutedUntil: (when: string) => `Muted until ${when}. Agents stopped at their cap are shown all the same.`,
    mute: { hour: 'For one hour', tomorrow: `Until tomorrow, ${formatHour(8)}`, off: 'Unmute' },
    quiet: {
      title: 'Quiet hours',
      on: 'Keep quiet at these hours',
      detail: 'Only agents stopped at their cap are shown; one summary of the rest comes afterwards.',
      from: 'From',
      to: 'To',
      days: 'Days on which they begin',
      overMidnight: 'on the next day',
      noDay: 'No day is chosen, so it is never quiet.',
    },
    push: {
      title: 'Push to another device',
      on: 'Push that something waits',
      detail:
        'Through an address of your own. It says only how many requests wait, at most once a minute; it decides nothing.',
      kind: 'What answers there',
      kinds: { ntfy: 'ntfy', webhook: 'Webhook' },
      url: 'Address',
      urlDetail: 'https, or http to a private address written in numbers.',
      urlInvalid:
        'Give an https address, or http with localhost or a private address in numbers; without a name and password.',
      acts: 'Send what they are about too',
      actsDetail: 'Titles may name files, commands and projects to whoever runs that address.',
      test: 'Send a test',
      sent: 'The test was taken.',
      failed: (problem: string) => `The last push was not taken. ${problem}`,
    },
    amount: 'How much',
    perMinute: 'Notifications a minute, at most',
    perMinuteDetail: 'What is more goes into one summary.',
    perMinuteInvalid: 'Give a whole number from 1 to 60.',
    count: 'Show how many wait in the tray icon',
    countDetail: 'Off: the icon shows only that something waits.',
  },

  api: {
    title: 'API',
    address: 'Address',
    starting: 'Starting',
    portTaken: (port: number) =>
      `Port ${port} is used by another program. Choose another port, or end that program and try again.`,
    failed: (port: number) => `The API could not start on port ${port}.`,
    port: 'Port',
    portDetail: 'Between 1024 and 65535. Agents that are connected need the new address.',
    portInvalid: 'Give a whole number between 1024 and 65535.',
    changed: (url: string) => `Agents now reach Gatehouse at ${url}`,
    elsewhere: (url: string) =>
      `Saved. Gatehouse still listens at ${url}, because it was started with a port of its own (GATEHOUSE_PORT).`,
  },

  connect: {
    title: 'Connect',
    agentTitle: 'Connect an agent',
    agentDetail: 'The token speaks for this one agent. It can ask, and do what the rules allow; it can never decide.',
    engineTitle: 'Connect an engine',
    engineDetail:
      'For a program that runs several agents and relays for them. It can ask for any agent; it can never decide.',
    name: 'Name',
    nameDetail: 'How you will recognise it in the list below',
    agentNamePlaceholder: 'Scout on my laptop',
    engineNamePlaceholder: 'Workflow engine',
    agentId: 'Agent id',
    agentIdDetail: 'Shown on every request',
    agentIdPlaceholder: 'scout',
    parent: 'Parent agent (optional)',
    parentDetail: 'The agent it works for: is charged what it spends, and stops it when paused',
    parentPlaceholder: 'planner',
    nameNeeded: 'Give it a name.',
    agentIdNeeded: 'Give the agent an id.',
    tooLong: 'At most 200 characters.',
    make: 'Make a token',
  },

  secret: {
    title: 'Your new token, shown once',
    detail: 'Copy it now: Gatehouse keeps only a fingerprint of it and cannot show it again.',
    copy: 'Copy the token',
    example: 'Try it in a terminal',
    copyExample: 'Copy the example',
    done: 'I have copied it',
    forName: 'Token for',
  },

  decideOverApi: {
    title: 'Decide over the API',
    label: 'Let programs with an operator token decide',
    off: 'Off: only you decide, in this window, the tray or a notification.',
    on: 'On: a program with an operator token decides as you do. Turning it off revokes every operator token at once.',
    launcher:
      'The program that started Gatehouse gave it an operator token for this run: who holds that one decides as you do, whatever is set here. It ends when Gatehouse quits.',
    offButLauncher: 'Off, but see below.',
    warning:
      'Whoever holds this token decides as you do. An agent that can read it, from a file, the environment or a shell history, can approve itself. Give it only to a program that you trust as much as yourself.',
    turnOnTitle: 'Let programs decide?',
    turnOn: 'Turn on and make the token',
    tokenName: 'Decide over the API',
    turnedOff: 'Off. Every operator token was revoked.',
  },

  tokens: {
    title: 'Tokens',
    none: 'No tokens yet. Connect an agent above.',
    name: 'Name',
    kind: 'Kind',
    agent: 'Agent',
    created: 'Created',
    lastUsed: 'Last used',
    never: 'Never',
    actions: 'Actions',
    revoke: 'Revoke',
    revokeNamed: (name: string) => `Revoke ${name}`,
    revoked: 'Revoked',
    revokeTitle: 'Revoke this token?',
    revokeEffect: 'Whoever uses it is refused from now on. This cannot be undone.',
    yes: 'Revoke for good',
    showRevoked: (count: number) => `Show revoked (${count})`,
    hideRevoked: 'Hide revoked',
  },

  auditLog: {
    changeKey: 'Change the key',
    changeKeyDetail:
      'Where somebody may have seen the key, change it. The old key signs that the new one takes its place, so verification goes on through both.',
    keyChanged: 'Changed, and noted in the audit log. Rows are signed from now on by',
    title: 'Audit log',
    keys: {
      opening: 'Looking for the key that signs the audit log.',
      keychain:
        'The audit log is signed with a key that the keychain of this system keeps: other programs cannot sign a forged log.',
      file: 'This system has no keychain, so the key that signs the audit log is a file in the data folder: every program that runs as you can read it, and could sign a forged log.',
      unavailable:
        'The audit log is not being signed: its key cannot be read. Unlock the keychain of this system and start Gatehouse again.',
    },
    fileTrouble: (detail: string) =>
      `The signed checkpoints cannot be written to their file at the moment (${detail}). Nothing is lost: Gatehouse tries again by itself.`,
  },

  about: {
    title: 'About',
    version: 'Version',
    dataFolder: 'Data folder',
    open: 'Open',
    log: 'Log',
    electron: 'Electron',
    chromium: 'Chromium',
    node: 'Node',
    system: 'System',
    unknown: 'Not known',
    reportTitle: 'Report a problem',
    report:
      'Say what you did, what you expected and what happened, and add the versions above and the last lines of the log. Read the lines first: they may name your agents and files. Gatehouse sends nothing by itself.',
    copy: 'Copy the versions',
  },

  contents: 'Parts of Settings',

  shortcut: {
    title: 'Shortcut',
    detail:
      'Brings the most urgent request up in a small window, from every program, also while this window is closed. So does “Decide now” in the tray menu.',
    now: 'Keys',
    none: 'None',
    record: 'Record keys',
    recording: 'Press the keys now. Esc leaves them as they are.',
    unfit:
      'That has a meaning in many programs. Press a letter or digit with two of Ctrl, Alt, Shift and Super, or an F key or Space with one.',
    takeDefault: (keys: string) => `Use ${keys}`,
    turnOff: 'Turn off',
    tryAgain: 'Try again',
    copy: 'Copy the command',
    states: {
      off: 'No keys are set. “Decide now” in the tray menu brings up what waits.',
      taken:
        'Another program, or the desktop, has these keys. Record others, or free them there and try again. Until then “Decide now” in the tray menu does the same.',
      impossible:
        'This desktop (Wayland) lets no program take keys that work everywhere. “Decide now” in the tray menu does the same; or set a shortcut in the keyboard settings of the desktop that runs this command:',
    },
  },

  startup: {
    title: 'Start',
    label: 'Start at login',
    detail: 'Without a window: Gatehouse waits in the tray. Agents that ask before it runs are not heard.',
  },

  data: {
    title: 'Import, export, backup',
    exportTitle: 'Export the state',
    exportDetail:
      'Limits, agents, automations, approvals and spend as one JSON file, which this or another Gatehouse imports. The audit log is not in it: export that under Audit.',
    exportButton: 'Export…',
    exported: 'Exported to',
    importTitle: 'Import a state',
    importDetail: 'All of the file is imported, or nothing of it.',
    importButton: 'Import…',
    conflictTitle: (count: number, name: string) =>
      `${countOf(count, 'thing', 'things')} in ${name} ${count === 1 ? 'is' : 'are'} here already. Nothing was imported yet.`,
    skip: 'Keep what is here',
    replace: 'Replace with the file',
    cancel: 'Import nothing',
    conflicts: 'What is here already',
    section: (section: string) => importSections[section] ?? section,
    problemsTitle: (count: number, name: string) =>
      `${name} was not imported: ${countOf(count, 'problem', 'problems')}. Nothing was changed.`,
    problems: 'Where, and what',
    imported: (name: string) => `${name} was imported.`,
    importedCounts: 'Imported',
    skipped: (count: number) => `${countOf(count, 'thing was', 'things were')} kept as they were here.`,
    replaced: (count: number) => `${countOf(count, 'thing was', 'things were')} replaced.`,
    unknown: (count: number) => `${countOf(count, 'field is', 'fields are')} unknown to Gatehouse and kept aside:`,
    more: (count: number) => `and ${formatNumber(count)} more`,
    nothingNew: 'Nothing in it was new.',
    notRead: (message: string) => `The file could not be read: ${message}`,
    notWritten: (message: string) => `The file was not written: ${message}`,
    backupTitle: 'Back up everything',
    backupDetail: 'A copy of the whole database, the audit log included, as it is at this moment.',
    restore:
      'To restore: quit Gatehouse, put the copy in the place of gatehouse.db in the data folder, and delete gatehouse.db-wal and gatehouse.db-shm beside it. Verify under Audit then says that rows after the backup are missing, because the signed checkpoints know of them.',
    backupButton: 'Back up…',
    backedUp: 'Backed up to',
  },
} as const;

/** What each kind of token is called. */
export const tokenKindNames: Readonly<Record<TokenKind, string>> = {
  operator: 'Operator',
  engine: 'Engine',
  agent: 'Agent',
};

/** A request that works as it is pasted; the file and shell see the secret, so it says where it goes. */
export function curlExample(url: string, secret: string, requesterAgentId: string | undefined): string {
  const body = JSON.stringify({
    request_type: 'tool_call',
    target_resource: { type: 'tool', id: 'shell' },
    rationale: 'Trying out Gatehouse',
    action: { command: 'echo hello' },
  });
  return [
    `curl -sS ${url}/governance/approvals \\`,
    `  -H 'Authorization: Bearer ${secret}' \\`,
    ...(requesterAgentId === undefined ? [] : [`  -H 'x-tandem-agent-id: ${requesterAgentId}' \\`]),
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}
