import { Button, Kbd, Textarea } from '@mantine/core';
import { IconCheck, IconMoonStars, IconX } from '@tabler/icons-react';
import { type MouseEvent, useEffect } from 'react';
import type { Approval } from '../../shared/contract/approval';
import { formatUsd } from '../format';
import { RuleOffer } from '../rules/rule-offer';
import { useDesk, useDeskParts } from '../state/desk-context';
import { type RetirementAction, termsKindOf } from '../state/terms';
import { strings, type Verdict } from '../strings';
import { Notice } from '../ui/notice';
import { RefusalWords } from '../ui/refusal-words';
import ui from '../ui/ui.module.css';
import { ApprovalTermsFields, useAreTermsReady } from './approval-terms';
import classes from './decision-bar.module.css';
import { SettledNote } from './settled-note';
import { queueStrings } from './strings-queue';

/** The note field, which `d` goes to. */
export const NOTE_ID = 'gatehouse-note';

/** The button of a verdict. */
export const buttonId = (verdict: Verdict) => `gatehouse-${verdict}`;

type Props = {
  readonly approval: Approval;
  /** Whether a part of the act is not on the screen yet. */
  readonly isActCut: boolean;
};

/** Below the card: the decision while there is one to take, else what became of the request. */
export function DecisionBar({ approval, isActCut }: Props) {
  const sent = useDesk((state) => state.decisions[approval.approvalId]);
  const isOpen = approval.status === 'pending' || sent?.phase === 'inFlight';
  return (
    <div className={classes['bar']}>
      {sent?.phase === 'failed' && (
        <Notice tone="failure" role="alert">
          <b>{strings.decide.failed[sent.verdict]}</b> <RefusalWords refusal={sent.refusal} />
          {sent.raisedCapNanos !== undefined && (
            <div>{queueStrings.terms.raisedButFailed(formatUsd(sent.raisedCapNanos))}</div>
          )}
        </Notice>
      )}
      {isOpen && isActCut && <Notice tone="warning">{strings.card.cutAct}</Notice>}
      {isOpen ? <Decide approval={approval} /> : <SettledNote approval={approval} />}
    </div>
  );
}

function Decide({ approval }: { readonly approval: Approval }) {
  const { actions, guard } = useDeskParts();
  const { approvalId } = approval;
  const note = useDesk((state) => state.notes[approvalId] ?? '');
  const armed = useDesk((state) => state.armed);
  const isLive = useDesk((state) => state.connection === 'live');
  const sent = useDesk((state) => state.decisions[approvalId]);
  const inFlight = sent?.phase === 'inFlight' ? sent.verdict : undefined;
  const isOff = !isLive || inFlight !== undefined;
  useDisarmElsewhere(armed, actions.disarm);
  const kind = termsKindOf(approval);
  const isReady = useAreTermsReady(approval);

  const onClick = (verdict: Verdict, action?: RetirementAction) => (event: MouseEvent) => {
    if (guard.lets(event.timeStamp)) void actions.decide(verdict, action);
  };
  const isRetirement = kind === 'retirement';
  return (
    <>
      {kind !== 'none' && <ApprovalTermsFields approval={approval} kind={kind} isOff={inFlight !== undefined} />}
      <Textarea
        id={NOTE_ID}
        label={strings.decide.note}
        placeholder={armed === 'deny' ? strings.decide.whyPlaceholder : strings.decide.notePlaceholder}
        value={note}
        onChange={(event) => actions.setNote(approvalId, event.currentTarget.value)}
        maxLength={10_000}
        disabled={inFlight !== undefined}
        dir="auto"
        rows={1}
        size="sm"
        classNames={{ label: classes['label'] ?? '', input: classes['note'] ?? '' }}
      />
      <div className={classes['buttons']}>
        <Button
          id={buttonId('approve')}
          color="green"
          data-armed={armed === 'approve'}
          leftSection={<IconCheck size={17} stroke={2.2} aria-hidden />}
          rightSection={
            <Kbd size="xs" className={ui['key']} aria-hidden>
              A
            </Kbd>
          }
          loading={inFlight === 'approve'}
          disabled={(isOff && inFlight !== 'approve') || !isReady}
          aria-keyshortcuts="a"
          aria-describedby={armed === 'approve' ? 'gatehouse-armed' : undefined}
          onClick={onClick('approve')}
        >
          {isRetirement ? queueStrings.terms.extend : strings.decide.approve}
        </Button>
        {isRetirement && (
          <Button
            variant="default"
            leftSection={<IconMoonStars size={17} stroke={1.9} aria-hidden />}
            disabled={isOff}
            onClick={onClick('approve', 'retire')}
          >
            {queueStrings.terms.retire}
          </Button>
        )}
        <Button
          id={buttonId('deny')}
          className={classes['deny']}
          variant="default"
          data-armed={armed === 'deny'}
          leftSection={<IconX size={17} stroke={2.2} aria-hidden />}
          rightSection={
            <Kbd size="xs" className={ui['key']} aria-hidden>
              D
            </Kbd>
          }
          loading={inFlight === 'deny'}
          disabled={isOff && inFlight !== 'deny'}
          aria-keyshortcuts="d"
          onClick={onClick('deny')}
        >
          {strings.decide.deny}
        </Button>
        {approval.requestType === 'tool_call' && (
          <RuleOffer key={approvalId} approvalId={approvalId} isOff={isOff || !isReady} />
        )}
        <span id="gatehouse-armed" role="status" className={classes['armed']} data-verdict={armed}>
          {armed !== undefined &&
            (isRetirement && armed === 'approve' ? queueStrings.terms.armedExtend : strings.decide.armed[armed])}
        </span>
      </div>
    </>
  );
}

/** Enter must never carry out what was armed once the focus has gone to something else that Enter acts on. */
function useDisarmElsewhere(armed: Verdict | undefined, disarm: () => void): void {
  useEffect(() => {
    if (armed === undefined) return undefined;
    const onFocus = (event: FocusEvent) => {
      const id = event.target instanceof HTMLElement ? event.target.id : '';
      if (id !== NOTE_ID && id !== buttonId(armed)) disarm();
    };
    document.addEventListener('focusin', onFocus);
    return () => document.removeEventListener('focusin', onFocus);
  }, [armed, disarm]);
}
