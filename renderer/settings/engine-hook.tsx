import { NativeSelect } from '@mantine/core';
import type { EngineStatus } from '../../shared/contract/connection';
import { type Engine, engineNames, type IfUnavailable, unavailableAnswers } from '../../shared/contract/engine';
import { LeftField, wholeNumber } from '../ui/left-field';
import { Notice } from '../ui/notice';
import { useSend } from '../ui/use-send';
import classes from './settings-engines.module.css';
import { connectStrings as words } from './strings-connect';

type Hook = NonNullable<EngineStatus['hook']>;

type Props = { readonly engine: Engine; readonly hook: Hook; readonly maxHoldSeconds: number };

const choices = unavailableAnswers.map((value) => ({ value, label: words.ifUnavailableChoices[value] }));

/** How a connected engine's hook behaves; each change is stored at once, the time when its field is left. */
export function EngineHook({ engine, hook, maxHoldSeconds }: Props) {
  const { send, answer, refusal } = useSend('desk.setEngineHook');
  const problem = answer?.problem ?? refusal?.sentence;
  const store = (change: Partial<Hook>) => void send({ engine, hook: { ...hook, ...change } });
  return (
    <div className={classes['hook']} role="group" aria-label={`${words.hookTitle}: ${engineNames[engine]}`}>
      <NativeSelect
        label={words.ifUnavailable}
        data={choices}
        value={hook.ifUnavailable}
        onChange={(event) => store({ ifUnavailable: event.currentTarget.value as IfUnavailable })}
      />
      <LeftField
        label={words.hold}
        inputMode="numeric"
        rightSection={<span>{words.holdUnit}</span>}
        rightSectionWidth="5.2rem"
        stored={hook.holdSeconds}
        textOf={String}
        parse={(text) => wholeNumber(text, 0, maxHoldSeconds)}
        problem={words.holdInvalid(maxHoldSeconds)}
        onStore={(holdSeconds) => store({ holdSeconds })}
      />
      {hook.ifUnavailable === 'allow' && (
        <div className={classes['warning']}>
          <Notice tone="warning">{words.allowWarning}</Notice>
        </div>
      )}
      {problem !== undefined && (
        <div className={classes['warning']}>
          <Notice tone="failure" role="alert">
            {problem}
          </Notice>
        </div>
      )}
    </div>
  );
}
