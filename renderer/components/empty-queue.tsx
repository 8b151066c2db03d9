import { Button, Code } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { CopyButton } from './copy-button';
import classes from './empty-queue.module.css';
import { GateMark } from './gate-mark';

/** What the card's place says while nothing waits: what this is, and what to do next. */
export function EmptyQueue() {
  const { actions } = useDeskParts();
  const api = useDesk((state) => state.status?.api);
  const [before = '', after = ''] = strings.empty.demo.split('{command}');
  return (
    <section className={classes['empty']} aria-labelledby="gatehouse-empty">
      <span className={classes['mark']}>
        <GateMark size={56} />
      </span>
      <h2 id="gatehouse-empty">{strings.empty.title}</h2>
      <p>{strings.empty.whatIsIt}</p>
      <Button
        leftSection={<IconPlugConnected size={17} aria-hidden />}
        onClick={() => actions.show('settings', 'connect')}
      >
        {strings.empty.connect}
      </Button>
      <p className={classes['demo']}>
        {before}
        <Code>{strings.empty.demoCommand}</Code>
        {after}
      </p>
      {api?.state === 'listening' && (
        <div className={classes['address']}>
          <span>{strings.empty.address}</span>
          <Code>{api.url}</Code>
          <CopyButton text={api.url} label={strings.api.copyAddress} />
        </div>
      )}
    </section>
  );
}
