import { Button, type ButtonProps, Modal, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { type FormEvent, useId, useState } from 'react';
import type { AutomationAction, AutomationOverview } from '../../shared/automation-overview';
import { type Outcome, useAutomationAction } from '../state/use-automation-action';
import { strings } from '../strings';
import { actionStrings, actionTexts } from '../strings-automations';
import { AgentText } from './agent-text';
import classes from './automation-action.module.css';
import { CommandRefusal } from './command-refusal';
import { ExtendUntil, extendedUntil, firstChoice } from './extend-until';
import { Notice } from './notice';

type Props = {
  readonly action: AutomationAction;
  /** Those that it is for; each of them must be there for the action, or is refused on its own. */
  readonly automations: readonly AutomationOverview[];
  /** Called when the report was read, or at once when all went well for one. */
  readonly onDone?: () => void;
  readonly button?: ButtonProps & { readonly 'aria-label'?: string };
};

/** Actions that ask why; the others explain themselves. */
const withReason: readonly AutomationAction[] = ['acknowledge', 'pause', 'resume', 'extend', 'retire'];
const destructive: readonly AutomationAction[] = ['retire', 'delete'];

/** Names that a confirmation lists at most. */
const MOST_NAMED = 50;

/** A button that does something with one or several automations: says what will happen first, and how it went for each after. */
export function AutomationActionButton({ action, automations, onDone, button }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" size="compact-sm" {...button} onClick={() => setOpen(true)}>
        {actionTexts[action].label}
      </Button>
      {isOpen && (
        <ActionDialog
          action={action}
          automations={automations}
          onClose={() => setOpen(false)}
          onDone={onDone ?? (() => {})}
        />
      )}
    </>
  );
}

type DialogProps = Required<Pick<Props, 'action' | 'automations' | 'onDone'>> & { readonly onClose: () => void };

function ActionDialog({ action, automations, onClose, onDone }: DialogProps) {
  // What was confirmed stays as it was, whatever the list behind it does meanwhile.
  const [concerned] = useState(automations);
  const [reason, setReason] = useState('');
  const [choice, setChoice] = useState(firstChoice);
  const { send, isInFlight, outcomes } = useAutomationAction(action);
  const titleId = useId();
  const text = actionTexts[action];
  const running = concerned.reduce((sum, { runsUnderWay }) => sum + runsUnderWay, 0);
  const until = action === 'extend' ? extendedUntil(choice, Date.now()) : undefined;
  const isReport = outcomes !== undefined && concerned.length > 1;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (until === 'unset') return;
    const results = await send(concerned, {
      reason: reason.trim(),
      ...(until !== undefined && { expiresAtMs: until }),
    });
    if (concerned.length > 1 || results.some(({ refusal }) => refusal !== undefined)) return;
    notifications.show({ message: actionStrings.result(1, text.done, 0) });
    onClose();
    onDone();
  };
  const close = () => {
    onClose();
    if (isReport) onDone();
  };

  return (
    <Modal
      opened
      onClose={close}
      title={<span id={titleId}>{text.title(concerned.length)}</span>}
      closeButtonProps={{ 'aria-label': strings.answer.cancel }}
      // The lock writes a style element that the page's policy would refuse.
      lockScroll={false}
    >
      {isReport ? (
        <Report outcomes={outcomes} doneWord={text.done} onClose={close} />
      ) : (
        <form className={classes['form']} onSubmit={(event) => void submit(event)} aria-labelledby={titleId}>
          <Names automations={concerned} />
          <p>{text.words(concerned.length, running)}</p>
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
              disabled={until === 'unset'}
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
    <ul className={classes['names']} aria-label={actionStrings.concerned}>
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
          <ul className={classes['names']}>
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
