import { Kbd, Text, VisuallyHidden } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ComponentType } from 'react';
import { type ViewName, viewNames } from '../../shared/kernel/place';
import { AgentsView } from '../agents/agents-view';
import { AuditView } from '../audit/audit-view';
import { AutomationsView } from '../automations/automations-view';
import { LifecycleView } from '../lifecycle/lifecycle-view';
import { LineageView } from '../lineage/lineage-view';
import { QueueView } from '../queue/queue-view';
import { SessionsView } from '../sessions/sessions-view';
import { SettingsView } from '../settings/settings-view';
import { SpendView } from '../spend/spend-view';
import { type DeskParts, useDesk, useDeskParts, useKeys } from '../state/desk-context';
import { strings } from '../strings';
import { Dialog } from '../ui/confirm';
import { Banners } from './banners';
import { Navigation } from './navigation';
import { Palette } from './palette';
import classes from './shell.module.css';
import { TroubleView } from './trouble-view';

const views: Readonly<Record<ViewName, ComponentType>> = {
  queue: QueueView,
  sessions: SessionsView,
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
  useKeys(handleWindowKey);
  if (database?.state === 'trouble') return <TroubleView key={database.kind} trouble={database} />;
  const View = views[view];
  return (
    <div className={classes['window']}>
      <Navigation />
      <main className={classes['main']} tabIndex={-1}>
        {view === 'queue' && <VisuallyHidden component="h1">{strings.app.views.queue}</VisuallyHidden>}
        <Banners />
        <div>
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

/** The keys of the window, shown on demand. */
function KeysPanel() {
  const { actions } = useDeskParts();
  const isShown = useDesk((state) => state.areKeysShown);
  if (!isShown) return null;
  return (
    <Dialog title={strings.keys.title} closeLabel={strings.keys.close} onClose={() => actions.showKeys(false)}>
      <dl className={classes['keys']}>
        {strings.keys.rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Text size="sm" c="dimmed" mt={12}>
        {strings.keys.swap}
      </Text>
    </Dialog>
  );
}

/** The keys that hold in every view: Alt with a number goes to a view, Alt+Left goes back, `?` shows the keys. */
function handleWindowKey(event: KeyboardEvent, { actions, store }: DeskParts): void {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.altKey) {
    const view = viewNames[Number(event.key) - 1];
    if (view !== undefined) actions.show(view);
    else if (event.key === 'ArrowLeft') actions.goBack();
    else return;
    event.preventDefault();
    return;
  }
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  if (target.closest('input, textarea, select, [contenteditable="true"]') !== null) return;
  if (event.key === '?' && !store.getState().areKeysShown) actions.showKeys(true);
}
