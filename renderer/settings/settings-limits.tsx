import { Box, Button, Flex, Group, NativeSelect, Skeleton, Switch, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconHistory } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import {
  type CandidateLimit,
  defaultLimits,
  isWeighed,
  type Limits,
  type WeighedLimit,
} from '../../shared/contract/limits';
import { useAnswer } from '../state/answers';
import { CommandRefusal, LoadRefusal } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { useSend } from '../ui/use-send';
import {
  type LimitName,
  limitGroups,
  limitKinds,
  limitText,
  parseTyped,
  type SpanUnit,
  spanUnits,
  type Typed,
  typedOf,
} from './limit-fields';
import classes from './settings.module.css';
import { SettingsSection } from './settings-section';
import { impactSentence, limitStrings as words } from './strings-limits';

/** Every limit with what it means, its default, and what the value in its field would have stopped. */
export function LimitSettings() {
  const { value, refusal, reload } = useAnswer('limits.get', {}, ['limits']);
  const limits = value?.limits;
  return (
    <SettingsSection part="limits">
      <p className={ui['hint']}>{words.detail}</p>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {limitGroups.map(([group, names]) => (
        <Box key={group} w="100%" className={classes['group'] ?? ''}>
          <h3>{words.groups[group]}</h3>
          <ul>
            {names.map((name) => {
              const current = limits?.[name];
              return (
                <li key={name} className={classes['limit']}>
                  {current === undefined ? (
                    <Skeleton height={58} visible={refusal === undefined} />
                  ) : typeof current === 'boolean' ? (
                    <LimitSwitch name={name} current={current} />
                  ) : (
                    <LimitField name={name} current={current} />
                  )}
                </li>
              );
            })}
          </ul>
        </Box>
      ))}
    </SettingsSection>
  );
}

type Props = { readonly name: LimitName; readonly current: number | null };

const unitOptions = spanUnits.map((value) => ({ value, label: words.units[value] }));

/** A limit that is a number: typed, held against what happened, and then saved. */
function LimitField({ name, current }: Props) {
  const update = useSend('limits.update');
  const [typed, setTyped] = useState<Typed>();
  const kind = limitKinds[name];
  const shown = typed ?? typedOf(name, current);
  const parsed = parseTyped(name, shown);
  const isChanged = typed !== undefined && !('value' in parsed && parsed.value === current);
  const problem = 'problem' in parsed ? parsed.problem : undefined;
  const refused = update.refusal?.issues?.[0]?.message ?? update.refusal?.sentence;
  const meaningId = `limit-${name}-meaning`;
  const impactId = `limit-${name}-impact`;

  const type = (next: Partial<Typed>) => {
    update.forget();
    setTyped({ ...shown, ...next });
  };
  const save = async (value: Limits[LimitName]) => {
    const result = await update.send({ [name]: value });
    if (result.ok) setTyped(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged && 'value' in parsed) void save(parsed.value);
  };

  return (
    <>
      <div>
        <Box component="label" display="block" fw={600} htmlFor={`limit-${name}`}>
          {words.names[name]}
        </Box>
        <p id={meaningId} className={classes['meaning']}>
          {words.meanings[name]}
        </p>
        {isWeighed(name) && (
          <LimitImpactLine id={impactId} name={name} value={'value' in parsed ? parsed.value : undefined} />
        )}
      </div>
      <form className={classes['control']} onSubmit={submit} noValidate>
        <Flex gap={6}>
          <TextInput
            id={`limit-${name}`}
            flex="1 1 6rem"
            miw={0}
            aria-describedby={isWeighed(name) ? `${meaningId} ${impactId}` : meaningId}
            inputMode="decimal"
            autoComplete="off"
            value={shown.text}
            placeholder={kind === 'money' ? words.noCap : ''}
            leftSection={kind === 'money' ? <span aria-hidden>{words.dollars}</span> : undefined}
            rightSection={kind === 'ratio' ? <span aria-hidden>{words.percent}</span> : undefined}
            error={problem ?? refused}
            onChange={(event) => type({ text: event.currentTarget.value })}
          />
          {kind === 'span' && (
            <NativeSelect
              flex="0 0 7.5rem"
              aria-label={words.unit(words.names[name])}
              data={unitOptions}
              value={shown.unit}
              onChange={(event) => type({ unit: event.currentTarget.value as SpanUnit })}
            />
          )}
        </Flex>
        <LimitButtons
          name={name}
          current={current}
          isChanged={isChanged}
          isWrong={problem !== undefined}
          isInFlight={update.isInFlight}
          onUndo={() => {
            update.forget();
            setTyped(undefined);
          }}
          onDefault={() => void save(defaultLimits[name])}
        />
      </form>
    </>
  );
}

