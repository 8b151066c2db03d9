import { settingsHeadingId } from '../settings/settings-parts';
import { SettingsSection } from '../settings/settings-section';
import { RuleList } from './rule-list';
import { ruleStrings } from './strings-rules';

/** Every standing rule of the desk. */
export function RuleSettings() {
  return (
    <SettingsSection id={settingsHeadingId('rules')} title={ruleStrings.title}>
      <RuleList />
    </SettingsSection>
  );
}
