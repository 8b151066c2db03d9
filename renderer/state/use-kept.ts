import { useCallback, useState } from 'react';
import { useDeskParts } from './desk-context';

/**
 * State of this name that is still there when the operator comes back to the view: what was searched, filtered and scrolled to.
 * It lives as long as the window. `key` must stay the same for as long as the component is drawn.
 */
export function useKept<T>(key: string, initial: T): readonly [value: T, change: (next: T) => void] {
  const { kept } = useDeskParts();
  const [value, setValue] = useState(() => (kept.has(key) ? (kept.get(key) as T) : initial));
  const change = useCallback(
    (next: T) => {
      kept.set(key, next);
      setValue(next);
    },
    [kept, key],
  );
  return [value, change];
}
