import { ApiSettings } from '../components/settings-api';
import { AuditLogSettings } from '../components/settings-audit';
import { ConnectSettings } from '../components/settings-connect';
import { AboutSettings, AppearanceSettings, NotificationSettings } from '../components/settings-desk';
import { DecideOverApiSettings } from '../components/settings-operator';
import { TokenSettings } from '../components/settings-tokens';
import { useTokens } from '../state/use-tokens';
import { settingsStrings } from '../strings-settings';
import classes from './settings-view.module.css';

/** Settings: how agents reach Gatehouse and who they are first, then the app itself. */
export function SettingsView() {
  const tokens = useTokens();
  return (
    <div className={classes['scroll']}>
      <div className={classes['page']}>
        <h1>{settingsStrings.title}</h1>
        <ConnectSettings onMade={tokens.reload} />
        <TokenSettings {...tokens} />
        <ApiSettings />
        <DecideOverApiSettings {...tokens} />
        <NotificationSettings />
        <AppearanceSettings />
        <AuditLogSettings />
        <AboutSettings />
      </div>
    </div>
  );
}
