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
import { useTokens } from '../state/use-tokens';
import { settingsStrings } from '../strings-settings';
import classes from './settings-view.module.css';

/** Settings: how agents reach Gatehouse, who they are and what limits them first, then the app itself. */
export function SettingsView() {
  const tokens = useTokens();
  return (
    <div className={classes['scroll']}>
      <SettingsContents />
      <div className={classes['page']}>
        <h1>{settingsStrings.title}</h1>
        <EngineSettings />
        <ConnectSettings onMade={tokens.reload} />
        <TokenSettings {...tokens} />
        <ApiSettings />
        <DecideOverApiSettings {...tokens} />
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
