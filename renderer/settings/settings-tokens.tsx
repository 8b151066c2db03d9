import { Button, Switch, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconKey } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Token } from '../../shared/contract/token';
import { MAX_ACTOR_ID_LENGTH } from '../../shared/kernel/actor';
import { succeeded } from '../../shared/kernel/errors';
import { visibleLine } from '../../shared/kernel/visible-text';
import type { AnswerOf } from '../bridge';
import type { Answer } from '../state/answers';
import { useDesk } from '../state/desk-context';
import { CommandDialog, ConfirmCommand } from '../ui/confirm';
import { CopyButton } from '../ui/fields';
import { Loaded } from '../ui/list-view';
import { AgentText } from '../ui/names';
import { Notice } from '../ui/notice';
import { SmallTable } from '../ui/table';
import { When } from '../ui/times';
import { useSend, useSending } from '../ui/use-send';
import classes from './settings.module.css';
import { Failure, SettingsSection } from './settings-section';
import { curlExample, settingsStrings, tokenKindNames } from './strings-settings';

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

const tokenWords = settingsStrings.tokens;

const columns = [
  { header: tokenWords.name, cell: ({ name }: Token) => <AgentText text={name} /> },
  { header: tokenWords.kind, cell: ({ kind }: Token) => tokenKindNames[kind] },
  {
    header: tokenWords.agent,
    cell: ({ agentId }: Token) => (agentId === undefined ? '–' : <AgentText text={agentId} />),
  },
  { header: tokenWords.created, cell: ({ createdAtMs }: Token) => <When atMs={createdAtMs} /> },
  {
    header: tokenWords.lastUsed,
    cell: ({ lastUsedAtMs }: Token) => (lastUsedAtMs === undefined ? tokenWords.never : <When atMs={lastUsedAtMs} />),
  },
  {
    header: tokenWords.actions,
    cell: ({ tokenId, name, revokedAtMs }: Token) => (
      <>
        {revokedAtMs !== undefined && tokenWords.revoked}
        <ConfirmCommand
          title={tokenWords.revokeTitle}
          label={tokenWords.yes}
          button={{ children: tokenWords.revoke, 'aria-label': tokenWords.revokeNamed(visibleLine(name, 80)) }}
          isOffered={revokedAtMs === undefined}
          command="token.revoke"
          input={{ tokenId }}
          color="red"
        >
          <b>
            <AgentText text={name} />
          </b>
          <p>{tokenWords.revokeEffect}</p>
        </ConfirmCommand>
      </>
    ),
  },
];

/** Every token there is: whose, since when, last used when; revoked ones on demand. */
export function TokenSettings({ answer }: { readonly answer: Answer<AnswerOf<'tokens.list'>> }) {
  return (
    <SettingsSection id="settings-tokens" title={tokenWords.title}>
      <Loaded answer={answer} height={56}>
        {({ tokens }) => <Tokens tokens={tokens} />}
      </Loaded>
    </SettingsSection>
  );
}

function Tokens({ tokens }: { readonly tokens: readonly Token[] }) {
  const [areRevokedShown, setRevokedShown] = useState(false);
  const active = tokens.filter(({ revokedAtMs }) => revokedAtMs === undefined);
  const revoked = tokens.filter(({ revokedAtMs }) => revokedAtMs !== undefined);
  const shown = areRevokedShown ? [...active, ...revoked] : active;
  return (
    <>
      {shown.length === 0 ? (
        <Text c="dimmed">{tokenWords.none}</Text>
      ) : (
        <SmallTable
          label={tokenWords.title}
          columns={columns}
          rows={shown}
          keyOf={({ tokenId }) => tokenId}
          isFramed={false}
        />
      )}
      {revoked.length > 0 && (
        <Button size="compact-sm" variant="subtle" onClick={() => setRevokedShown(!areRevokedShown)}>
          {areRevokedShown ? tokenWords.hideRevoked : tokenWords.showRevoked(revoked.length)}
        </Button>
      )}
    </>
  );
}

