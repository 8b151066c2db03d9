import { VisuallyHidden } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ComponentType } from 'react';
import type { ViewName } from '../../shared/kernel/place';
import { AgentsView } from '../agents/agents-view';
import { AuditView } from '../audit/audit-view';
import { AutomationsView } from '../automations/automations-view';
import { LifecycleView } from '../lifecycle/lifecycle-view';
import { LineageView } from '../lineage/lineage-view';
import { QueueView } from '../queue/queue-view';
import { SettingsView } from '../settings/settings-view';
import { SpendView } from '../spend/spend-view';
import { useDesk } from '../state/desk-context';
import { strings } from '../strings';
import { Banners } from './banners';
import { KeysPanel } from './keys-panel';
import { Navigation } from './navigation';
import { Palette } from './palette';
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
