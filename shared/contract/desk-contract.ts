import { z } from 'zod';
import { agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { type Place, placeSchema } from '../kernel/place';
import { unreadableRowSchema } from '../kernel/unreadable';
import { DEFAULT_SHORTCUT, shortcutSchema } from '../shortcut';
import type { Topic } from '../topics';
import type { ApprovalOutcome, ListedApproval } from './approval';
import {
  changedEngineSchema,
  checkSchema,
  enginePreviewSchema,
  engineSchema,
  engineStatusSchema,
  hookSettingsSchema,
  pairingSchema,
} from './connection';
import {
  kindsOffAtFirst,
  minuteOfDaySchema,
  muteChoices,
  notificationKinds,
  notificationSwitchesSchema,
  pushOutcomeSchema,
  pushSettingsSchema,
  quietHoursSchema,
} from './notifications';

/** What the operator prefers about the app itself; kept by electron-store, no governance data. */
export const preferencesSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  areNotificationsOn: z.boolean(),
  /** Which kinds are shown while notifications are on. */
  notificationKinds: notificationSwitchesSchema,
  quietHours: quietHoursSchema,
  /** Until when notifications are muted; null, or an instant that is over, is not muted. */
  mutedUntilMs: instantSchema.nullable(),
  /** Notifications of their own that may come up within a minute; what is more goes into one summary. */
  notificationsPerMinute: z.int().min(1).max(60),
  /** Whether the tray says how many requests wait, or only that some do. */
  isCountShownInTray: z.boolean(),
  /** The minute of the local day at which the digest of the day comes, where that is chosen. */
  digestMinute: minuteOfDaySchema,
  push: pushSettingsSchema,
  port: z.int().min(0).max(65_535),
  /** How long a decision by one key can be taken back before it is sent, in milliseconds; 0 sends it at once. */
  undoMs: z.int().min(0).max(10_000),
  /** What opens the popover from every program; empty for nothing. */
  decideShortcut: shortcutSchema,
});

/** What the operator prefers about the app itself. */
export type Preferences = Readonly<z.infer<typeof preferencesSchema>>;

/** What holds until the operator changes it, and in place of what makes no sense. */
export const defaultPreferences: Preferences = {
  theme: 'system',
  areNotificationsOn: true,
  notificationKinds: notificationSwitchesSchema.parse(
    Object.fromEntries(notificationKinds.map((kind) => [kind, !kindsOffAtFirst.includes(kind)])),
  ),
  quietHours: { isOn: false, fromMinute: 22 * 60, toMinute: 7 * 60, days: [0, 1, 2, 3, 4, 5, 6] },
  mutedUntilMs: null,
  notificationsPerMinute: 20,
  isCountShownInTray: true,
  digestMinute: 18 * 60,
  push: { isOn: false, kind: 'ntfy', url: '', areActsSent: false },
  port: 4_780,
  undoMs: 1_000,
  decideShortcut: DEFAULT_SHORTCUT,
};

/** What keeps the database from being used (see electron/kernel/store/trouble.ts for when each is found). */
export const storeTroubleKinds = [
  'damaged',
  'newer_version',
  'unknown_history',
  'locked',
  'disk_full',
  'missing',
  'taken_away',
  'changes_lost',
  'not_permitted',
  'unreadable',
] as const;

/** What keeps the database from being used. */
export type StoreTroubleKind = (typeof storeTroubleKinds)[number];

/** Rows that cannot be read that the window shows at most. */
export const MOST_UNREADABLE_SHOWN = 50;

const decideShortcutSchema = z.object({
  /** `off` by choice; `taken` where the system gave it to another program; `impossible` on a desktop that has none for programs. */
  state: z.enum(['on', 'off', 'taken', 'impossible']),
  /** What does the same when a shortcut of the desktop's own runs it. */
  command: z.string(),
});

/** Whether the preferred shortcut opens the popover. */
export type DecideShortcutStatus = Readonly<z.infer<typeof decideShortcutSchema>>;

