import { ViewPage } from '../components/view-page';
import { strings } from '../strings';

/** Automations. */
export function AutomationsView() {
  return <ViewPage title={strings.app.views.automations}>{null}</ViewPage>;
}
