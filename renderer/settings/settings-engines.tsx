import { useEffect } from 'react';
import { useDesk, useDeskParts } from '../state/desk-context';
import { EngineRow } from './engine-row';
import classes from './settings-engines.module.css';
import { SettingsSection } from './settings-section';
import { connectStrings as words } from './strings-connect';

/** The engines of this machine: whether each is connected and guarded, and what can be done about it. */
export function EngineSettings() {
  const { desk } = useDeskParts();
  const engines = useDesk((state) => state.status?.engines);
  useEffect(() => {
    // Somebody may have changed a configuration a moment ago; what is found comes with the status.
    void desk.request('desk.lookAtEngines', {});
  }, [desk]);
  const connected = engines?.filter(({ state }) => state !== 'not_connected') ?? [];
  const causes = connected.flatMap(({ cause }) => cause ?? []);
  return (
    <SettingsSection id="settings-engines" title={words.enginesTitle}>
      <p className={classes['summary']} data-bad={causes.length > 0} role="status">
        {connected.length === 0 ? words.none : words.summary(connected.length, causes)}
      </p>
      <ul className={classes['list']} aria-label={words.enginesTitle}>
        {engines?.map((status) => (
          <EngineRow key={status.engine} status={status} />
        ))}
      </ul>
    </SettingsSection>
  );
}
