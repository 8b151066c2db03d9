import { ApiSettings } from '../components/settings-api';
import { AuditLogSettings } from '../components/settings-audit';
import { ConnectSettings } from '../components/settings-connect';
import { SettingsContents } from '../components/settings-contents';
import { DamageSettings } from '../components/settings-damage';
import { DataSettings } from '../components/settings-data';
import { AboutSettings, AppearanceSettings, StartupSettings } from '../components/settings-desk';
import { EngineSettings } from '../components/settings-engines';
import { LimitSettings } from '../components/settings-limits';
import { NotificationSettings } from '../components/settings-notifications';
import { DecideOverApiSettings } from '../components/settings-operator';
import { RuleSettings } from '../components/settings-rules';
import { TokenSettings } from '../components/settings-tokens';
import { useAnswer } from '../state/use-answer';
import { settingsStrings } from '../strings-settings';
import classes from './settings-view.module.css';

/** Settings: how agents reach Gatehouse, who they are and what limits them first, then the app itself. */
export function SettingsView() {
  const tokens = useAnswer('tokens.list', {}, ['tokens']);
  return (
    <div className={classes['scroll']}>
      <SettingsContents />
      <div className={classes['page']}>
        <h1>{settingsStrings.title}</h1>
        <EngineSettings />
        <ConnectSettings onMade={tokens.reload} />
        <TokenSettings answer={tokens} />
        <ApiSettings />
        <DecideOverApiSettings tokens={tokens.value?.tokens} reload={tokens.reload} />
        <RuleSettings />
        <LimitSettings />
        <NotificationSettings />
        <DataSettings />
        <DamageSettings />
        <AppearanceSettings />
        <StartupSettings />
        <AuditLogSettings />
        <AboutSettings />
      </div>
    </div>
  );
}
