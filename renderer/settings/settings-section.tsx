import { type ReactNode, useRef, useState } from 'react';
import type { Preferences } from '../../shared/contract/desk-contract';
import type { Refusal } from '../../shared/kernel/errors';
import { ruleStrings } from '../rules/strings-rules';
import { damageStrings } from '../shell/strings-shell';
import { useDeskParts } from '../state/desk-context';
import { Outcome } from '../ui/notice';
import classes from './settings.module.css';
import { connectStrings } from './strings-engines';
import { limitStrings } from './strings-limits';
import { settingsStrings } from './strings-settings';
import { trustStrings } from './strings-trust';

/** The parts of Settings in their order, each with the subject of a place that goes to it and its title. */
export const settingsParts = [
  ['engines', connectStrings.enginesTitle],
  ['notifications', settingsStrings.notifications.title],
  ['shortcut', settingsStrings.shortcut.title],
  ['appearance', settingsStrings.appearance.title],
  ['startup', settingsStrings.startup.title],
  ['rules', ruleStrings.title],
  ['trust', trustStrings.title],
  ['limits', limitStrings.title],
  ['connect', settingsStrings.connect.title],
  ['tokens', settingsStrings.tokens.title],
  ['api', settingsStrings.api.title],
  ['operator', settingsStrings.decideOverApi.title],
  ['data', settingsStrings.data.title],
  ['damage', damageStrings.title],
  ['audit', settingsStrings.auditLog.title],
  ['about', settingsStrings.about.title],
] as const;

/** The id of the heading of a part. */
export function settingsHeadingId(part: string): string {
  return `settings-${part}`;
}

type Props = { readonly part: (typeof settingsParts)[number][0]; readonly children: ReactNode };

/** A part of Settings under its heading. */
export function SettingsSection({ part, children }: Props) {
  const id = settingsHeadingId(part);
  const [, title] = settingsParts.find(([each]) => each === part) ?? [];
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
  const why = refusal?.issues?.[0]?.message ?? refusal?.sentence;
  return <Outcome tone="failure">{why !== undefined && settingsStrings.failed(why)}</Outcome>;
}

/** What to change; as a function, of what is stored when its turn comes. */
type Change = Partial<Preferences> | ((stored: Preferences) => Partial<Preferences>);

/** A change of preferences that is on its way, and why the last one was not stored. */
export type SetPreferences = {
  /** One after the other, so that two quick changes of one preference are both kept. */
  readonly set: (change: Change) => Promise<void>;
  readonly isSending: boolean;
  readonly refusal: Refusal | undefined;
};

/** Changes preferences; what the window then shows is what was stored, not what was clicked. */
export function useSetPreferences(): SetPreferences {
  const { desk, store } = useDeskParts();
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const last = useRef<Promise<void>>(Promise.resolve());
  const send = async (change: Change) => {
    const { preferences } = store.getState();
    if (preferences === undefined) return;
    setSending(true);
    const result = await desk.request(
      'desk.setPreferences',
      typeof change === 'function' ? change(preferences) : change,
    );
    setSending(false);
    setRefusal(result.ok ? undefined : result.refusal);
    if (result.ok) store.setState({ preferences: result.value });
  };
  const set = (change: Change) => {
    last.current = last.current.then(() => send(change));
    return last.current;
  };
  return { set, isSending, refusal };
}
