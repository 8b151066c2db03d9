import { Button } from '@mantine/core';
import { IconDatabaseX } from '@tabler/icons-react';
import type { DeskStatus } from '../../shared/contract/desk-contract';
import { countOf, formatWholeInstant } from '../format';
import { useDeskParts } from '../state/desk-context';
import { Notice } from '../ui/notice';
import { Facts } from '../ui/page';
import { useSend, useSending } from '../ui/use-send';
import classes from './shell.module.css';
import { troubleStrings, troubleTexts } from './strings-shell';

type Trouble = Extract<DeskStatus['store'], { state: 'trouble' }>;

/** Takes the whole window while the database cannot be used: what happened, what it means, what to do, step by step. */
export function TroubleView({ trouble }: { readonly trouble: Trouble }) {
  const { desk, store } = useDeskParts();
  const text = troubleTexts[trouble.kind];
  const { loss } = trouble;
  const { send, isInFlight, answer, refusal } = useSending(
    async ({ request }, name: 'desk.retryStore' | 'desk.acceptLoss') => {
      const result = await request(name, {});
      if (result.ok) store.setState({ status: result.value });
      return result;
    },
  );
  const folder = useSend('desk.openDataFolder');
  const stillTrouble = answer?.store.state === 'trouble' ? troubleStrings.stillTrouble : undefined;
  const message = stillTrouble ?? refusal?.sentence ?? folder.refusal?.sentence;
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
          <Button loading={isInFlight} onClick={() => void send('desk.retryStore')}>
            {troubleStrings.tryAgain}
          </Button>
          <Button variant="default" onClick={() => void folder.send({})}>
            {troubleStrings.showFolder}
          </Button>
          <Button variant="default" onClick={() => void desk.request('desk.quit', {})}>
            {troubleStrings.quit}
          </Button>
          {loss !== undefined && (
            <Button variant="default" onClick={() => void send('desk.acceptLoss')}>
              {troubleStrings.goOn}
            </Button>
          )}
        </div>
        {message !== undefined && (
          <Notice tone="plain" role="status">
            {message}
          </Notice>
        )}
        <div className={classes['facts']}>
          <Facts
            facts={[
              [troubleStrings.path, <code key="path">{trouble.databasePath}</code>],
              [troubleStrings.detail, trouble.detail === '' ? undefined : <code key="detail">{trouble.detail}</code>],
            ]}
          />
        </div>
      </div>
    </main>
  );
}
