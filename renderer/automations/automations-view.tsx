import { useDesk } from '../state/desk-context';
import { AutomationActions } from './automation-action';
import { AutomationDetail } from './automation-detail';
import { AutomationList } from './automation-list';

/** Automations: all of them, or the one that is open. */
export function AutomationsView() {
  const automationId = useDesk((state) => state.place.subject);
  if (automationId === undefined) return <AutomationList />;
  return (
    <AutomationActions key={automationId}>
      <AutomationDetail automationId={automationId} />
    </AutomationActions>
  );
}
