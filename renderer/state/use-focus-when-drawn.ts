import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react';

/** Gives the focus to the element that `selector` finds inside of `container`, at once or as soon as it is drawn. */
export function useFocusWhenDrawn(container: RefObject<HTMLElement | null>): (selector: string) => void {
  const wanted = useRef<string>(undefined);
  const tryNow = useCallback(() => {
    if (wanted.current === undefined) return;
    const element = container.current?.querySelector<HTMLElement>(wanted.current);
    if (element === null || element === undefined) return;
    wanted.current = undefined;
    element.focus();
  }, [container]);
  // After each drawing: a list of which only what is in sight is drawn needs one or more to scroll there.
  useLayoutEffect(tryNow);
  return useCallback(
    (selector) => {
      wanted.current = selector;
      tryNow();
    },
    [tryNow],
  );
}
