import { AutomationActions } from '../components/automation-action';
import { AutomationDetail } from '../components/automation-detail';
import { AutomationList } from '../components/automation-list';
import { useDesk } from '../state/desk-context';

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
