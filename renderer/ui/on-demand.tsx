import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { strings } from '../strings';
import { LoadRefusal } from './notice';

/** A part of a page whose script is not loaded with the page. */
export type OnDemand<P extends object> = ComponentType<P> & {
  /** Loads its script, so that it is drawn at once from then on; asked again, it tries again what failed. */
  readonly load: () => Promise<void>;
};

/**
 * Draws a part whose script is loaded when it is first drawn, or by `load` before; `waiting` stands in its place meanwhile. A script
 * that cannot be loaded says so there, with the way to try again.
 */
export function onDemand<P extends object>(
  loadScript: () => Promise<ComponentType<P>>,
  waiting?: (props: P) => ReactNode,
): OnDemand<P> {
  let Loaded: ComponentType<P> | undefined;
  let loading: Promise<void> | undefined;

  function load(): Promise<void> {
    loading ??= loadScript().then(
      (found) => {
        Loaded = found;
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  function Part(props: P) {
    const [state, setState] = useState<'waiting' | 'loaded' | 'failed'>('waiting');
    const isWaiting = state === 'waiting' && Loaded === undefined;
    useEffect(() => {
      if (!isWaiting) return;
      let isGone = false;
      const become = (next: 'loaded' | 'failed') => {
        if (!isGone) setState(next);
      };
      load().then(
        () => become('loaded'),
        (error: unknown) => {
          console.error('a part of the page could not be loaded', error);
          become('failed');
        },
      );
      return () => {
        isGone = true;
      };
    }, [isWaiting]);
    if (Loaded !== undefined) return <Loaded {...props} />;
    if (state === 'failed') return <LoadRefusal refusal={notLoaded} onTryAgain={() => setState('waiting')} />;
    return waiting?.(props) ?? null;
  }

  return Object.assign(Part, { load });
}

const notLoaded = { code: 'INTERNAL', sentence: strings.answer.partNotLoaded } as const;
