import { UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { viewNames } from '../../shared/kernel/view-names';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { GateMark } from '../ui/mark';
import classes from './shell.module.css';
import { viewIcons } from './view-icons';

/** The places of the window. */
export function Navigation() {
  const { actions } = useDeskParts();
  const view = useDesk((state) => state.place.view);
  const waitingCount = useDesk((state) => state.queue?.waitingCount ?? 0);
  return (
    <nav className={classes['rail']} aria-label={strings.app.navigation}>
      <span className={classes['mark']}>
        <GateMark size={30} />
      </span>
      <UnstyledButton
        className={classes['place']}
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => actions.showPalette(true)}
      >
        <IconSearch size={22} stroke={1.6} aria-hidden />
        <span>{strings.app.find}</span>
      </UnstyledButton>
      {viewNames.map((place, index) => {
        const Icon = viewIcons[place];
        return (
          <UnstyledButton
            key={place}
            className={classes['place']}
            aria-current={view === place ? 'page' : undefined}
            aria-keyshortcuts={`Alt+${index + 1}`}
            onClick={() => actions.show(place)}
          >
            <Icon size={22} stroke={1.6} aria-hidden />
            <span>{strings.app.views[place]}</span>
            {place === 'queue' && waitingCount > 0 && (
              <span className={classes['count']} aria-label={strings.app.waitingCount(waitingCount)} role="img">
                {strings.app.badge(waitingCount)}
              </span>
            )}
          </UnstyledButton>
        );
      })}
    </nav>
  );
}
