import { Box, Button, Checkbox, Group, Radio, Stack, Tooltip } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { type MouseEvent, useState } from 'react';
import { type ToolRuleDuration, toolRuleDurations } from '../../shared/contract/rule-durations';
import type { GivenPattern, ToolPattern } from '../../shared/contract/tool-rule';
import type { AnswerOf } from '../bridge';
import { formatInstant } from '../format';
import { Sentence } from '../queue/request-marks';
import { type Answer, useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { Confirm } from '../ui/confirm';
import { KeyOnButton } from '../ui/mark';
import { AgentText } from '../ui/names';
import { CommandRefusal } from '../ui/notice';
import { When } from '../ui/times';
import ui from '../ui/ui.module.css';
import { PatternWords, patternText } from './rule-words';
import classes from './rules.module.css';
import { ruleStrings } from './strings-rules';

const words = ruleStrings.offer;

/** The button that its key presses. */
export const RULE_BUTTON_ID = 'gatehouse-rule';

/** The button that allows what fits for the session. */
export const SESSION_BUTTON_ID = 'gatehouse-session';

type Props = { readonly approvalId: string; readonly isOff: boolean };

/** Beside Approve: the way to a standing rule, or why there can be none for this request. */
export function RuleOffer({ approvalId, isOff }: Props) {
  const { guard } = useDeskParts();
  const [isOpen, setOpen] = useState(false);
  const [first, setFirst] = useState(0);
  const { value: offer } = useAnswer('toolRules.offer', { approvalId }, []);
  if (offer?.isToolCall !== true) return null;
  if (offer.patterns.length === 0) {
    return <span className={ui['small']}>{offer.riskReasons.length > 0 ? words.highRisk : words.place}</span>;
  }
  const open = (event: MouseEvent, patternIndex = 0) => {
    if (!guard.lets(event.timeStamp)) return;
    // What was pressed for the card must not answer the dialog that comes up now.
    guard.swapped();
    setFirst(patternIndex);
    setOpen(true);
  };
  const { habit } = offer;
  const usual = habit === undefined ? undefined : offer.patterns[habit.pattern];
  const forSession = offer.hasSession ? sessionPattern(offer.patterns) : undefined;
  return (
    <>
      {forSession !== undefined && <SessionButton pattern={forSession} isOff={isOff} />}
      <Button
        size="sm"
        id={RULE_BUTTON_ID}
        leftSection={<IconShieldCheck size={17} stroke={1.9} aria-hidden />}
        rightSection={<KeyOnButton letter="R" />}
        disabled={isOff}
        aria-keyshortcuts="r"
        aria-haspopup="dialog"
        onClick={(event) => open(event)}
      >
        {words.button}
      </Button>
      {habit !== undefined && usual !== undefined && (
        <Button
          size="sm"
          variant="subtle"
          disabled={isOff}
          aria-haspopup="dialog"
          onClick={(event) => open(event, habit.pattern)}
        >
          {words.habit(habit.count, patternText(usual))}
        </Button>
      )}
      {isOpen && (
        <RuleDialog approvalId={approvalId} offer={offer} first={first} isOff={isOff} onClose={() => setOpen(false)} />
      )}
    </>
  );
}

/** What one key allows for a session: a bundle that fits, else what begins alike, else this act alone. */
function sessionPattern(patterns: readonly ToolPattern[]): ToolPattern | undefined {
  const of = (kind: ToolPattern['kind']) => patterns.filter((pattern) => pattern.kind === kind);
  return of('bundle')[0] ?? of('host')[0] ?? of('command_prefix').at(-1) ?? of('path')[0] ?? patterns[0];
}

/** Approves this, and what is like it for as long as the session goes on. */
function SessionButton({ pattern, isOff }: { readonly pattern: ToolPattern; readonly isOff: boolean }) {
  const { actions, guard } = useDeskParts();
  const allow = (event: MouseEvent) => {
    if (!guard.lets(event.timeStamp)) return;
    actions.decideSoon('approve', guard, { pattern: givenOf(pattern), duration: 'run' });
  };
  return (
    <Tooltip label={<PatternWords pattern={pattern} />}>
      <Button
        size="sm"
        id={SESSION_BUTTON_ID}
        rightSection={<KeyOnButton letter="2" />}
        disabled={isOff}
        aria-keyshortcuts="2"
        aria-description={patternText(pattern)}
        onClick={allow}
      >
        {words.session}
      </Button>
    </Tooltip>
  );
}

type DialogProps = {
  readonly approvalId: string;
  readonly offer: AnswerOf<'toolRules.offer'>;
  /** The pattern that is chosen at first, by its place. */
  readonly first: number;
  /** Whether the request cannot be decided at the moment. */
  readonly isOff: boolean;
  readonly onClose: () => void;
};

const radioStyles = { label: { marginBlockEnd: 6, fontWeight: 600 } };

/** Asks what is allowed from now on and for how long, and shows what that would have matched, before it is approved. */
function RuleDialog({ approvalId, offer, first, isOff, onClose }: DialogProps) {
  const { actions, guard } = useDeskParts();
  const durations = toolRuleDurations.filter((each) => each !== 'run' || offer.hasSession);
  const [isAnywhere, setAnywhere] = useState(false);
  const [index, setIndex] = useState(first);
  const [duration, setDuration] = useState<ToolRuleDuration>(durations[0] ?? 'hour');
  const pattern = givenOf(offer.patterns[index] ?? { kind: 'any' });
  const rule = { pattern, duration, ...(isAnywhere && { isAnywhere: true as const }) };
  const preview = useAnswer('toolRules.preview', { approvalId, ...rule }, []);

  const approve = (atMs: number) => {
    // INVARIANT: the Enter that opened the dialog, or was meant for the card, never answers it.
    if (isOff || preview.value === undefined || !guard.lets(atMs)) return;
    onClose();
    void actions.decide('approve', undefined, rule);
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
        <Box component="span" flex="1 1 16rem" c="dimmed" fz="sm">
          {endWords(duration, preview.value?.expiresAtMs)} {words.highRiskStays}
        </Box>
      }
    >
      <p>
        <Sentence
          template={offer.workspace === undefined ? words.scope : words.scopeIn}
          slots={{ who: offer.agentId ?? '', tool: offer.toolName ?? '', folder: offer.workspace ?? '' }}
        />
      </p>
      <PatternChoice patterns={offer.patterns} index={index} onChoose={setIndex} />
      <Radio.Group
        label={words.duration}
        value={duration}
        onChange={(chosen) => setDuration(durations.find((each) => each === chosen) ?? 'hour')}
        styles={radioStyles}
      >
        <Group gap="8px 20px">
          {durations.map((each) => (
            <Radio key={each} value={each} size="sm" label={words.durations[each]} />
          ))}
        </Group>
      </Radio.Group>
      {offer.workspace !== undefined && (
        <Checkbox
          size="sm"
          checked={isAnywhere}
          onChange={({ currentTarget }) => setAnywhere(currentTarget.checked)}
          label={words.isAnywhere}
        />
      )}
      <RulePreview preview={preview} agentId={offer.agentId ?? ''} />
    </Confirm>
  );
}

