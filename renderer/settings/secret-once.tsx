import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Token } from '../../shared/contract/token';
import { useDesk } from '../state/desk-context';
import { AgentText } from '../ui/agent-text';
import { CopyButton } from '../ui/copy-button';
import classes from './secret-once.module.css';
import { curlExample, settingsStrings } from './strings-settings';

const words = settingsStrings.secret;

type Props = { readonly token: Token; readonly secret: string; readonly onDone: () => void };

/** The secret of a new token, for as long as the operator looks at it: it is kept nowhere and cannot be shown again. */
export function SecretOnce({ token, secret, onDone }: Props) {
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
        {words.title}
      </h4>
      <p>
        {words.forName}{' '}
        <b>
          <AgentText text={token.name} />
        </b>
        . {words.detail}
      </p>
      <code className={classes['secret']}>{secret}</code>
      <CopyButton text={secret} label={words.copy} />
      {example !== undefined && (
        <>
          <p>{words.example}</p>
          <pre className={classes['example']}>{example}</pre>
          <CopyButton text={example} label={words.copyExample} />
        </>
      )}
      <Button className={classes['done'] ?? ''} variant="default" onClick={onDone}>
        {words.done}
      </Button>
    </div>
  );
}
