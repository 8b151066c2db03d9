import { RuleSettings } from '../rules/settings-rules';
import { useAnswer } from '../state/use-answer';
import { ApiSettings } from './settings-api';
import { AuditLogSettings } from './settings-audit';
import { ConnectSettings } from './settings-connect';
import { SettingsContents } from './settings-contents';
import { DamageSettings } from './settings-damage';
import { DataSettings } from './settings-data';
import { AboutSettings, AppearanceSettings, StartupSettings } from './settings-desk';
import { EngineSettings } from './settings-engines';
import { LimitSettings } from './settings-limits';
import { NotificationSettings } from './settings-notifications';
import { DecideOverApiSettings } from './settings-operator';
import { TokenSettings } from './settings-tokens';
import classes from './settings-view.module.css';
import { settingsStrings } from './strings-settings';

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