const operatorWords = settingsStrings.decideOverApi;

type OperatorProps = { readonly tokens: readonly Token[] | undefined; readonly reload: () => void };

/** Whether programs may decide: on means that an operator token exists, off that there is none. Off until turned on. */
export function DecideOverApiSettings({ tokens, reload }: OperatorProps) {
  const [isAsking, setAsking] = useState(false);
  const [made, setMade] = useState<AnswerOf<'token.create'>>();
  const canLauncherDecide = useDesk((state) => state.status?.canLauncherDecide === true);
  const active = tokens?.filter((token) => token.kind === 'operator' && token.revokedAtMs === undefined) ?? [];
  const isOn = active.length > 0;
  const turnOff = useSending(async (desk, _input: object) => {
    const results = await Promise.all(active.map(({ tokenId }) => desk.request('token.revoke', { tokenId })));
    setMade(undefined);
    reload();
    return results.find((result) => !result.ok) ?? succeeded({});
  });
  const change = (shouldBeOn: boolean) => {
    turnOff.forget();
    if (shouldBeOn) setAsking(true);
    else void turnOff.send({});
  };

  return (
    <SettingsSection id="settings-operator" title={operatorWords.title}>
      <Switch
        label={operatorWords.label}
        description={isOn ? operatorWords.on : canLauncherDecide ? operatorWords.offButLauncher : operatorWords.off}
        checked={isOn}
        disabled={tokens === undefined || turnOff.isInFlight}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      {canLauncherDecide && (
        <Notice tone="warning" role="status">
          {operatorWords.launcher}
        </Notice>
      )}
      {isAsking && (
        <CommandDialog
          title={operatorWords.turnOnTitle}
          label={operatorWords.turnOn}
          command="token.create"
          input={{ kind: 'operator', name: operatorWords.tokenName }}
          onDone={(answer) => {
            setMade(answer);
            reload();
          }}
          onClose={() => setAsking(false)}
        >
          <Notice tone="warning">{operatorWords.warning}</Notice>
        </CommandDialog>
      )}
      {turnOff.answer !== undefined && !isOn && (
        <Notice tone="plain" icon={IconCircleCheck} role="status">
          {operatorWords.turnedOff}
        </Notice>
      )}
      <Failure refusal={turnOff.refusal} />
      {made !== undefined && <SecretOnce token={made.token} secret={made.secret} onDone={() => setMade(undefined)} />}
    </SettingsSection>
  );
}

const secretWords = settingsStrings.secret;

type SecretProps = { readonly token: Token; readonly secret: string; readonly onDone: () => void };

/** The secret of a new token, for as long as the operator looks at it: it is kept nowhere and cannot be shown again. */
function SecretOnce({ token, secret, onDone }: SecretProps) {
  const url = useDesk((state) => (state.status?.api.state === 'listening' ? state.status.api.url : undefined));
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const example =
    url === undefined || token.kind === 'operator'
      ? undefined
      : curlExample(url, secret, token.kind === 'engine' ? 'scout' : undefined);
  return (
    <div ref={box} className={classes['box']} role="group" aria-labelledby="secret-title" tabIndex={-1}>
      <h4 id="secret-title">
        <IconKey size={18} stroke={1.75} aria-hidden />
        {secretWords.title}
      </h4>
      <p>
        {secretWords.forName}{' '}
        <b>
          <AgentText text={token.name} />
        </b>
        . {secretWords.detail}
      </p>
      <code className={classes['secret']}>{secret}</code>
      <CopyButton text={secret} label={secretWords.copy} />
      {example !== undefined && (
        <>
          <p>{secretWords.example}</p>
          <pre className={classes['example']}>{example}</pre>
          <CopyButton text={example} label={secretWords.copyExample} />
        </>
      )}
      <Button className={classes['done'] ?? ''} variant="default" onClick={onDone}>
        {secretWords.done}
      </Button>
    </div>
  );
}
