import { Group, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import {
  type GivenPattern,
  type ToolPattern,
  type ToolRuleDuration,
  toolRuleDurations,
} from '../../shared/contract/tool-rule';
import type { AnswerOf } from '../bridge';
import { formatInstant } from '../format';
import { Sentence } from '../queue/sentence';
import { useDeskParts } from '../state/desk-context';
import { useAnswer } from '../state/use-answer';
import { Confirm } from '../ui/confirm';
import classes from './rule-dialog.module.css';
import { RulePreview } from './rule-preview';
import { PatternWords } from './rule-words';
import { ruleStrings } from './strings-rules';

const words = ruleStrings.offer;

type Props = {
  readonly approvalId: string;
  readonly offer: AnswerOf<'toolRules.offer'>;
  /** Whether the request cannot be decided at the moment. */
  readonly isOff: boolean;
  readonly onClose: () => void;
};

/** Asks what is allowed from now on and for how long, and shows what that would have matched, before it is approved. */
export function RuleDialog({ approvalId, offer, isOff, onClose }: Props) {
  const { actions, guard } = useDeskParts();
  const durations = toolRuleDurations.filter((each) => each !== 'run' || offer.hasSession);
  const isCommand = offer.patterns.some(({ kind }) => kind === 'command_prefix');
  const [index, setIndex] = useState(0);
  const [duration, setDuration] = useState<ToolRuleDuration>(durations[0] ?? 'hour');
  const pattern = givenOf(offer.patterns[index] ?? { kind: 'any' });
  const preview = useAnswer('toolRules.preview', { approvalId, pattern, duration }, []);

  const approve = (atMs: number) => {
    // INVARIANT: the Enter that opened the dialog, or was meant for the card, never answers it.
    if (isOff || preview.value === undefined || !guard.lets(atMs)) return;
    onClose();
    void actions.decide('approve', undefined, { pattern, duration });
  };
  return (
    <Confirm
      size="lg"
      title={words.title}
      label={words.confirm}
      color="green"
      isReady={!isOff && preview.value !== undefined}
      onConfirm={(_reason, atMs) => approve(atMs)}
      onClose={onClose}
      foot={
        <span className={classes['ends']}>
          {endWords(duration, preview.value?.expiresAtMs)} {words.highRiskStays}
        </span>
      }
    >
      <p>
        <Sentence
          template={offer.workspace === undefined ? words.scope : words.scopeIn}
          slots={{ who: offer.agentId ?? '', tool: offer.toolName ?? '', folder: offer.workspace ?? '' }}
        />
      </p>
      {offer.mustTrustFolder && <p className={classes['trust']}>{words.trust}</p>}
      <Radio.Group
        label={words.patterns}
        value={String(index)}
        onChange={(chosen) => setIndex(Number(chosen))}
        classNames={{ label: classes['label'] ?? '' }}
      >
        <Stack gap={8}>
          {offer.patterns.map((each, place) => (
            <Radio
              key={JSON.stringify(each)}
              value={String(place)}
              data-autofocus={place === 0 || undefined}
              size="sm"
              label={<PatternWords pattern={each} />}
              description={ruleStrings.detail[each.kind === 'any' && isCommand ? 'anyCommand' : each.kind]}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Radio.Group
        label={words.duration}
        value={duration}
        onChange={(chosen) => setDuration(durations.find((each) => each === chosen) ?? 'hour')}
        classNames={{ label: classes['label'] ?? '' }}
      >
        <Group gap="8px 20px">
          {durations.map((each) => (
            <Radio key={each} value={each} size="sm" label={words.durations[each]} />
          ))}
        </Group>
      </Radio.Group>
      <RulePreview preview={preview} agentId={offer.agentId ?? ''} />
    </Confirm>
  );
}

/** When the rule would end; nothing while that is on its way. */
function endWords(duration: ToolRuleDuration, expiresAtMs: number | undefined): string {
  if (duration === 'until_revoked') return words.never;
  if (expiresAtMs === undefined) return '';
  const when = formatInstant(expiresAtMs, Date.now());
  return duration === 'run' ? words.endsRun(when) : words.ends(when);
}

/** The pattern as it is sent: the act of an exact one is the request's. */
function givenOf(pattern: ToolPattern): GivenPattern {
  return pattern.kind === 'exact' ? { kind: 'exact' } : pattern;
}
