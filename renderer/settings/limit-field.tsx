import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { defaultLimits, isWeighed, type Limits } from '../../shared/contract/limits';
import {
  type LimitName,
  limitKinds,
  limitText,
  parseTyped,
  type SpanUnit,
  spanUnits,
  type Typed,
  typedOf,
} from '../limit-fields';
import { useSend } from '../ui/use-send';
import { LimitImpactLine } from './limit-impact-line';
import classes from './settings-limits.module.css';
import { limitStrings as words } from './strings-limits';

type Props = { readonly name: LimitName; readonly current: number | null };

const unitOptions = spanUnits.map((value) => ({ value, label: words.units[value] }));

/** A limit that is a number: typed, held against what happened, and then saved. */
export function LimitField({ name, current }: Props) {
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
  const label = words.names[name];

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
      <div className={classes['words']}>
        <label className={classes['name']} htmlFor={`limit-${name}`}>
          {label}
        </label>
        <p id={meaningId} className={classes['meaning']}>
          {words.meanings[name]}
        </p>
        {isWeighed(name) && (
          <LimitImpactLine id={impactId} name={name} value={'value' in parsed ? parsed.value : undefined} />
        )}
      </div>
      <form className={classes['control']} onSubmit={submit} noValidate>
        <div className={classes['fields']}>
          <TextInput
            id={`limit-${name}`}
            className={classes['text'] ?? ''}
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
              className={classes['unit'] ?? ''}
              aria-label={words.unit(label)}
              data={unitOptions}
              value={shown.unit}
              onChange={(event) => type({ unit: event.currentTarget.value as SpanUnit })}
            />
          )}
        </div>
        <div className={classes['below']}>
          {isChanged ? (
            <Group gap={6}>
              <Button
                type="submit"
                size="compact-sm"
                aria-label={words.saveOf(label)}
                disabled={problem !== undefined}
                loading={update.isInFlight}
              >
                {words.save}
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={words.undoOf(label)}
                onClick={() => {
                  update.forget();
                  setTyped(undefined);
                }}
              >
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
                  loading={update.isInFlight}
                  onClick={() => void save(defaultLimits[name])}
                >
                  {words.back}
                </Button>
              )}
            </>
          )}
        </div>
      </form>
    </>
  );
}
