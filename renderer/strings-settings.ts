import type { TokenKind } from '../shared/token';

/** What Settings says. */
export const settingsStrings = {
  title: 'Settings',
  loading: 'Loading',
  failed: (sentence: string) => `Not changed. ${sentence}`,

  appearance: {
    title: 'Appearance',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
  },

  notifications: {
    title: 'Notifications',
    on: 'Notify me of new requests',
    detail: 'With Approve and Deny buttons where the system has them. The queue and the tray show requests either way.',
    impossible:
      'This system shows no notifications at the moment: no notification service answers. The queue and the tray still show every request.',
    noTray: 'This desktop has no tray: closing the window minimises Gatehouse instead of hiding it.',
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
    changePort: 'Change port',
    tryAgain: 'Try again',
    changed: (url: string) => `Agents now reach Gatehouse at ${url}`,
    elsewhere: (url: string) =>
      `Saved. Gatehouse still listens at ${url}, because it was started with a port of its own (GATEHOUSE_PORT).`,
    copy: 'Copy the address',
  },

  connect: {
    title: 'Connect',
    agentTitle: 'Connect an agent',
    agentDetail: 'The token speaks for this one agent. It can ask, wait and withdraw; it can never decide.',
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
    nameNeeded: 'Give it a name.',
    agentIdNeeded: 'Give the agent an id.',
    tooLong: 'At most 200 characters.',
    make: 'Make a token',
  },

  secret: {
    title: 'Your new token, shown once',
    detail: 'Copy it now: Gatehouse keeps only a fingerprint of it and cannot show it again.',
    copy: 'Copy the token',
    copied: 'Copied',
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
    turnOn: 'Turn on and make the token',
    keepOff: 'Leave it off',
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
    confirm: 'Revoke this token? Whoever uses it is refused from now on. This cannot be undone.',
    yes: 'Revoke for good',
    no: 'Keep it',
    failed: 'The tokens could not be loaded.',
    showRevoked: (count: number) => `Show revoked (${count})`,
    hideRevoked: 'Hide revoked',
  },

  auditLog: {
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
