import { ruleStrings } from '../rules/strings-rules';
import { damageStrings } from '../strings-trouble';
import { connectStrings } from './strings-connect';
import { limitStrings } from './strings-limits';
import { settingsStrings } from './strings-settings';

/** The parts of Settings in their order, each with the subject of a place that goes to it and its title. */
export const settingsParts = [
  ['engines', connectStrings.enginesTitle],
  ['connect', settingsStrings.connect.title],
  ['tokens', settingsStrings.tokens.title],
  ['api', settingsStrings.api.title],
  ['operator', settingsStrings.decideOverApi.title],
  ['rules', ruleStrings.title],
  ['limits', limitStrings.title],
  ['notifications', settingsStrings.notifications.title],
  ['data', settingsStrings.data.title],
  ['damage', damageStrings.title],
  ['appearance', settingsStrings.appearance.title],
  ['startup', settingsStrings.startup.title],
  ['audit', settingsStrings.auditLog.title],
  ['about', settingsStrings.about.title],
] as const;

/** The id of the heading of a part. */
export function settingsHeadingId(part: string): string {
  return `settings-${part}`;
}
