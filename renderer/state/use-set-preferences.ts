import { useState } from 'react';
import type { Preferences } from '../../shared/desk-contract';
import type { Refusal } from '../../shared/errors';
import { useDeskParts } from './desk-context';

/** A change of preferences that is on its way, and why the last one was not stored. */
export type SetPreferences = {
  readonly set: (change: Partial<Preferences>) => Promise<void>;
  readonly isSending: boolean;
  readonly refusal: Refusal | undefined;
};

/** Changes preferences; what the window then shows is what was stored, not what was clicked. */
export function useSetPreferences(): SetPreferences {
  const { desk, store } = useDeskParts();
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const set = async (change: Partial<Preferences>) => {
    setSending(true);
    const result = await desk.request('desk.setPreferences', change);
    setSending(false);
    setRefusal(result.ok ? undefined : result.refusal);
    if (result.ok) store.setState({ preferences: result.value });
  };
  return { set, isSending, refusal };
}
