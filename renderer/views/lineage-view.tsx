import { ViewPage } from '../components/view-page';
import { strings } from '../strings';

/** Lineage. */
export function LineageView() {
  return <ViewPage title={strings.app.views.lineage}>{null}</ViewPage>;
}
