import { Kbd, Text } from '@mantine/core';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { Dialog } from '../ui/dialog';
import classes from './keys-panel.module.css';

/** The keys of the window, shown on demand. */
export function KeysPanel() {
  const { actions } = useDeskParts();
  const isShown = useDesk((state) => state.areKeysShown);
  if (!isShown) return null;
  return (
    <Dialog title={strings.keys.title} closeLabel={strings.keys.close} onClose={() => actions.showKeys(false)}>
      <dl className={classes['keys']}>
        {strings.keys.rows.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Text size="sm" c="dimmed" mt={12}>
        {strings.keys.swap}
      </Text>
    </Dialog>
  );
}
