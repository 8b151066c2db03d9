import { VisuallyHidden } from '@mantine/core';
import { Banners } from '../components/banners';
import { Navigation } from '../components/navigation';
import { useDesk } from '../state/desk-context';
import { strings } from '../strings';
import { QueueView } from './queue-view';
import { SettingsView } from './settings-view';
import { TroubleView } from './trouble-view';
import classes from './window-view.module.css';

/** The whole window: the places and the one that is open, or nothing but the trouble when the database cannot be used. */
export function WindowView() {
  const view = useDesk((state) => state.view);
  const database = useDesk((state) => state.status?.store);
  const announcement = useDesk((state) => state.announcement);
  if (database?.state === 'trouble') return <TroubleView key={database.kind} trouble={database} />;
  return (
    <div className={classes['window']}>
      <Navigation />
      <main className={classes['main']}>
        {view === 'queue' && <VisuallyHidden component="h1">{strings.app.queue}</VisuallyHidden>}
        <Banners />
        <div className={classes['view']}>{view === 'queue' ? <QueueView /> : <SettingsView />}</div>
      </main>
      <VisuallyHidden role="status" aria-live="polite">
        {announcement}
      </VisuallyHidden>
    </div>
  );
}
