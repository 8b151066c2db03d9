import { Button } from '@mantine/core';
import { IconDatabaseX, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import type { DeskStatus } from '../../shared/desk-contract';
import { Notice } from '../components/notice';
import { countOf, formatWholeInstant } from '../format';
import { useDeskParts } from '../state/desk-context';
import { troubleStrings, troubleTexts } from '../strings-trouble';
import classes from './trouble-view.module.css';

type Trouble = Extract<DeskStatus['store'], { state: 'trouble' }>;

/** Takes the whole window while the database cannot be used: what happened, what it means, what to do, step by step. */
export function TroubleView({ trouble }: { readonly trouble: Trouble }) {
  const { desk, store } = useDeskParts();
  const [isTrying, setTrying] = useState(false);
  const [message, setMessage] = useState<string>();
  const text = troubleTexts[trouble.kind];
  const { loss } = trouble;

  const ask = async (request: 'desk.retryStore' | 'desk.acceptLoss') => {
    setTrying(true);
    setMessage(undefined);
    const result = await desk.request(request, {});
    setTrying(false);
    if (!result.ok) setMessage(result.refusal.sentence);
    else {
      store.setState({ status: result.value });
      if (result.value.store.state === 'trouble') setMessage(troubleStrings.stillTrouble);
    }
  };
  const showFolder = async () => {
    const result = await desk.request('desk.openDataFolder', {});
    if (!result.ok) setMessage(result.refusal.sentence);
  };

  return (
    <main className={classes['trouble']}>
      <div className={classes['sheet']}>
        <IconDatabaseX size={44} stroke={1.4} className={classes['icon']} aria-hidden />
        <h1>{text.title}</h1>
        <p className={classes['meaning']}>{text.meaning}</p>
        {loss !== undefined && (
          <p className={classes['loss']}>
            {troubleStrings.missing(
              countOf(loss.atLeast, 'change', 'changes'),
              loss.afterMs === undefined ? undefined : formatWholeInstant(loss.afterMs),
            )}
          </p>
        )}
        <h2>{troubleStrings.whatToDo}</h2>
        <ol>
          {text.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <div className={classes['buttons']}>
          <Button loading={isTrying} onClick={() => void ask('desk.retryStore')}>
            {troubleStrings.tryAgain}
          </Button>
          <Button variant="default" onClick={() => void showFolder()}>
            {troubleStrings.showFolder}
          </Button>
          <Button variant="default" onClick={() => void desk.request('desk.quit', {})}>
            {troubleStrings.quit}
          </Button>
          {loss !== undefined && (
            <Button variant="default" onClick={() => void ask('desk.acceptLoss')}>
              {troubleStrings.goOn}
            </Button>
          )}
        </div>
        {message !== undefined && (
          <Notice tone="plain" icon={IconInfoCircle} role="status">
            {message}
          </Notice>
        )}
        <dl>
          <dt>{troubleStrings.path}</dt>
          <dd>{trouble.databasePath}</dd>
          {trouble.detail !== '' && (
            <>
              <dt>{troubleStrings.detail}</dt>
              <dd>{trouble.detail}</dd>
            </>
          )}
        </dl>
      </div>
    </main>
  );
}
