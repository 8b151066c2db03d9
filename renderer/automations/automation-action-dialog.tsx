import { Button, Group, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { AutomationAction } from '../../shared/contract/automation';
import { type ActionRequest, type Outcome, useAutomationAction } from '../state/use-automation-action';
import { AgentText } from '../ui/agent-text';
import { Confirm } from '../ui/confirm';
import { Dialog } from '../ui/dialog';
import { Notice } from '../ui/notice';
import ui from '../ui/ui.module.css';
import classes from './automation-action.module.css';
import { ExtendUntil, extendedUntil, firstChoice, isChosen } from './extend-until';
import { actionStrings, actionTexts } from './strings-automations';

/** Actions that ask why; the others explain themselves. */
const withReason: readonly AutomationAction[] = ['acknowledge', 'pause', 'resume', 'extend', 'retire'];
const destructive: readonly AutomationAction[] = ['retire', 'delete'];

/** Names that a confirmation lists at most. */
const MOST_NAMED = 50;

type Props = ActionRequest & { readonly onClose: () => void };

/** Says what an action will do, carries it out, and says how it went for each; a refusal is shown here. */
export function AutomationActionDialog({ action, automations, onClose, onDone }: Props) {
  const [choice, setChoice] = useState(firstChoice);
  const { send, isInFlight, answer: outcomes } = useAutomationAction(action);
  const { label, title, words, done } = actionTexts[action];
  const running = automations.reduce((sum, { runsUnderWay }) => sum + runsUnderWay, 0);
  const close = () => {
    onClose();
    onDone?.();
  };
  const confirm = async (reason: string) => {
    const until = action === 'extend' ? extendedUntil(choice, Date.now()) : undefined;
    const result = await send({ automations, reason, ...(until !== undefined && { expiresAtMs: until }) });
    if (!result.ok || automations.length > 1 || result.value.some(({ refusal }) => refusal !== undefined)) return;
    notifications.show({
      message: actionStrings.result(1, done, 0),
      closeButtonProps: { 'aria-label': actionStrings.close },
    });
    close();
  };
  if (outcomes !== undefined && automations.length > 1) {
    return (
      <Dialog title={title(automations.length)} onClose={close}>
        <Report outcomes={outcomes} doneWord={done} onClose={close} />
      </Dialog>
    );
  }
  return (
    <Confirm
      title={title(automations.length)}
      label={label}
      reasonLabel={withReason.includes(action) ? actionStrings.reason : undefined}
      color={destructive.includes(action) ? 'red' : undefined}
      isReady={action !== 'extend' || isChosen(choice)}
      isInFlight={isInFlight}
      refusal={outcomes?.[0]?.refusal}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <Names automations={automations.slice(0, MOST_NAMED)} more={automations.length - MOST_NAMED} />
      <p>{words(automations.length, running)}</p>
      {action === 'extend' && <ExtendUntil choice={choice} onChange={setChoice} />}
    </Confirm>
  );
}

type NamesProps = { readonly automations: ActionRequest['automations']; readonly more: number };

function Names({ automations, more }: NamesProps) {
  return (
    <ul className={classes['names']} aria-label={actionStrings.concerned} tabIndex={0}>
      {automations.map(({ automationId, name }) => (
        <li key={automationId}>
          <AgentText text={name} />
        </li>
      ))}
      {more > 0 && <li>{actionStrings.more(more)}</li>}
    </ul>
  );
}

type ReportProps = { readonly outcomes: readonly Outcome[]; readonly doneWord: string; readonly onClose: () => void };

function Report({ outcomes, doneWord, onClose }: ReportProps) {
  const refused = outcomes.flatMap(({ automation, refusal }) =>
    refusal === undefined ? [] : [{ automation, refusal }],
  );
  return (
    <Stack gap={12}>
      <Notice tone={refused.length === 0 ? 'yes' : 'failure'} role="status">
        <b>{actionStrings.result(outcomes.length - refused.length, doneWord, refused.length)}</b>
      </Notice>
      {refused.length > 0 && (
        <div>
          <p className={ui['heading']}>{actionStrings.refused}</p>
          <ul className={classes['names']} aria-label={actionStrings.refused} tabIndex={0}>
            {refused.map(({ automation, refusal }) => (
              <li key={automation.automationId}>
                <b>
                  <AgentText text={automation.name} />
                </b>
                : {refusal.sentence}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {actionStrings.close}
        </Button>
      </Group>
    </Stack>
  );
}
