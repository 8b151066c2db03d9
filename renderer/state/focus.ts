import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** How long after a question is closed it has gone from the screen, and with it the focus that it could not give back, in milliseconds. */
const AFTER_CLOSING_MS = 400;

function focusViewInsteadOfNothing(): void {
  if (document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
}

/** Gives the focus to the view as a whole once `isGone`, where a button has taken it along: pausing takes the button Pause away. */
export function useFocusAfterButton(isGone: boolean): void {
  useEffect(() => {
    if (!isGone) return undefined;
    const timer = setTimeout(focusViewInsteadOfNothing, AFTER_CLOSING_MS);
    return () => clearTimeout(timer);
  }, [isGone]);
}

/**
 * Gives the focus back to what had it before this was drawn, once it is gone; to the view as a whole where that is gone too. For
 * dialogs that are drawn only while they are open: the library gives the focus back only from one that stays and is closed.
 */
export function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement && opener !== document.body) opener.focus({ preventScroll: true });
      focusViewInsteadOfNothing();
    },
    [opener],
  );
}

/** Gives the focus to the element that `selector` finds inside of `container`, at once or as soon as it is drawn. */
export function useFocusWhenDrawn(
  container: RefObject<HTMLElement | null>,
): (selector: string, options?: FocusOptions) => void {
  const wanted = useRef<{ readonly selector: string; readonly options: FocusOptions | undefined }>(undefined);
  const tryNow = useCallback(() => {
    if (wanted.current === undefined) return;
    const { selector, options } = wanted.current;
    const element = container.current?.querySelector<HTMLElement>(selector);
    if (element === null || element === undefined) return;
    wanted.current = undefined;
    element.focus(options);
  }, [container]);
  // After each drawing: a list of which only what is in sight is drawn needs one or more to scroll there.
  useLayoutEffect(tryNow);
  return useCallback(
    (selector, options) => {
      wanted.current = { selector, options };
      tryNow();
    },
    [tryNow],
  );
}
