import { ViewPage } from '../components/view-page';
import { strings } from '../strings';

/** Agents. */
export function AgentsView() {
  return <ViewPage title={strings.app.views.agents}>{null}</ViewPage>;
}
