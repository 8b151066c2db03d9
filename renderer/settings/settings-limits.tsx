import { Skeleton } from '@mantine/core';
import { limitGroups } from '../limit-fields';
import { useAnswer } from '../state/use-answer';
import { LoadRefusal } from '../ui/load-refusal';
import ui from '../ui/ui.module.css';
import { LimitField } from './limit-field';
import { LimitSwitch } from './limit-switch';
import classes from './settings-limits.module.css';
import { SettingsSection } from './settings-section';
import { limitStrings as words } from './strings-limits';

/** Every limit with what it means, its default, and what the value in its field would have stopped. */
export function LimitSettings() {
  const { value, refusal, reload } = useAnswer('limits.get', {}, ['limits']);
  const limits = value?.limits;
  return (
    <SettingsSection id="settings-limits" title={words.title}>
      <p className={ui['hint']}>{words.detail}</p>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {limitGroups.map(([group, names]) => (
        <div key={group} className={classes['group']}>
          <h3>{words.groups[group]}</h3>
          <ul>
            {names.map((name) => {
              const current = limits?.[name];
              return (
                <li key={name} className={classes['row']}>
                  {current === undefined ? (
                    <Skeleton height={58} visible={refusal === undefined} />
                  ) : typeof current === 'boolean' ? (
                    <LimitSwitch name={name} current={current} />
                  ) : (
                    <LimitField name={name} current={current} />
                  )}
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </SettingsSection>
  );
}
