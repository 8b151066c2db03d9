import { ViewPage } from '../components/view-page';
import { strings } from '../strings';

/** Lifecycle. */
export function LifecycleView() {
  return <ViewPage title={strings.app.views.lifecycle}>{null}</ViewPage>;
}
