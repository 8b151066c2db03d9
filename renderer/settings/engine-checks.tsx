import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { Check } from '../../shared/contract/connection';
import { Mark } from '../ui/mark';
import classes from './settings-engines.module.css';
import { connectStrings as words } from './strings-connect';

/** What was tried on a connection and what came of each, with what to do where it is not well. */
export function EngineChecks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <div role="status" aria-label={words.checks}>
      <ul className={classes['checks']}>
        {checks.map(({ name, isOk, says, fix }) => (
          <li key={`${name} ${says}`} className={classes['check']}>
            {isOk ? (
              <Mark icon={IconCircleCheck} tone="yes" words={words.ok} />
            ) : (
              <Mark icon={IconCircleX} tone="no" words={words.notOk} />
            )}
            <span>{`${says.charAt(0).toUpperCase()}${says.slice(1)}.`}</span>
            {!isOk && fix !== undefined && <span className={classes['fix']}>{fix}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
