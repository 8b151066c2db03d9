import { Title } from '@mantine/core';
import { type MouseEvent, useEffect } from 'react';
import { RuleList } from '../rules/rule-list';
import { useAnswer } from '../state/answers';
import { useDesk, useDeskParts } from '../state/desk-context';
import classes from './settings.module.css';
import { ApiSettings } from './settings-api';
import { DataSettings } from './settings-data';
import { AboutSettings, AppearanceSettings, AuditLogSettings, DamageSettings, StartupSettings } from './settings-desk';
import { EngineSettings } from './settings-engines';
import { LimitSettings } from './settings-limits';
import { NotificationSettings } from './settings-notifications';
import { SettingsSection, settingsHeadingId, settingsParts } from './settings-section';
import { ShortcutSettings } from './settings-shortcut';
import { ConnectSettings, DecideOverApiSettings, TokenSettings } from './settings-tokens';
import { TrustSettings } from './settings-trust';
import { settingsStrings } from './strings-settings';

/** Settings: the engines and how the desk behaves first, then what agents may, how others reach Gatehouse, and its data. */
export function SettingsView() {
  const tokens = useAnswer('tokens.list', {}, ['tokens']);
  return (
    <div className={classes['scroll']}>
      <SettingsContents />
      <div className={classes['page']}>
        <Title order={1} size="1.3rem" mb={16}>
          {settingsStrings.title}
        </Title>
        <EngineSettings />
        <NotificationSettings />
        <ShortcutSettings />
        <AppearanceSettings />
        <StartupSettings />
        <SettingsSection part="rules">
          <RuleList />
        </SettingsSection>
        <TrustSettings />
        <LimitSettings />
        <ConnectSettings onMade={tokens.reload} />
        <TokenSettings answer={tokens} />
        <ApiSettings />
        <DecideOverApiSettings tokens={tokens.value?.tokens} reload={tokens.reload} />
        <DataSettings />
        <DamageSettings />
        <AuditLogSettings />
        <AboutSettings />
      </div>
    </div>
  );
}

/** The parts of Settings, to go to. The place says which one the operator was sent to; its heading then has the focus. */
function SettingsContents() {
  const { actions } = useDeskParts();
  const subject = useDesk(({ place }) => (place.view === 'settings' ? place.subject : undefined));
  useEffect(() => {
    // The fields that `connect` and `port` go to take the focus themselves.
    if (subject !== undefined && subject !== 'connect') goTo(subject);
  }, [subject]);
  const follow = (event: MouseEvent, part: string) => {
    event.preventDefault();
    if (part === subject || part === 'connect') goTo(part);
    actions.show('settings', part);
  };
  return (
    <nav className={classes['contents']} aria-label={settingsStrings.contents}>
      <ul>
        {settingsParts.map(([part, title]) => (
          <li key={part}>
            <a
              href={`#${settingsHeadingId(part)}`}
              aria-current={part === subject}
              onClick={(event) => follow(event, part)}
            >
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function goTo(part: string): void {
  const heading = document.getElementById(settingsHeadingId(part));
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}
