import { UnstyledButton } from '@mantine/core';
import { IconInbox, IconSettings } from '@tabler/icons-react';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { GateMark } from './gate-mark';
import classes from './navigation.module.css';

const places = [
  { view: 'queue', icon: IconInbox, label: strings.app.queue },
  { view: 'settings', icon: IconSettings, label: strings.app.settings },
] as const;

/** The places of the window; what does not exist yet is not shown. */
export function Navigation() {
  const { actions } = useDeskParts();
  const view = useDesk((state) => state.view);
  const waitingCount = useDesk((state) => state.queue?.waitingCount ?? 0);
  return (
    <nav className={classes['rail']} aria-label={strings.app.navigation}>
      <span className={classes['mark']}>
        <GateMark size={30} />
      </span>
      {places.map(({ view: place, icon: Icon, label }) => (
        <UnstyledButton
          key={place}
          className={classes['place']}
          aria-current={view === place ? 'page' : undefined}
          onClick={() => actions.show(place)}
        >
          <Icon size={22} stroke={1.6} aria-hidden />
          <span>{label}</span>
          {place === 'queue' && waitingCount > 0 && (
            <span className={classes['count']} aria-label={strings.app.waitingCount(waitingCount)} role="img">
              {waitingCount > 999 ? '999+' : waitingCount}
            </span>
          )}
        </UnstyledButton>
      ))}
    </nav>
  );
}
