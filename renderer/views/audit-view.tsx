import { ViewPage } from '../components/view-page';
import { strings } from '../strings';

/** Audit. */
export function AuditView() {
  return <ViewPage title={strings.app.views.audit}>{null}</ViewPage>;
}
