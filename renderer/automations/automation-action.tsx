import { Button, type ButtonProps } from '@mantine/core';
import { createContext, type ReactNode, useContext, useState } from 'react';
import type { ActionRequest } from '../state/use-automation-action';
import { AutomationActionDialog } from './automation-action-dialog';
import { actionTexts } from './strings-automations';

const OpenContext = createContext<(request: ActionRequest) => void>(() => {
  throw new Error('used outside of AutomationActions');
});

/**
 * Holds the dialog of the action that is under way, for all action buttons inside: a button may go with the row or the state
 * that it belonged to, and the dialog with its refusal or report must not.
 */
export function AutomationActions({ children }: { readonly children: ReactNode }) {
  const [request, setRequest] = useState<ActionRequest>();
  return (
    <OpenContext value={setRequest}>
      {children}
      {request !== undefined && <AutomationActionDialog {...request} onClose={() => setRequest(undefined)} />}
    </OpenContext>
  );
}

type Props = ActionRequest & { readonly button?: ButtonProps & { readonly 'aria-label'?: string } };

/** A button that does something with one or several automations, after it has said what will happen. */
export function AutomationActionButton({ button, ...request }: Props) {
  const open = useContext(OpenContext);
  return (
    <Button variant="default" size="compact-sm" {...button} onClick={() => open(request)}>
      {actionTexts[request.action].label}
    </Button>
  );
}
