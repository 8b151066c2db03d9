import { Button, Flex, Group, Text, Textarea } from '@mantine/core';
import {
  type Icon,
  IconArrowBackUp,
  IconArrowRight,
  IconCheck,
  IconCircleCheck,
  IconCircleX,
  IconEyeOff,
  IconHourglassOff,
  IconMoonStars,
  IconShieldCheck,
  IconX,
} from '@tabler/icons-react';
import { type MouseEvent, useEffect } from 'react';
import { actorName } from '../../shared/contract/actor-name';
import type { Approval } from '../../shared/contract/approval';
import { isMissed } from '../../shared/missed';
import { formatUsd } from '../format';
import { RuleOffer } from '../rules/rule-offer';
import { RuleThatAllowed } from '../rules/rule-words';
import { ruleStrings } from '../rules/strings-rules';
import { useDesk, useDeskParts } from '../state/desk-context';
import { isOnItsWay } from '../state/desk-store';
import { settledAtMs, waitingOf } from '../state/queue';
import { type RetirementAction, termsKindOf } from '../state/terms';
import { strings, type Verdict } from '../strings';
import { KeyOnButton } from '../ui/mark';
import { AgentParagraphs } from '../ui/names';
import { Notice, RefusalWords } from '../ui/notice';
import { Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import { ApprovalTermsFields, useAreTermsReady } from './approval-terms';
import classes from './card.module.css';
import { Sentence } from './request-marks';
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
  const isOpen = approval.status === 'pending' || isOnItsWay(sent);
  return (
    <div className={`${ui['quiet']} ${classes['bar']}`}>
      {sent?.phase === 'failed' && (
        <Notice tone="failure" role="alert">
          <b>{strings.decide.failed[sent.verdict]}</b> <RefusalWords refusal={sent.refusal} />{' '}
          {approval.status === 'pending' && strings.decide.stillWaits}
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
  const armed = useDesk((state) => state.armed);
  const isLive = useDesk((state) => state.connection === 'live');
  const sent = useDesk((state) => state.decisions[approvalId]);
  const inFlight = isOnItsWay(sent) ? sent?.verdict : undefined;
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
      <NoteField approvalId={approvalId} isOff={inFlight !== undefined} />
      <Group gap={8}>
        <Button
          variant="filled"
          size="sm"
          id={buttonId('approve')}
          color="green"
          data-armed={armed === 'approve'}
          leftSection={<IconCheck size={17} stroke={2.2} aria-hidden />}
          rightSection={<KeyOnButton letter="1" />}
          loading={inFlight === 'approve'}
          disabled={(isOff && inFlight !== 'approve') || !isReady}
          aria-keyshortcuts="1 a"
          aria-describedby={armed === 'approve' ? 'gatehouse-armed' : undefined}
          onClick={onClick('approve')}
        >
          {isRetirement ? queueStrings.terms.extend : strings.decide.approve}
        </Button>
        {isRetirement && (
          <Button
            size="sm"
            leftSection={<IconMoonStars size={17} stroke={1.9} aria-hidden />}
            disabled={isOff}
            onClick={onClick('approve', 'retire')}
          >
            {queueStrings.terms.retire}
          </Button>
        )}
        <Button
          size="sm"
          id={buttonId('deny')}
          className={classes['deny']}
          data-armed={armed === 'deny'}
          leftSection={<IconX size={17} stroke={2.2} aria-hidden />}
          rightSection={<KeyOnButton letter="3" />}
          loading={inFlight === 'deny'}
          disabled={isOff && inFlight !== 'deny'}
          aria-keyshortcuts="3 d"
          onClick={onClick('deny')}
        >
          {strings.decide.deny}
        </Button>
        {approval.requestType === 'tool_call' && (
          <RuleOffer key={approvalId} approvalId={approvalId} isOff={isOff || !isReady} />
        )}
        <Text component="span" id="gatehouse-armed" role="status" fz="sm" fw={600} data-verdict={armed}>
          {armed !== undefined &&
            (isRetirement && armed === 'approve' ? queueStrings.terms.armedExtend : strings.decide.armed[armed])}
        </Text>
      </Group>
    </>
  );
}

function NoteField({ approvalId, isOff }: { readonly approvalId: string; readonly isOff: boolean }) {
  const { actions } = useDeskParts();
  const note = useDesk((state) => state.notes[approvalId] ?? '');
  const armed = useDesk((state) => state.armed);
  return (
    <Textarea
      id={NOTE_ID}
      label={strings.decide.note}
      placeholder={armed === 'deny' ? strings.decide.whyPlaceholder : strings.decide.notePlaceholder}
      value={note}
      onChange={(event) => actions.setNote(approvalId, event.currentTarget.value)}
      maxLength={10_000}
      disabled={isOff}
      dir="auto"
      rows={1}
      size="sm"
      classNames={{ input: classes['note'] ?? '' }}
    />
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

type Outcome = { readonly tone: 'yes' | 'no' | 'plain'; readonly icon: Icon; readonly template: string };

function outcomeOf(approval: Approval): Outcome {
  if (isMissed(approval)) return { tone: 'plain', icon: IconEyeOff, template: strings.decide.missed };
  switch (approval.status) {
    case 'approved':
      if (approval.toolRuleId !== undefined)
        return { tone: 'yes', icon: IconShieldCheck, template: ruleStrings.allowed };
      return { tone: 'yes', icon: IconCircleCheck, template: strings.decide.by.approved };
    case 'denied':
      return { tone: 'no', icon: IconCircleX, template: strings.decide.by.denied };
    case 'cancelled':
      return { tone: 'plain', icon: IconArrowBackUp, template: strings.decide.withdrawn };
    default:
      return { tone: 'plain', icon: IconHourglassOff, template: strings.decide.expired };
  }
}

/** What became of a request that is not waiting any more: by whom, when, with what note; nothing here can be decided. */
function SettledNote({ approval }: { readonly approval: Approval }) {
  const { actions } = useDeskParts();
  const sent = useDesk((state) => state.decisions[approval.approvalId]);
  const isWatched = useDesk((state) => state.watchedId === approval.approvalId);
  const hasNext = useDesk((state) => state.queue !== undefined && waitingOf(state.queue).length > 0);
  const { tone, icon, template } = outcomeOf(approval);
  const who = approval.reviewedBy === undefined ? '' : actorName(approval.reviewedBy);
  // That one was missed says all that the reason does.
  const reason = isMissed(approval) ? undefined : approval.cancelReason;
  const note = approval.status === 'cancelled' ? reason : approval.reviewNotes;
  return (
    <Notice
      tone={tone}
      icon={icon}
      role="status"
      actions={
        hasNext && (
          <Button
            size="compact-md"
            rightSection={<IconArrowRight size={16} aria-hidden />}
            onClick={() => actions.selectNext()}
          >
            {strings.decide.next}
          </Button>
        )
      }
    >
      {sent?.phase === 'overtaken' && <div>{strings.decide.otherwise[sent.verdict]}</div>}
      <div>
        <b>
          <Sentence template={template} slots={{ who }} />
        </b>{' '}
        <Instant atMs={settledAtMs(approval)} />
      </div>
      {approval.toolRuleId !== undefined && <RuleThatAllowed ruleId={approval.toolRuleId} />}
      {approval.toolRuleId === undefined && note !== undefined && note !== '' && (
        <Flex gap={6} mah="9em" style={{ overflowY: 'auto' }}>
          <span>{approval.status === 'cancelled' ? strings.decide.reason : strings.decide.noteWas}:</span>
          <AgentParagraphs text={note} />
        </Flex>
      )}
      {approval.onlyRunId !== undefined && (
        <div>
          <Sentence template={queueStrings.terms.runOnlyWas} slots={{ run: approval.onlyRunId }} />
        </div>
      )}
      {approval.consumedAtMs !== undefined && (
        <div>
          {strings.decide.used} <Instant atMs={approval.consumedAtMs} />
        </div>
      )}
      {isWatched && sent === undefined && <div className={ui['dim']}>{strings.decide.settledWhileShown}</div>}
    </Notice>
  );
}