type ButtonsProps = Props & {
  readonly isChanged: boolean;
  readonly isWrong: boolean;
  readonly isInFlight: boolean;
  readonly onUndo: () => void;
  readonly onDefault: () => void;
};

/** Below a field: to save or undo what was typed; else the default, and the way back to it. */
function LimitButtons({ name, current, isChanged, isWrong, isInFlight, onUndo, onDefault }: ButtonsProps) {
  const label = words.names[name];
  return (
    <div className={`${ui['small']} ${classes['below']}`}>
      {isChanged ? (
        <Group gap={6}>
          <Button
            variant="filled"
            type="submit"
            aria-label={words.saveOf(label)}
            disabled={isWrong}
            loading={isInFlight}
          >
            {words.save}
          </Button>
          <Button aria-label={words.undoOf(label)} onClick={onUndo}>
            {words.undo}
          </Button>
        </Group>
      ) : (
        <>
          <span>{words.standard(limitText(name, defaultLimits[name]))}</span>
          {current !== defaultLimits[name] && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={words.backOf(label)}
              loading={isInFlight}
              onClick={onDefault}
            >
              {words.back}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

type SwitchProps = { readonly name: LimitName; readonly current: boolean };

/** A limit that is on or off; it is as it was until the change is stored. */
function LimitSwitch({ name, current }: SwitchProps) {
  const update = useSend('limits.update');
  const meaningId = `limit-${name}-meaning`;
  return (
    <>
      <div>
        <Box fw={600}>{words.names[name]}</Box>
        <p id={meaningId} className={classes['meaning']}>
          {words.meanings[name]}
        </p>
      </div>
      <div className={classes['control']}>
        <Switch
          aria-label={words.names[name]}
          aria-describedby={meaningId}
          label={<span aria-hidden>{limitText(name, current)}</span>}
          checked={current}
          disabled={update.isInFlight}
          onChange={(event) => void update.send({ [name]: event.currentTarget.checked })}
        />
        <div className={`${ui['small']} ${classes['below']}`}>
          {words.standard(limitText(name, defaultLimits[name]))}
        </div>
        <CommandRefusal refusal={update.refusal} />
      </div>
    </>
  );
}

type ImpactProps = {
  readonly id: string;
  readonly name: WeighedLimit;
  /** Absent while what stands in the field makes no sense; then the line is empty. */
  readonly value: number | null | undefined;
};

/** How long the typing has to rest before the history is asked, in milliseconds. */
const REST_MS = 300;

/** What the value in the field would have done in the last 30 days. */
function LimitImpactLine({ id, name, value }: ImpactProps) {
  const [rested] = useDebouncedValue(value, REST_MS);
  if (value === undefined || rested === undefined) return <p id={id} className={classes['impact']} />;
  return <Line id={id} name={name} value={rested} />;
}

function Line({ id, name, value }: ImpactProps) {
  const candidate = { [name]: value } as CandidateLimit;
  const { value: answer, refusal } = useAnswer('limits.impact', { candidate }, ['limits']);
  const impact = answer?.impact;
  const isStopping = impact?.state === 'counted' && impact.count > 0;
  return (
    <p id={id} className={classes['impact']} data-stops={isStopping}>
      <IconHistory size={15} stroke={1.75} aria-hidden />
      {impact === undefined ? (refusal?.sentence ?? words.counting) : impactSentence(name, impact)}
    </p>
  );
}
