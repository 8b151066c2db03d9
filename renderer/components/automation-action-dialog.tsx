import { Button, Modal, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { type FormEvent, useId, useState } from 'react';
import type { AutomationAction, AutomationOverview } from '../../shared/automation-overview';
import { type ActionRequest, type Outcome, useAutomationAction } from '../state/use-automation-action';
import { useFocusBack } from '../state/use-focus-back';
import { strings } from '../strings';
import { actionStrings, actionTexts } from '../strings-automations';
import { AgentText } from './agent-text';
import classes from './automation-action.module.css';
import { CommandRefusal } from './command-refusal';
import { ExtendUntil, extendedUntil, firstChoice, isChosen } from './extend-until';
import { Notice } from './notice';

/** Actions that ask why; the others explain themselves. */
const withReason: readonly AutomationAction[] = ['acknowledge', 'pause', 'resume', 'extend', 'retire'];
const destructive: readonly AutomationAction[] = ['retire', 'delete'];

/** Names that a confirmation lists at most. */
const MOST_NAMED = 50;

type Props = ActionRequest & { readonly onClose: () => void };

/** Says what an action will do, carries it out, and says how it went for each; a refusal is shown here. */
export function AutomationActionDialog({ action, automations, onClose, onDone }: Props) {
  useFocusBack();
  const [reason, setReason] = useState('');
  const [choice, setChoice] = useState(firstChoice);
  const { send, isInFlight, outcomes } = useAutomationAction(action);
  const titleId = useId();
  const text = actionTexts[action];
  const running = automations.reduce((sum, { runsUnderWay }) => sum + runsUnderWay, 0);
  const isReady = action !== 'extend' || isChosen(choice);
  const isReport = outcomes !== undefined && automations.length > 1;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const until = action === 'extend' ? extendedUntil(choice, Date.now()) : undefined;
    const results = await send(automations, {
      reason: reason.trim(),
      ...(until !== undefined && { expiresAtMs: until }),
    });
    if (automations.length > 1 || results.some(({ refusal }) => refusal !== undefined)) return;
    notifications.show({
      message: actionStrings.result(1, text.done, 0),
      closeButtonProps: { 'aria-label': actionStrings.close },
    });
    onClose();
    onDone?.();
  };
  const close = () => {
    onClose();
    if (isReport) onDone?.();
  };

  return (
    <Modal
      opened
      onClose={close}
      title={<span id={titleId}>{text.title(automations.length)}</span>}
      closeButtonProps={{ 'aria-label': strings.answer.cancel }}
      // The lock writes a style element that the page's policy would refuse.
      lockScroll={false}
    >
      {isReport ? (
        <Report outcomes={outcomes} doneWord={text.done} onClose={close} />
      ) : (
        <form className={classes['form']} onSubmit={(event) => void submit(event)} aria-labelledby={titleId}>
          <Names automations={automations} />
          <p>{text.words(automations.length, running)}</p>
          {action === 'extend' && <ExtendUntil choice={choice} onChange={setChoice} />}
          {withReason.includes(action) && (
            <Textarea
              label={actionStrings.reason}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              maxLength={10_000}
              dir="auto"
              autosize
              minRows={2}
            />
          )}
          <CommandRefusal refusal={outcomes?.[0]?.refusal} />
          <div className={classes['buttons']}>
            <Button variant="default" onClick={onClose}>
              {strings.answer.cancel}
            </Button>
            <Button
              type="submit"
              loading={isInFlight}
              disabled={!isReady}
              {...(destructive.includes(action) && { color: 'red' })}
            >
              {text.label}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

function Names({ automations }: { readonly automations: readonly AutomationOverview[] }) {
  const named = automations.slice(0, MOST_NAMED);
  return (
    <ul className={classes['names']} aria-label={actionStrings.concerned} tabIndex={0}>
      {named.map(({ automationId, name }) => (
        <li key={automationId}>
          <AgentText text={name} />
        </li>
      ))}
      {automations.length > named.length && <li>{actionStrings.more(automations.length - named.length)}</li>}
    </ul>
  );
}

type ReportProps = { readonly outcomes: readonly Outcome[]; readonly doneWord: string; readonly onClose: () => void };

function Report({ outcomes, doneWord, onClose }: ReportProps) {
  const refused = outcomes.flatMap(({ automation, refusal }) =>
    refusal === undefined ? [] : [{ automation, refusal }],
  );
  const summary = actionStrings.result(outcomes.length - refused.length, doneWord, refused.length);
  return (
    <div className={classes['form']}>
      <Notice
        tone={refused.length === 0 ? 'yes' : 'failure'}
        icon={refused.length === 0 ? IconCircleCheck : IconAlertTriangle}
        role="status"
      >
        <b>{summary}</b>
      </Notice>
      {refused.length > 0 && (
        <div>
          <p className={classes['heading']}>{actionStrings.refused}</p>
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
      <div className={classes['buttons']}>
        <Button onClick={onClose} data-autofocus>
          {actionStrings.close}
        </Button>
      </div>
    </div>
  );
}
