import { IconDatabaseExclamation } from '@tabler/icons-react';
import { visibleLine } from '../../shared/kernel/visible-text';
import { useDesk } from '../state/desk-context';
import { damageStrings } from '../strings-trouble';
import { Notice } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { SettingsSection } from './settings-section';

const words = damageStrings;

/** Which rows of the database cannot be read, what that means, and what to do about it. */
export function DamageSettings() {
  const unreadable = useDesk((state) => state.status?.unreadable);
  if (unreadable === undefined) return null;
  const { count, first } = unreadable;
  if (count === 0) {
    return (
      <SettingsSection id="settings-damage" title={words.title}>
        <div>{words.none}</div>
      </SettingsSection>
    );
  }
  return (
    <SettingsSection id="settings-damage" title={words.title}>
      <Notice tone="failure" icon={IconDatabaseExclamation} role="status">
        <b>{words.found(count)}</b>
        <div>{words.meaning}</div>
        <ol>
          {words.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </Notice>
      <ul className={ui['list']}>
        {first.map(({ table, id, problem }) => (
          <li key={`${table} ${id}`}>
            <code>{table}</code> <code>{visibleLine(id, 200)}</code>: {problem}
          </li>
        ))}
      </ul>
      {count > first.length && <div>{words.more(count - first.length)}</div>}
    </SettingsSection>
  );
}
