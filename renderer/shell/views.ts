import type { ComponentType } from 'react';
import type { ViewName } from '../../shared/kernel/view-names';
import { MarkdownText } from '../act/prose';
import { loadHighlighter } from '../act/use-tokens';
import { QueueView, SessionPane } from '../queue/queue-view';
import { onDemand } from '../ui/on-demand';

/** A view whose script comes when it is wanted. Its schemas may not be made before zod is told to make them without `eval`. */
const later = (load: () => Promise<ComponentType>) => onDemand(() => import('../zod-without-eval').then(load));

const loadedLater = {
  sessions: later(() => import('../sessions/sessions-view').then(({ SessionsView }) => SessionsView)),
  agents: later(() => import('../agents/agents-view').then(({ AgentsView }) => AgentsView)),
  automations: later(() => import('../automations/automations-view').then(({ AutomationsView }) => AutomationsView)),
  lineage: later(() => import('../lineage/lineage-view').then(({ LineageView }) => LineageView)),
  spend: later(() => import('../spend/spend-view').then(({ SpendView }) => SpendView)),
  lifecycle: later(() => import('../lifecycle/lifecycle-view').then(({ LifecycleView }) => LifecycleView)),
  audit: later(() => import('../audit/audit-view').then(({ AuditView }) => AuditView)),
  settings: later(() => import('../settings/settings-view').then(({ SettingsView }) => SettingsView)),
};

/** What is drawn for each view. The queue is there from the first frame on. */
export const views: Readonly<Record<ViewName, ComponentType>> = { queue: QueueView, ...loadedLater };

/** The palette, once it may be opened. */
export const Palette = onDemand(() => import('./palette').then((script) => script.Palette));

/** What is told in passing, in the corner. */
export const Toasts = onDemand(() => import('./toasts').then((script) => script.Toasts));

/** Loads what is not in the first frame, one after the other, so that no click has to wait for it; what fails is tried when it is drawn. */
export async function loadAll(): Promise<void> {
  const parts = [Palette, MarkdownText, { load: loadHighlighter }, SessionPane, ...Object.values(loadedLater), Toasts];
  for (const part of parts) {
    try {
      await part.load();
    } catch (error) {
      console.error('a part of the window could not be loaded ahead', error);
    }
  }
}
