import { z } from 'zod';

/** How dangerous an act is: it only looks, it changes what can be brought back, or it has one of the reasons to be asked about. */
export const riskLevels = ['low', 'normal', 'high'] as const;

/** How dangerous an act is (spec/judgement.md section 1). */
export type RiskLevel = (typeof riskLevels)[number];

/** Why an act is of high risk. */
export const riskKinds = [
  'destroys',
  'sends',
  'secrets',
  'outside',
  'money',
  'installs',
  'escapes',
  'capability',
  'unreadable',
  'unknown_tool',
  'classed',
  'said_by_asker',
] as const;

/** Why an act is of high risk (spec/judgement.md section 1). */
export type RiskKind = (typeof riskKinds)[number];

/** One reason: its kind, what it concerns in words for people, and where in the command it stands, in UTF-16 units from its start. */
export const riskReasonSchema = z.object({
  kind: z.enum(riskKinds),
  what: z.string(),
  span: z.object({ start: z.int().min(0), end: z.int().min(0) }).exactOptional(),
});

/** One reason for a high risk. */
export type RiskReason = Readonly<z.infer<typeof riskReasonSchema>>;

/** What an act is judged to be. */
export const riskSchema = z.object({
  level: z.enum(riskLevels),
  reasons: z.array(riskReasonSchema),
  notes: z.array(z.string()).exactOptional(),
});

/** What an act is judged to be; the reasons are those of a high risk, and empty for any other. */
export type Risk = {
  readonly level: RiskLevel;
  readonly reasons: readonly RiskReason[];
  /** What people should know of it that makes no risk high, in words; absent where there is nothing. */
  readonly notes?: readonly string[];
};

/** One program of a command line as it was understood. */
export type ShellPart = {
  readonly words: readonly string[];
  readonly level: RiskLevel;
  /** Whether its words say all: none is computed or a pattern, nothing is assigned, and no file is written through the shell. */
  readonly isPlain: boolean;
};

/** What an act is judged to be, with what was understood of it. */
export type Judgement = Risk & {
  /** The folder of the project in which it happens, as Gatehouse found it. */
  readonly workspace?: string;
  /** The simple commands in it; `isCut` where there are more. */
  readonly parts: readonly ShellPart[];
  readonly isCut: boolean;
  /** The files and folders that it names, from the root and without links, and as they were given. */
  readonly files: readonly string[];
  /** The files of the workspace that it says it changes, from the root, without links. */
  readonly changes: readonly string[];
};

/** The higher one of two levels. */
export function higherLevel(one: RiskLevel, other: RiskLevel): RiskLevel {
  return riskLevels.indexOf(one) >= riskLevels.indexOf(other) ? one : other;
}
