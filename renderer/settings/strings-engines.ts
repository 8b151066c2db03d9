import type { EngineStatus } from '../../shared/contract/connection';
import {
  type AskMode,
  type Engine,
  engineNames,
  type IfUnavailable,
  type Strength,
} from '../../shared/contract/engine';
import { countOf } from '../format';

type Cause = NonNullable<EngineStatus['cause']>;

const causeNames: Readonly<Record<Cause, string>> = {
  hook_removed: 'hook removed',
  hook_changed: 'hook changed',
  older: 'hooks of an older version',
  off: 'hooks turned off',
  untrusted: 'hook not trusted',
  unreadable: 'not readable',
  token: 'token revoked',
  launcher: 'hooks cannot run',
  session: 'a session without hooks',
};

/** What is said about engines and their connections. */
export const connectStrings = {
  enginesTitle: 'Agents on this machine',
  none: 'None of them is connected yet. Connected, each tool call that needs a yes comes to this desk.',
  /** `causes` has one for each that is unguarded. */
  summary: (connected: number, causes: readonly Cause[]) => {
    const all = `${countOf(connected, 'agent', 'agents')} connected`;
    const why = [...new Set(causes.map((cause) => causeNames[cause]))].join(', ');
    return causes.length === 0 ? all : `${all}, ${causes.length} unguarded (${why})`;
  },
  states: {
    not_found: 'Not found',
    not_connected: 'Not connected',
    connected: 'Connected',
    unguarded: 'Unguarded',
  },
  asks: 'Asks as',
  since: 'Connected',
  lastSeen: 'Last seen',
  strength: 'If the hook fails',
  /** What becomes of a call whose hook cannot run, and how that is changed; the plugin of opencode always blocks it. */
  strengthOf: (engine: Engine, strength: Strength) => {
    if (engine === 'opencode') return 'The tool call is blocked';
    return strength === 'user' ? 'The engine goes its own way' : 'The tool call is blocked';
  },
  strengthChange: 'change it with:',
  /** The command that makes it the other way. */
  strengthCommand: (engine: Engine, strength: Strength) =>
    `gatehouse connect ${engine} --strength ${strength === 'user' ? 'fail-closed' : 'user'}`,
  never: 'Not yet',
  spend: 'Spend',
  spendOpen: 'This week',
  files: 'Files',
  filesToCome: 'Changes',
  preview: 'What will change',
  previewAsks:
    'Its hooks are added, which tell this desk of each tool call: you are asked about what it would ask itself, and about high risk in every mode. Each file is backed up first, and Remove puts it back, byte for byte.',
  nextStep: (engine: Engine) =>
    `Next: start ${engine} in a project and ask it to change a file. Its question comes to this desk.`,
  connect: 'Connect',
  repair: 'Repair',
  test: 'Test',
  remove: 'Remove',
  named: (verb: string, engine: Engine) => `${verb} ${engineNames[engine]}`,
  notFoundDetail: (engine: Engine) =>
    `There is no ${engineNames[engine]} on this machine that Gatehouse can see. You can connect it all the same.`,
  removeQuestion: 'Put its files back as they were and revoke its token?',
  removeYes: 'Remove for good',
  hookTitle: 'When it asks',
  askMode: 'Asks you about',
  askModeChoices: {
    high: 'High risk only',
    engine: 'What it would ask, and high risk',
    changes: 'All that may change something',
    all: 'Every tool call',
  } satisfies Record<AskMode, string>,
  askModeDetails: {
    high: 'Everything else is left to the engine, which may ask in its terminal.',
    engine: 'What the engine itself would ask about comes here. High risk comes here in every mode of the engine.',
    changes: 'Only what just looks at something goes on without you, whatever mode the engine is in.',
    all: 'Reading a file too. This is for an engine that you do not know yet.',
  } satisfies Record<AskMode, string>,
  ifUnavailable: 'If Gatehouse does not answer',
  ifUnavailableChoices: {
    prompt: 'It asks by itself, or does nothing',
    block: 'The tool call is blocked',
    allow: 'The tool call goes on',
  } satisfies Record<IfUnavailable, string>,
  allowWarning: 'While Gatehouse is not running, nobody is asked.',
  hold: 'Wait for your answer',
  holdUnit: 'seconds',
  holdInvalid: (most: number) => `Give a whole number from 0 to ${most}.`,
  checks: 'What was tried',
  ok: 'OK',
  note: 'Note',
  notOk: 'Not OK',
  close: 'Close',
  pairing: {
    title: (engine: Engine) => `${engineNames[engine]} wants to connect`,
    before: 'A program on this machine asks for it, as agent',
    after: 'Connect only if you started it and your terminal shows this code:',
    known: 'There is an agent of this name already: what this one asks will look like that one’s.',
    parent: 'Parent agent (optional)',
    parentDetail: 'The agent it works for: it is charged what this one spends, and pausing it stops this one.',
    connect: 'Connect',
    refuse: 'Refuse',
    failed: (why: string) => `Not connected: ${why}`,
  },
  unguarded: {
    title: (engine: Engine) => `${engineNames[engine]} is unguarded`,
    open: 'Open Settings',
  },
} as const;
