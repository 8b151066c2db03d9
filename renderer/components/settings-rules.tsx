import { settingsHeadingId } from '../settings-parts';
import { ruleStrings } from '../strings-rules';
import { RuleList } from './rule-list';
import { SettingsSection } from './settings-section';

/** Every standing rule of the desk. */
export function RuleSettings() {
  return (
    <SettingsSection id={settingsHeadingId('rules')} title={ruleStrings.title}>
      <RuleList />
    </SettingsSection>
  );
}
