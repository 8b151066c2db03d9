import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { MAX_ACTOR_ID_LENGTH } from '../../shared/kernel/actor';
import { useDesk } from '../state/desk-context';
import { useSend } from '../ui/use-send';
import { SecretOnce } from './secret-once';
import classes from './settings-connect.module.css';
import { Failure, SettingsSection } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.connect;

/** Makes tokens for agents and for engines. */
export function ConnectSettings({ onMade }: { readonly onMade: () => void }) {
  const isTarget = useDesk((state) => state.place.subject === 'connect');
  return (
    <SettingsSection id="settings-connect" title={words.title}>
      <ConnectForm kind="agent" isTarget={isTarget} onMade={onMade} />
      <ConnectForm kind="engine" isTarget={false} onMade={onMade} />
    </SettingsSection>
  );
}

type FormProps = {
  readonly kind: 'agent' | 'engine';
  /** Whether the operator was sent here. */
  readonly isTarget: boolean;
  readonly onMade: () => void;
};

/** What is wrong with a name or an id as it was typed. */
function problemOf(text: string, needed: string): string | undefined {
  if (text.trim() === '') return needed;
  return text.trim().length > MAX_ACTOR_ID_LENGTH ? words.tooLong : undefined;
}

function ConnectForm({ kind, isTarget, onMade }: FormProps) {
  const { send, isInFlight, answer: made, refusal, forget } = useSend('token.create');
  const first = useRef<HTMLInputElement>(null);
  const [name, setName] = useState('');
  const [agentId, setAgentId] = useState('');
  const [parentId, setParentId] = useState('');
  const [isTried, setTried] = useState(false);
  const isAgent = kind === 'agent';
  const nameProblem = problemOf(name, words.nameNeeded);
  const idProblem = isAgent ? problemOf(agentId, words.agentIdNeeded) : undefined;
  const parentProblem = parentId.trim() === '' ? undefined : problemOf(parentId, '');

  useEffect(() => {
    if (isTarget) first.current?.focus();
  }, [isTarget]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (nameProblem !== undefined || idProblem !== undefined || parentProblem !== undefined) return;
    const parent = parentId.trim() === '' ? {} : { parentAgentId: parentId.trim() };
    const result = await send({ kind, name, ...(isAgent ? { agentId, ...parent } : {}) });
    if (!result.ok) return;
    setName('');
    setAgentId('');
    setParentId('');
    setTried(false);
    onMade();
  };

  return (
    <form className={classes['form']} onSubmit={(event) => void submit(event)} noValidate>
      <h3>{isAgent ? words.agentTitle : words.engineTitle}</h3>
      <p>{isAgent ? words.agentDetail : words.engineDetail}</p>
      <div className={classes['fields']}>
        <TextInput
          ref={first}
          label={words.name}
          description={words.nameDetail}
          placeholder={isAgent ? words.agentNamePlaceholder : words.engineNamePlaceholder}
          value={name}
          error={isTried ? nameProblem : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {isAgent && (
          <TextInput
            label={words.agentId}
            description={words.agentIdDetail}
            placeholder={words.agentIdPlaceholder}
            value={agentId}
            error={isTried ? idProblem : undefined}
            onChange={(event) => setAgentId(event.currentTarget.value)}
          />
        )}
        {isAgent && (
          <TextInput
            label={words.parent}
            description={words.parentDetail}
            placeholder={words.parentPlaceholder}
            value={parentId}
            error={isTried ? parentProblem : undefined}
            onChange={(event) => setParentId(event.currentTarget.value)}
          />
        )}
      </div>
      <Button type="submit" variant={isAgent ? 'filled' : 'default'} loading={isInFlight}>
        {words.make}
      </Button>
      <Failure refusal={refusal} />
      {made !== undefined && <SecretOnce token={made.token} secret={made.secret} onDone={forget} />}
    </form>
  );
}
