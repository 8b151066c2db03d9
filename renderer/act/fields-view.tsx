import type { JsonObject } from '../../shared/kernel/fields';
import { AgentText, VisibleCharacters } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './act.module.css';
import { actStrings } from './strings-act';

/** More than this is no table for reading: it is shown to the letter instead. */
const MOST_FIELDS = 40;
const MOST_CHARACTERS = 12_000;

/** Whether fields are few and short enough for a table. */
export function fitTable(fields: JsonObject): boolean {
  return Object.keys(fields).length <= MOST_FIELDS && JSON.stringify(fields).length <= MOST_CHARACTERS;
}

/** The arguments of a call as a table, each value whole: a text as it is, anything else as JSON. */
export function FieldsView({ fields, label }: { readonly fields: JsonObject; readonly label: string }) {
  const entries = Object.entries(fields);
  if (entries.length === 0) return <p className={classes['note']}>{actStrings.noFields}</p>;
  return (
    <div className={ui['block']}>
      <table className={classes['fields']} aria-label={label}>
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">
                <AgentText text={name} />
              </th>
              <td dir="auto">
                <VisibleCharacters text={typeof value === 'string' ? value : JSON.stringify(value, null, 1)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
