import { type MouseEvent, useEffect } from 'react';
import { useDesk, useDeskParts } from '../state/desk-context';
import classes from './settings-contents.module.css';
import { settingsHeadingId, settingsParts } from './settings-parts';
import { settingsStrings } from './strings-settings';

/** The parts of Settings, to go to. The place says which one the operator was sent to; its heading then has the focus. */
export function SettingsContents() {
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
