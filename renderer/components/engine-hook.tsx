import { NativeSelect, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { type Engine, engineNames, type IfUnavailable, unavailableAnswers } from '../../shared/engine';
import type { EngineStatus } from '../../shared/engine-status';
import { useDeskParts } from '../state/desk-context';
import { connectStrings as words } from '../strings-connect';
import { Notice } from './notice';
import classes from './settings-engines.module.css';

type Hook = NonNullable<EngineStatus['hook']>;

type Props = { readonly engine: Engine; readonly hook: Hook; readonly maxHoldSeconds: number };

const choices = unavailableAnswers.map((value) => ({ value, label: words.ifUnavailableChoices[value] }));

/** How a connected engine's hook behaves; each change is stored at once, the time when its field is left. */
export function EngineHook({ engine, hook, maxHoldSeconds }: Props) {
  const { desk } = useDeskParts();
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const seconds = /^\d{1,6}$/.test(typed?.trim() ?? '') ? Number(typed) : undefined;
  const isInvalid = typed !== undefined && (seconds === undefined || seconds > maxHoldSeconds);
  const store = async (change: Partial<Hook>) => {
    const result = await desk.request('desk.setEngineHook', { engine, hook: { ...hook, ...change } });
    setProblem(result.ok ? result.value.problem : result.refusal.sentence);
  };
  const leave = () => {
    if (typed === undefined || isInvalid || seconds === undefined) return;
    if (seconds !== hook.holdSeconds) void store({ holdSeconds: seconds });
    setTyped(undefined);
  };
  return (
    <div className={classes['hook']} role="group" aria-label={`${words.hookTitle}: ${engineNames[engine]}`}>
      <NativeSelect
        label={words.ifUnavailable}
        data={choices}
        value={hook.ifUnavailable}
        onChange={(event) => void store({ ifUnavailable: event.currentTarget.value as IfUnavailable })}
      />
      <TextInput
        label={words.hold}
        inputMode="numeric"
        rightSection={<span>{words.holdUnit}</span>}
        rightSectionWidth="5.2rem"
        value={typed ?? String(hook.holdSeconds)}
        error={isInvalid ? words.holdInvalid(maxHoldSeconds) : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={leave}
        onKeyDown={(event) => event.key === 'Enter' && leave()}
      />
      {hook.ifUnavailable === 'allow' && (
        <div className={classes['warning']}>
          <Notice tone="warning" icon={IconAlertTriangle}>
            {words.allowWarning}
          </Notice>
        </div>
      )}
      {problem !== undefined && (
        <div className={classes['warning']}>
          <Notice tone="failure" icon={IconAlertTriangle} role="alert">
            {problem}
          </Notice>
        </div>
      )}
    </div>
  );
}
