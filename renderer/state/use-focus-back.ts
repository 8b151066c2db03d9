import { useEffect, useState } from 'react';

/**
 * Gives the focus back to what had it before this was drawn, once it is gone; to the view as a whole where that is gone too. For
 * dialogs that are drawn only while they are open: the library gives the focus back only from one that stays and is closed.
 */
export function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement && opener !== document.body) opener.focus({ preventScroll: true });
      if (document.activeElement !== document.body) return;
      document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
    },
    [opener],
  );
}
