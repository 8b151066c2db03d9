import { VisuallyHidden } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ComponentType } from 'react';
import type { ViewName } from '../../shared/place';
import { Banners } from '../components/banners';
import { KeysPanel } from '../components/keys-panel';
import { Navigation } from '../components/navigation';
import { Palette } from '../components/palette';
import { useDesk } from '../state/desk-context';
import { strings } from '../strings';
import { AgentsView } from './agents-view';
import { AuditView } from './audit-view';
import { AutomationsView } from './automations-view';
import { LifecycleView } from './lifecycle-view';
import { LineageView } from './lineage-view';
import { QueueView } from './queue-view';
import { SettingsView } from './settings-view';
import { SpendView } from './spend-view';
import { TroubleView } from './trouble-view';
import { useWindowKeys } from './window-keys';
import classes from './window-view.module.css';

const views: Readonly<Record<ViewName, ComponentType>> = {
  queue: QueueView,
  agents: AgentsView,
  automations: AutomationsView,
  lineage: LineageView,
  spend: SpendView,
  lifecycle: LifecycleView,
  audit: AuditView,
  settings: SettingsView,
};

/** The whole window: the places and the one that is open, or nothing but the trouble when the database cannot be used. */
export function WindowView() {
  const view = useDesk((state) => state.place.view);
  const database = useDesk((state) => state.status?.store);
  const announcement = useDesk((state) => state.announcement);
  useWindowKeys();
  if (database?.state === 'trouble') return <TroubleView key={database.kind} trouble={database} />;
  const View = views[view];
  return (
    <div className={classes['window']}>
      <Navigation />
      <main className={classes['main']} tabIndex={-1}>
        {view === 'queue' && <VisuallyHidden component="h1">{strings.app.views.queue}</VisuallyHidden>}
        <Banners />
        <div className={classes['view']}>
          <View key={view} />
        </div>
      </main>
      <KeysPanel />
      <Palette />
      <Notifications position="bottom-right" limit={4} />
      <VisuallyHidden role="status" aria-live="polite">
        {announcement}
      </VisuallyHidden>
    </div>
  );
}
