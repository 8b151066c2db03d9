import { Button, type ButtonProps, Group, Radio, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { createContext, type ReactNode, useContext, useState } from 'react';
import type { AutomationAction, AutomationOverview } from '../../shared/contract/automation';
import { assertNever } from '../../shared/kernel/assert-never';
import { type Refusal, type Result, succeeded } from '../../shared/kernel/errors';
import { HOUR_MS } from '../../shared/kernel/time';
import type { Desk } from '../bridge';
import { formatSpan } from '../format';
import { useAnswer } from '../state/answers';
import { Confirm, Dialog } from '../ui/confirm';
import { AgentText, Name } from '../ui/names';
import { Notice } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { type Sent, useSending } from '../ui/use-send';
import classes from './automations.module.css';
import { actionStrings, actionTexts } from './strings-automations';

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
    <Button {...button} onClick={() => open(request)}>
      {actionTexts[request.action].label}
    </Button>
  );
}

/** Actions that ask why; the others explain themselves. */
const withReason: readonly AutomationAction[] = ['acknowledge', 'pause', 'resume', 'extend', 'retire'];
const destructive: readonly AutomationAction[] = ['retire', 'delete'];

/** Names that a confirmation lists at most. */
const MOST_NAMED = 50;

type ActionDialogProps = ActionRequest & { readonly onClose: () => void };

/** Says what an action will do, carries it out, and says how it went for each; a refusal is shown here. */
function AutomationActionDialog({ action, automations, onClose, onDone }: ActionDialogProps) {
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
    notifications.show({ message: actionStrings.result(1, done, 0) });
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
                <Name text={automation.name} />: {refusal.sentence}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Group justify="flex-end">
        <Button variant="filled" size="sm" onClick={onClose} data-autofocus>
          {actionStrings.close}
        </Button>
      </Group>
    </Stack>
  );
}

const DAY_MS = 24 * HOUR_MS;
const dayCounts = [7, 30, 90] as const;

/** How long to extend: as the limits say, some days, or to the end of a day. */
type ExtendChoice = { readonly kind: string; readonly date: string };

/** What is chosen before the operator chooses. */
const firstChoice: ExtendChoice = { kind: '30', date: '' };

/** Whether all of a choice is there: a date is, where one is wanted. */
function isChosen({ kind, date }: ExtendChoice): boolean {
  return kind !== 'date' || !Number.isNaN(endOfDay(date));
}

/** Until when a choice that is all there lasts, from now; undefined for the default, which Gatehouse knows. */
function extendedUntil({ kind, date }: ExtendChoice, now: number): number | undefined {
  if (kind === 'default') return undefined;
  return kind === 'date' ? endOfDay(date) : now + Number(kind) * DAY_MS;
}

/** The end of a day in the operator's own time. */
function endOfDay(date: string): number {
  return new Date(`${date}T23:59:59`).getTime();
}

type ExtendProps = { readonly choice: ExtendChoice; readonly onChange: (choice: ExtendChoice) => void };

/** Asks for how long an automation is extended. */
function ExtendUntil({ choice, onChange }: ExtendProps) {
  const limits = useAnswer('limits.get', {}, ['limits']);
  const defaultMs = limits.value?.limits.defaultExpiresAfterMs ?? 0;
  const spans = [
    ...dayCounts.map((count) => ({ kind: String(count), ms: count * DAY_MS })).filter(({ ms }) => ms !== defaultMs),
    ...(defaultMs > 0 ? [{ kind: 'default', ms: defaultMs }] : []),
  ].sort((one, other) => one.ms - other.ms);
  return (
    <>
      <Radio.Group label={actionStrings.until} value={choice.kind} onChange={(kind) => onChange({ ...choice, kind })}>
        <Stack gap={6} mt={6}>
          {spans.map(({ kind, ms }) => (
            <Radio
              key={kind}
              value={kind}
              label={kind === 'default' ? actionStrings.byDefault(formatSpan(ms)) : actionStrings.days(ms / DAY_MS)}
            />
          ))}
          <Radio value="date" label={actionStrings.date} />
        </Stack>
      </Radio.Group>
      {choice.kind === 'date' && (
        <TextInput
          type="date"
          label={actionStrings.dateLabel}
          value={choice.date}
          onChange={(event) => onChange({ ...choice, date: event.currentTarget.value })}
        />
      )}
    </>
  );
}

/** An action that the operator wants: what, and for which automations. */
type ActionRequest = {
  readonly action: AutomationAction;
  /** As the operator saw them; for each it is carried out or refused on its own. */
  readonly automations: readonly AutomationOverview[];
  /** Called when the report was read, or at once when all went well for one. */
  readonly onDone?: () => void;
};

/** What is sent: for which, why, and until when an extension lasts (the default, if absent). */
type ActionInput = Pick<ActionRequest, 'automations'> & { readonly reason: string; readonly expiresAtMs?: number };

/** How the action went for one automation. */
type Outcome = { readonly automation: AutomationOverview; readonly refusal: Refusal | undefined };

/** Carries out one action for one or several automations, each on its own: what is refused for one is done for the others. */
function useAutomationAction(action: AutomationAction): Sent<ActionInput, readonly Outcome[]> {
  return useSending(async (desk, input) => {
    const outcomes = input.automations.map(async (automation): Promise<Outcome> => {
      const result = await carryOut(desk, action, automation, input);
      return { automation, refusal: result.ok ? undefined : result.refusal };
    });
    return succeeded(await Promise.all(outcomes));
  });
}

function carryOut(
  desk: Desk,
  action: AutomationAction,
  { automationId, findingIds }: AutomationOverview,
  { reason, expiresAtMs }: ActionInput,
): Promise<Result<unknown>> {
  const why = reason === '' ? {} : { reason };
  switch (action) {
    case 'acknowledge': {
      const notes = reason === '' ? {} : { notes: reason };
      return desk.request('automation.acknowledge', { automationId, findingIds: [...findingIds], ...notes });
    }
    case 'run':
      return desk.request('automation.run', { automationId });
    case 'pause':
      return desk.request('automation.pause', { automationId, ...why });
    case 'resume':
      return desk.request('automation.resume', { automationId, ...why });
    case 'extend': {
      const until = expiresAtMs === undefined ? {} : { expiresAtMs };
      return desk.request('automation.extend', { automationId, ...why, ...until });
    }
    case 'retire':
      return desk.request('automation.retire', { automationId, ...why });
    case 'delete':
      return desk.request('automation.delete', { automationId });
    case 'restore':
      return desk.request('automation.restore', { automationId });
    default:
      return assertNever(action);
  }
}
