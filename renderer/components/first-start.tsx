import { Button, Code } from '@mantine/core';
import { IconEye, IconKey, IconPlugConnected } from '@tabler/icons-react';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { queueStrings } from '../strings-queue';
import { CopyButton } from './copy-button';
import classes from './first-start.module.css';
import { GateMark } from './gate-mark';

const words = queueStrings.first;

/** What the card's place says before any request ever came: what this is, the first agent in two steps, and examples. */
export function FirstStart() {
  const { actions } = useDeskParts();
  const api = useDesk((state) => state.status?.api);
  return (
    <section className={classes['first']} aria-labelledby="gatehouse-first">
      <div className={classes['inner']}>
        <span className={classes['mark']}>
          <GateMark size={56} />
        </span>
        <h2 id="gatehouse-first">{words.title}</h2>
        <p>{words.what}</p>
        <h3>{words.steps}</h3>
        <Button
          size="sm"
          className={classes['engines'] ?? ''}
          leftSection={<IconPlugConnected size={16} aria-hidden />}
          onClick={() => actions.show('settings', 'engines')}
        >
          {words.connectEngine}
        </Button>
        <p className={classes['other']}>{words.orAnother}</p>
        <ol className={classes['steps']}>
          <li>
            <div>
              <b>{words.makeToken}</b>
              <p>{words.makeTokenDetail}</p>
              <Button
                size="sm"
                variant="default"
                leftSection={<IconKey size={16} aria-hidden />}
                onClick={() => actions.show('settings', 'connect')}
              >
                {words.makeTokenButton}
              </Button>
            </div>
          </li>
          <li>
            <div>
              <b>{words.giveIt}</b>
              {api?.state === 'listening' ? (
                <div className={classes['address']}>
                  <Code>{api.url}</Code>
                  <CopyButton text={api.url} label={strings.api.copyAddress} />
                </div>
              ) : (
                <p>{words.noAddress}</p>
              )}
              <p>{words.giveItDetail}</p>
            </div>
          </li>
        </ol>
        <div className={classes['look']}>
          <span>{words.look}</span>
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconEye size={16} aria-hidden />}
            onClick={() => actions.showExamples(true)}
          >
            {words.examples}
          </Button>
        </div>
      </div>
    </section>
  );
}