type PatternProps = {
  readonly patterns: readonly ToolPattern[];
  readonly index: number;
  onChoose(index: number): void;
};

/** What the rule would cover, the narrowest first. */
function PatternChoice({ patterns, index, onChoose }: PatternProps) {
  return (
    <Radio.Group
      label={words.patterns}
      value={String(index)}
      onChange={(chosen) => onChoose(Number(chosen))}
      styles={radioStyles}
    >
      <Stack gap={8}>
        {patterns.map((each, place) => (
          <Radio
            key={JSON.stringify(each)}
            value={String(place)}
            data-autofocus={place === index || undefined}
            size="sm"
            label={<PatternWords pattern={each} />}
            description={each.kind === 'bundle' ? ruleStrings.bundleDetail[each.bundle] : ruleStrings.detail[each.kind]}
          />
        ))}
      </Stack>
    </Radio.Group>
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

type PreviewProps = {
  readonly preview: Answer<AnswerOf<'toolRules.preview'>>;
  /** Whose rule it would be; others that it would be for are named. */
  readonly agentId: string;
};

/** What a rule would have matched lately; keeps its place while that is on its way. */
function RulePreview({ preview: { value, refusal }, agentId }: PreviewProps) {
  return (
    <div className={classes['preview']} aria-busy={value === undefined && refusal === undefined}>
      <Box role="status" mih="1.5em" fw={600}>
        {value !== undefined && words.preview(value.count, value.isCut)}
      </Box>
      <CommandRefusal refusal={refusal} />
      {value !== undefined && value.count > 1 && (
        <div className={classes['scroll']} tabIndex={0} role="group" aria-label={words.examples}>
          <ul>
            {value.examples.map((example) => (
              <li key={example.approvalId}>
                <Box component="span" flex="none" miw="6.5rem" c="dimmed">
                  <When atMs={example.createdAtMs} />
                </Box>
                <code>
                  <AgentText text={example.summary} />
                </code>
                {example.agentId !== agentId && (
                  <span className={ui['dim']}>
                    <AgentText text={example.agentId} />
                  </span>
                )}
              </li>
            ))}
            {value.count > value.examples.length && <li>{words.more(value.count - value.examples.length)}</li>}
          </ul>
        </div>
      )}
    </div>
  );
}
