import type { ReactNode } from 'react';
import type { Refusal } from '../../shared/kernel/errors';
import { Notice } from '../ui/notice';
import classes from './settings-section.module.css';
import { settingsStrings } from './strings-settings';

type Props = { readonly id: string; readonly title: string; readonly children: ReactNode };

/** A part of Settings under its heading. */
export function SettingsSection({ id, title, children }: Props) {
  return (
    <section className={classes['section']} aria-labelledby={id}>
      <h2 id={id} tabIndex={-1}>
        {title}
      </h2>
      <div className={classes['content']}>{children}</div>
    </section>
  );
}

/** Why something was not changed, where it was tried. */
export function Failure({ refusal }: { readonly refusal: Refusal | undefined }) {
  if (refusal === undefined) return null;
  return (
    <Notice tone="failure" role="alert">
      {settingsStrings.failed(refusal.issues?.[0]?.message ?? refusal.sentence)}
    </Notice>
  );
}
