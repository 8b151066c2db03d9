import { z } from 'zod';
import { instantSchema } from '../kernel/instant';

/** What a notification can be about, and what can be turned off one by one (issue 4, Notifications). */
export const notificationKinds = [
  'request',
  'spend_warning',
  'hard_stop',
  'review',
  'expiry',
  'agent_stopped',
  'api_trouble',
  'digest',
] as const;

/** What a notification is about. */
export type NotificationKind = (typeof notificationKinds)[number];

/** Kinds that are off until the operator chooses them. */
export const kindsOffAtFirst: readonly NotificationKind[] = ['digest'];

/** For each kind whether it is shown. */
export const notificationSwitchesSchema = z.record(z.enum(notificationKinds), z.boolean());

/** How long the operator can mute notifications for. */
export const muteChoices = ['hour', 'tomorrow', 'off'] as const;

/** How long notifications are muted for. */
export type MuteChoice = (typeof muteChoices)[number];

/** A minute of the local day. */
export const minuteOfDaySchema = z.int().min(0).max(1_439);

/**
 * Hours of the local day in which only hard stops are shown. They begin on `days` (0 is Sunday) at `fromMinute` of the day
 * and end at the next `toMinute`, which may be on the day after; the same minute for both is a whole day.
 */
export const quietHoursSchema = z.object({
  isOn: z.boolean(),
  fromMinute: minuteOfDaySchema,
  toMinute: minuteOfDaySchema,
  days: z.array(z.int().min(0).max(6)).max(7),
});

/** Hours of the local day in which only hard stops are shown. */
export type QuietHours = Readonly<z.infer<typeof quietHoursSchema>>;

/** How a push is said: as ntfy takes it, or as JSON to any program. */
export const pushKinds = ['ntfy', 'webhook'] as const;

/** That something waits is pushed through an address of the operator's own, where they give one; off at first. */
export const pushSettingsSchema = z.object({
  isOn: z.boolean(),
  kind: z.enum(pushKinds),
  /** Empty while none was given; what is wrong with one, `shared/push-address.ts` says. */
  url: z.string().max(2_000),
  /** Whether what the requests are about is sent too. */
  areActsSent: z.boolean(),
});

/** That something waits is pushed through an address of the operator's own. */
export type PushSettings = Readonly<z.infer<typeof pushSettingsSchema>>;

/** How the last push went: why it was not taken, where it was not; nothing before the first. */
export const pushOutcomeSchema = z.object({ atMs: instantSchema.exactOptional(), problem: z.string().exactOptional() });

/** How the last push went. */
export type PushOutcome = Readonly<z.infer<typeof pushOutcomeSchema>>;
