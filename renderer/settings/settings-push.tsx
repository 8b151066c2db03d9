import { Button, Group, SegmentedControl, Switch } from '@mantine/core';
import { type PushSettings, pushKinds } from '../../shared/contract/notifications';
import { isPushAddress } from '../../shared/push-address';
import { useAnswer } from '../state/answers';
import { LeftField } from '../ui/fields';
import { Outcome } from '../ui/notice';
import { useSend } from '../ui/use-send';
import classes from './settings.module.css';
import { Failure, type SetPreferences } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.notifications.push;

type Props = Pick<SetPreferences, 'set'> & { readonly push: PushSettings };

/** Whether and where it is pushed that something waits, with a test, and why the last one was not taken. */
export function PushSettingsPart({ push, set }: Props) {
  const { send, isInFlight, answer: tested, refusal } = useSend('desk.testPush');
  const last = useAnswer('desk.pushOutcome', {}, ['approvals']).value;
  const change = (more: Partial<PushSettings>) => void set(({ push: stored }) => ({ push: { ...stored, ...more } }));
  const problem = (tested ?? last)?.problem;
  return (
    <fieldset className={classes['part']}>
      <legend>{words.title}</legend>
      <Switch
        label={words.on}
        description={words.detail}
        checked={push.isOn}
        disabled={push.url === ''}
        onChange={(event) => change({ isOn: event.currentTarget.checked })}
      />
      <Group gap="10px 14px" align="flex-end">
        <SegmentedControl
          size="xs"
          aria-label={words.kind}
          value={push.kind}
          data={pushKinds.map((kind) => ({ value: kind, label: words.kinds[kind] }))}
          onChange={(kind) => change({ kind })}
        />
        <AddressField url={push.url} onStore={(url) => change({ url, ...(url === '' && { isOn: false }) })} />
        <Button disabled={push.url === ''} loading={isInFlight} onClick={() => void send({})}>
          {words.test}
        </Button>
      </Group>
      <Switch
        label={words.acts}
        description={words.actsDetail}
        checked={push.areActsSent}
        disabled={push.url === ''}
        onChange={(event) => change({ areActsSent: event.currentTarget.checked })}
      />
      <Outcome tone={problem === undefined ? 'plain' : 'failure'}>
        {problem === undefined ? tested !== undefined && words.sent : words.failed(problem)}
      </Outcome>
      <Failure refusal={refusal} />
    </fieldset>
  );
}

type AddressProps = { readonly url: string; readonly onStore: (url: string) => void };

/** The address, kept only where it may be pushed to; an empty one takes it back. */
function AddressField({ url, onStore }: AddressProps) {
  return (
    <LeftField
      type="url"
      w="24rem"
      maw="100%"
      label={words.url}
      description={words.urlDetail}
      stored={url}
      textOf={(text) => text}
      parse={(text) => (text.trim() === '' || isPushAddress(text.trim()) ? text.trim() : undefined)}
      problem={words.urlInvalid}
      onStore={onStore}
    />
  );
}