/** How the app is: where the API listens, and what is wrong, each with a sentence on what to do. */
export const deskStatusSchema = z.object({
  version: z.string(),
  dataFolder: z.string(),
  api: z.discriminatedUnion('state', [
    z.object({ state: z.literal('starting') }),
    z.object({ state: z.literal('listening'), url: z.string() }),
    z.object({
      state: z.literal('failed'),
      port: z.int(),
      reason: z.enum(['port_taken', 'other']),
      message: z.string(),
    }),
  ]),
  store: z.discriminatedUnion('state', [
    z.object({ state: z.literal('open') }),
    z.object({
      state: z.literal('trouble'),
      kind: z.enum(storeTroubleKinds),
      databasePath: z.string(),
      detail: z.string(),
      /** Of `changes_lost`: how many are missing at least, and after which instant; without one, all are. */
      loss: z.object({ atLeast: z.int(), afterMs: instantSchema.exactOptional() }).exactOptional(),
    }),
  ]),
  /** How checkpoints of the audit log are signed and kept (spec/governance.md section 13). */
  checkpoints: z.object({
    /** Who keeps the key; `unavailable` when there is one that cannot be used, so that nothing is signed. */
    key: z.enum(['opening', 'keychain', 'file', 'unavailable']),
    /** Why the file outside the database cannot be written at the moment; it is tried again. */
    fileTrouble: z.string().optional(),
  }),
  /** Rows of the database that are damaged and were left as they are: how many are known of, and the first of them. */
  unreadable: z.object({ count: z.int(), first: z.array(unreadableRowSchema) }),
  /** Whether the launcher gave this run a token that may decide over the API. */
  canLauncherDecide: z.boolean(),
  /** Whether closing the window leaves the app reachable in a tray. */
  hasTray: z.boolean(),
  areNotificationsPossible: z.boolean(),
  decideShortcut: decideShortcutSchema,
  engines: z.array(engineStatusSchema),
  /** Programs that wait to be connected, the oldest first. */
  pairings: z.array(pairingSchema),
});

/** How the app is. */
export type DeskStatus = Readonly<z.infer<typeof deskStatusSchema>>;

const nothing = z.strictObject({});

const lineSchema = z.int().min(1);

const wordsSchema = z.object({
  text: z.string(),
  /** Whether there is more of it. */
  isCut: z.boolean(),
  atMs: instantSchema.exactOptional(),
});

/** What somebody said in a session. */
export type Words = Readonly<z.infer<typeof wordsSchema>>;

const lastWordsSchema = z.object({
  /** The session that a request comes from; absent where none does. */
  runId: z.string().exactOptional(),
  /** What the operator asked last; absent where the transcript does not say. */
  operator: wordsSchema.exactOptional(),
  /** What the agent said since then. */
  agent: wordsSchema.exactOptional(),
});

/** What was said last in the session that a request comes from. */
export type LastWords = Readonly<z.infer<typeof lastWordsSchema>>;

const fileOfActSchema = z.object({
  isThere: z.boolean(),
  /** Of one that is to be written whole: what is in it now. */
  content: z.string().exactOptional(),
  /** In which lines, from 1, each piece of the change begins before and after; null where that is not certain. */
  starts: z.array(z.object({ before: lineSchema, after: lineSchema }).nullable()),
});

/** What the disk says of a file that an act would change. */
export type FileOfAct = Readonly<z.infer<typeof fileOfActSchema>>;

/** A file that the operator was asked to choose. */
const savedFileSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('saved'), path: z.string() }),
  z.object({ state: z.literal('cancelled') }),
  z.object({ state: z.literal('failed'), message: z.string() }),
]);

/** What became of a file that the operator was asked to choose. */
export type SavedFile = Readonly<z.infer<typeof savedFileSchema>>;

const aboutSchema = z.object({
  electron: z.string(),
  chromium: z.string(),
  node: z.string(),
  /** The operating system, its release and the processor. */
  system: z.string(),
  logPath: z.string(),
});

const loginStartSchema = z.object({
  isOn: z.boolean(),
  /** Why it could not be changed, or why it is not known. */
  problem: z.string().exactOptional(),
});

/** Whether Gatehouse starts when the operator logs in. */
export type LoginStart = Readonly<z.infer<typeof loginStartSchema>>;

