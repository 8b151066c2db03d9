import { Button, Flex } from '@mantine/core';
import {
  type Icon,
  IconArrowBackUp,
  IconArrowRight,
  IconCircleCheck,
  IconCircleX,
  IconHourglassOff,
  IconShieldCheck,
} from '@tabler/icons-react';
import { type Approval, actorName } from '../../shared/contract/approval';
import { RuleThatAllowed } from '../rules/rule-words';
import { ruleStrings } from '../rules/strings-rules';
import { useDesk, useDeskParts } from '../state/desk-context';
import { settledAtMs, waitingOf } from '../state/queue';
import { strings } from '../strings';
import { AgentParagraphs } from '../ui/agent-text';
import { Instant } from '../ui/deadline';
import { Notice } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { Sentence } from './sentence';
import { queueStrings } from './strings-queue';

type Outcome = { readonly tone: 'yes' | 'no' | 'plain'; readonly icon: Icon; readonly template: string };

function outcomeOf(approval: Approval): Outcome {
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
export function SettledNote({ approval }: { readonly approval: Approval }) {
  const { actions } = useDeskParts();
  const sent = useDesk((state) => state.decisions[approval.approvalId]);
  const isWatched = useDesk((state) => state.watchedId === approval.approvalId);
  const hasNext = useDesk((state) => state.queue !== undefined && waitingOf(state.queue).length > 0);
  const { tone, icon, template } = outcomeOf(approval);
  const who = approval.reviewedBy === undefined ? '' : actorName(approval.reviewedBy);
  const note = approval.status === 'cancelled' ? approval.cancelReason : approval.reviewNotes;
  return (
    <Notice
      tone={tone}
      icon={icon}
      role="status"
      actions={
        hasNext && (
          <Button
            size="compact-md"
            variant="default"
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
