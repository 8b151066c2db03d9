import { Kbd, Modal } from '@mantine/core';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import classes from './keys-panel.module.css';

/** The keys of the window, shown on demand. */
export function KeysPanel() {
  const { actions } = useDeskParts();
  const isShown = useDesk((state) => state.areKeysShown);
  return (
    <Modal
      opened={isShown}
      onClose={() => actions.showKeys(false)}
      title={strings.keys.title}
      closeButtonProps={{ 'aria-label': strings.keys.close }}
      // The lock writes a style element that the page's policy would refuse; nothing behind scrolls as a whole anyway.
      lockScroll={false}
    >
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
      <p className={classes['swap']}>{strings.keys.swap}</p>
    </Modal>
  );
}