/** What the window can ask of the app itself, over IPC only; the same form as the contract's rows. */
export const deskContract = {
  'desk.status': { input: nothing, output: deskStatusSchema },
  'desk.preferences': { input: nothing, output: preferencesSchema },
  'desk.setPreferences': { input: preferencesSchema.partial().strict(), output: preferencesSchema },
  /** Says what the operator has before them, so that nothing is notified that is on the screen. */
  'desk.showing': { input: z.strictObject({ place: placeSchema }), output: nothing },
  /** Brings the window up, on a request or a place if one is named, and takes the popover away. */
  'desk.openWindow': {
    input: z.strictObject({
      approvalId: z.string().max(100).exactOptional(),
      place: placeSchema.exactOptional(),
    }),
    output: nothing,
  },
  'desk.hidePopover': { input: nothing, output: nothing },
  'desk.retryStore': { input: nothing, output: deskStatusSchema },
  /** Goes on without the changes that the trouble `changes_lost` tells of; the audit log says so from then on. */
  'desk.acceptLoss': { input: nothing, output: deskStatusSchema },
  'desk.retryApi': { input: nothing, output: deskStatusSchema },
  'desk.openDataFolder': { input: nothing, output: nothing },
  /** What the disk says of the files that a waiting act would change, in their order; null where nothing is said. */
  'desk.filesOfAct': {
    input: z.strictObject({ approvalId: z.string().max(100) }),
    output: z.object({ files: z.array(fileOfActSchema.nullable()) }),
  },
  /** What the operator and the agent said last in the session that a request comes from, by its transcript on this machine. */
  'desk.lastWords': { input: z.strictObject({ approvalId: z.string().max(100) }), output: lastWordsSchema },
  'desk.copyText': { input: z.strictObject({ text: z.string().max(100_000) }), output: nothing },
  /** Asks the operator where to, and writes a text file there. */
  'desk.saveText': {
    input: z.strictObject({
      /** A file name without a folder. */
      suggestedName: z.string().regex(/^[\w][\w. -]{0,99}$/),
      text: z.string().max(20_000_000),
    }),
    /** Not saved without a problem: the operator thought better of it. */
    output: z.object({ isSaved: z.boolean(), problem: z.string().exactOptional() }),
  },
  /** Asks where to, then writes the audit log, its checkpoints and keys there, and beside it a script that verifies them. */
  'desk.exportAudit': {
    input: nothing,
    output: z.discriminatedUnion('state', [
      z.object({ state: z.literal('saved'), path: z.string(), scriptPath: z.string(), rows: z.int() }),
      z.object({ state: z.literal('cancelled') }),
      z.object({ state: z.literal('failed'), message: z.string() }),
    ]),
  },
  /** Ends the window's `audit.verify` (it is then refused with AUDIT_CANCELLED) and `desk.exportAudit` that are under way. */
  'desk.cancelAudit': { input: nothing, output: nothing },
  /** Has the key that signs the audit log (section 13) give its place to a new one; `problem` says why it did not. */
  'desk.rotateSigningKey': {
    input: nothing,
    output: z.object({ publicKey: z.string().exactOptional(), problem: z.string().exactOptional() }),
  },
  /** Sends a push now, whether or not anything waits, and answers how that went. */
  'desk.testPush': { input: nothing, output: pushOutcomeSchema },
  'desk.pushOutcome': { input: nothing, output: pushOutcomeSchema },
  'desk.mute': { input: z.strictObject({ until: z.enum(muteChoices) }), output: preferencesSchema },
  /** What this Gatehouse is made of, for the operator to name when they report something. */
  'desk.about': { input: nothing, output: aboutSchema },
  'desk.loginStart': { input: nothing, output: loginStartSchema },
  'desk.setLoginStart': { input: z.strictObject({ isOn: z.boolean() }), output: loginStartSchema },
  /** Asks where to, then writes the whole state there, as `state.import` reads it. */
  'desk.exportState': { input: nothing, output: savedFileSchema },
  /** Asks where to, then writes a copy of the whole database there, while Gatehouse goes on working. */
  'desk.backUp': { input: nothing, output: savedFileSchema },
  /** Asks for a state file, and answers what is in it; nothing is imported yet. */
  'desk.openStateFile': {
    input: nothing,
    output: z.discriminatedUnion('state', [
      z.object({ state: z.literal('opened'), name: z.string(), text: z.string() }),
      z.object({ state: z.literal('cancelled') }),
      z.object({ state: z.literal('failed'), message: z.string() }),
    ]),
  },
  /** Looks again whether the engines' configurations are as they were left; the status says what was found. */
  'desk.lookAtEngines': { input: nothing, output: nothing },
  /** What `desk.connectEngine` would change; changes nothing. */
  'desk.previewEngine': { input: z.strictObject({ engine: engineSchema }), output: enginePreviewSchema },
  /** Writes the hook and the MCP server into an engine's configuration; also repairs. */
  'desk.connectEngine': { input: z.strictObject({ engine: engineSchema }), output: changedEngineSchema },
  'desk.disconnectEngine': { input: z.strictObject({ engine: engineSchema }), output: changedEngineSchema },
  /** Tries a connection out: the token, the hook's command, a request. */
  'desk.testEngine': {
    input: z.strictObject({ engine: engineSchema }),
    output: z.object({ checks: z.array(checkSchema) }),
  },
  'desk.setEngineHook': {
    input: z.strictObject({ engine: engineSchema, hook: hookSettingsSchema }),
    output: changedEngineSchema,
  },
  /** The operator's answer to a program that asks to be connected. */
  'desk.answerPairing': {
    input: z.strictObject({
      connectionId: z.string().max(100),
      isAccepted: z.boolean(),
      /** The agent that the new one works for; only of one that is accepted. */
      parentAgentId: agentIdSchema.exactOptional(),
    }),
    output: z.object({ problem: z.string().exactOptional() }),
  },
  'desk.quit': { input: nothing, output: nothing },
} as const satisfies Record<string, { input: z.ZodObject; output: z.ZodType }>;

