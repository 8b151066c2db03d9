import type { StoreTroubleKind } from '../../shared/contract/desk-contract';

/** What to tell the operator when the database cannot be used: what happened, what that means, what to do. */
type TroubleText = { readonly title: string; readonly meaning: string; readonly steps: readonly string[] };

/** What to tell the operator about each trouble with the database; no step loses data without saying so. */
export const troubleTexts: Readonly<Record<StoreTroubleKind, TroubleText>> = {
  damaged: {
    title: 'The database is damaged',
    meaning:
      'Gatehouse has stopped before it could make it worse. Nothing was changed or repaired, and agents are told to wait.',
    steps: [
      'Quit Gatehouse, then copy the whole data folder to a safe place.',
      'If you have a backup of the folder, put it back and try again. What was asked and decided since that backup is then missing.',
      'If you have none, keep the copy: with the sqlite3 tool, “.recover” often saves most of what is in it.',
    ],
  },
  newer_version: {
    title: 'The database was written by a newer Gatehouse',
    meaning: 'This version does not know the newer form, so it leaves the database alone. Nothing is lost.',
    steps: ['Quit this version.', 'Start or install the newer Gatehouse, at least the version that was used last.'],
  },
  unknown_history: {
    title: 'The database has a history that this Gatehouse does not know',
    meaning:
      'Its record of upgrades does not match the ones that this version made, so it is not touched. Nothing is lost.',
    steps: [
      'Look whether the path below is the database that you mean; GATEHOUSE_HOME may point to another folder.',
      'If another build of Gatehouse made it, start that build.',
      'If it was copied or edited by hand, put the original back and try again.',
    ],
  },
  locked: {
    title: 'Another program is using the database',
    meaning: 'Only one Gatehouse at a time may write to it. Nothing is lost.',
    steps: [
      'Look for another Gatehouse, for example of another user or started from a terminal, and quit it.',
      'Close database tools and pause backup or sync programs that have the file open.',
      'Then try again.',
    ],
  },
  disk_full: {
    title: 'The disk is full',
    meaning: 'Gatehouse cannot record anything, so it decides nothing. What was recorded is safe.',
    steps: [
      'Free some space on the disk that holds the data folder, without deleting anything in that folder.',
      'Then try again.',
    ],
  },
  missing: {
    title: 'The database is gone',
    meaning:
      'It was here before. Gatehouse does not make an empty one in its place, because its history would then be lost without a word.',
    steps: [
      'If the data folder is on a drive or a share that is not connected, connect it.',
      'If the folder or the file was moved or renamed, move it back.',
      'If it was deleted, look in the trash or put back a backup. What was asked and decided since that backup is then missing.',
      'Then try again.',
    ],
  },
  taken_away: {
    title: 'The database was taken away while Gatehouse runs',
    meaning:
      'Its files are no longer where they were. Gatehouse records nothing from here on, because that would be lost with them, and it writes nothing into a folder that took their place. Agents are told to wait.',
    steps: [
      'If the data folder is on a drive or a share that is not connected, connect it.',
      'If the folder or a file in it was moved or renamed, move it back: Gatehouse then goes on by itself.',
      'If it was deleted, look in the trash; otherwise quit, and put back a backup. What was asked and decided since that backup is then missing.',
    ],
  },
  changes_lost: {
    title: 'The disk has lost changes',
    meaning:
      'What was recorded last is not in the database any more: its write-ahead log was removed after a crash, or an older copy was put in its place. Gatehouse has changed and repaired nothing, and agents are told to wait.',
    steps: [
      'Quit Gatehouse, then copy the whole data folder to a safe place.',
      'If the file that ends in “-wal”, or a newer copy of the database, can be found, put it back in the folder, and try again.',
      'Otherwise go on without what is missing. Agents may have done what was approved in that time, and spent what was counted in it; what was decided in it has to be decided again.',
    ],
  },
  not_permitted: {
    title: 'Gatehouse may not open the database',
    meaning: 'The system refuses to let it read or write the file or its folder. Nothing is lost.',
    steps: [
      'Show the data folder and look who owns it; your user must be able to read and write the folder and every file in it.',
      'On a read-only disk, move the folder to one that can be written, or start Gatehouse with GATEHOUSE_HOME set to such a folder.',
      'Then try again.',
    ],
  },
  unreadable: {
    title: 'The database cannot be read',
    meaning: 'The disk or the system answered with an error, which may pass. Gatehouse has changed nothing.',
    steps: [
      'If the data folder is on a drive or a share, look whether it is connected and awake.',
      'Try again.',
      'If it stays so, copy the data folder to a safe place and check the disk.',
    ],
  },
};

/** The rest of the trouble view. */
export const troubleStrings = {
  whatToDo: 'What to do',
  path: 'Database',
  detail: 'Detail',
  tryAgain: 'Try again',
  showFolder: 'Show data folder',
  quit: 'Quit',
  stillTrouble: 'Tried again: it is still so.',
  goOn: 'Go on without them',
  /** How much is missing, and since when. */
  missing: (changes: string, after: string | undefined) =>
    `Missing: at least ${changes}, ${after === undefined ? 'all that was ever recorded' : `after ${after}`}.`,
} as const;

/** What to tell the operator when the database can be used but for some of its rows. */
export const damageStrings = {
  title: 'Damaged rows',
  none: 'Every row of the database that Gatehouse has looked at can be read.',
  found: (count: number) =>
    count === 1 ? 'One row of the database is damaged' : `${count} rows of the database are damaged`,
  meaning:
    'Gatehouse leaves them as they are, and leaves them out of its lists. What they allowed, they allow no more; an agent whose row is damaged counts as paused, and a run as running until its engine stops it. Pausing and deciding work as before.',
  steps: [
    'Quit Gatehouse, then copy the whole data folder to a safe place.',
    'Put a backup of the folder back that was made before the damage. What was asked and decided since then is missing in it.',
    'Damaged limits can be set anew under Limits; until then agents create nothing.',
    'Look after the disk: damage seldom comes alone.',
  ],
  show: 'Show what is damaged',
  more: (count: number) => `And ${count} more.`,
} as const;

/** What the palette says. */
export const paletteStrings = {
  label: 'Go to or do',
  placeholder: 'Find an agent, session, file, command or action',
  actions: 'Go to or do',
  requests: 'Requests',
  nothing: 'Nothing has these words.',
  pausing: 'Pause or resume',
  pause: (agent: string) => `Pause ${agent}`,
  resume: (agent: string) => `Resume ${agent}`,
  connect: 'Connect an agent',
  rules: 'Standing rules',
  pauseAll: {
    label: 'Pause all agents',
    title: 'Pause all agents?',
    effect:
      'Every agent is paused, all their running runs are stopped, and nobody creates automations. “Resume all” undoes this; runs stay stopped until you resume them.',
  },
  resumeAll: {
    label: 'Resume all agents',
    title: 'Resume all agents?',
    effect: 'The agents that “Pause all” paused may work again. Agents that you paused one by one stay paused.',
  },
  reason: 'Reason (optional, goes into the audit log)',
} as const;
