import { Switch } from '@mantine/core';
import { defaultLimits } from '../../shared/contract/limits';
import { type LimitName, limitText } from '../limit-fields';
import { CommandRefusal } from '../ui/command-refusal';
import { useSend } from '../ui/use-send';
import classes from './settings-limits.module.css';
import { limitStrings as words } from './strings-limits';

type Props = { readonly name: LimitName; readonly current: boolean };

/** A limit that is on or off; it is as it was until the change is stored. */
export function LimitSwitch({ name, current }: Props) {
  const update = useSend('limits.update');
  const meaningId = `limit-${name}-meaning`;
  return (
    <>
      <div className={classes['words']}>
        <span className={classes['name']}>{words.names[name]}</span>
        <p id={meaningId} className={classes['meaning']}>
          {words.meanings[name]}
        </p>
      </div>
      <div className={classes['control']}>
        <Switch
          aria-label={words.names[name]}
          aria-describedby={meaningId}
          label={<span aria-hidden>{limitText(name, current)}</span>}
          checked={current}
          disabled={update.isInFlight}
          onChange={(event) => void update.send({ [name]: event.currentTarget.checked })}
        />
        <div className={classes['below']}>{words.standard(limitText(name, defaultLimits[name]))}</div>
        <CommandRefusal refusal={update.refusal} />
      </div>
    </>
  );
}
