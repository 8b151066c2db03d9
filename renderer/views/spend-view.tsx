import { ViewPage } from '../components/view-page';
import { strings } from '../strings';

/** Spend. */
export function SpendView() {
  return <ViewPage title={strings.app.views.spend}>{null}</ViewPage>;
}