/** The name of a row of the desk's own contract. */
export type DeskName = keyof typeof deskContract;

/** What a caller passes as input of a row. */
export type DeskInputOf<N extends DeskName> = z.input<(typeof deskContract)[N]['input']>;

/** The answer of a row. */
export type DeskOutputOf<N extends DeskName> = z.output<(typeof deskContract)[N]['output']>;

/** Whether this is the name of a row of the desk's own contract. */
export function isDeskName(name: string): name is DeskName {
  return Object.hasOwn(deskContract, name);
}

/**
 * What the main process pushes to the window. `approvals` is a patch: the approvals that came with the commits after
 * `previousSeq` up to `seq`, and what became of others. Its `topics`, or those of `changed`, name what else the open view may want to
 * ask for again. `pulse` comes every `PULSE_INTERVAL_MS`, so that silence means that the window is out of touch.
 */
export type DeskPush =
  | {
      readonly kind: 'approvals';
      readonly previousSeq: number;
      readonly seq: number;
      readonly waitingCount: number;
      readonly approvals: readonly ListedApproval[];
      readonly outcomes: readonly ApprovalOutcome[];
      readonly topics: readonly Topic[];
    }
  | { readonly kind: 'changed'; readonly topics: readonly Topic[] }
  | { readonly kind: 'status'; readonly status: DeskStatus }
  | { readonly kind: 'preferences'; readonly preferences: Preferences }
  | { readonly kind: 'open'; readonly approvalId: string }
  | { readonly kind: 'show'; readonly place: Place }
  /** The popover is on the screen, on a request if one is named, or no more. */
  | { readonly kind: 'popover'; readonly isShown: boolean; readonly approvalId?: string }
  /** What was just done, for the operator to read in passing. */
  | { readonly kind: 'told'; readonly title: string; readonly body: string }
  /** How far the window's `audit.verify` or `desk.exportAudit` is; comes a few times a second while one is under way. */
  | {
      readonly kind: 'auditProgress';
      readonly task: 'verify' | 'export';
      readonly rows: number;
      readonly ofRows: number;
    }
  | { readonly kind: 'pulse'; readonly seq: number };
