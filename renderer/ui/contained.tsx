import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary';
import { strings } from '../strings';
import { Notice } from './notice';

type Props = {
  readonly children: ReactNode;
  /** What is drawn in their place, where there is something simpler. */
  readonly instead?: ReactNode;
  /** Draws the children anew when one of these is another. */
  readonly resetKeys?: readonly unknown[];
};

/**
 * Draws its children, and where that fails says so in their place, with the way to try again. React would take the whole page away
 * otherwise, and what an agent wrote must not do that.
 */
export function Contained({ children, instead, resetKeys = [] }: Props) {
  const place = instead === undefined ? { FallbackComponent: NotDrawn } : { fallback: instead };
  return (
    <ErrorBoundary resetKeys={[...resetKeys]} {...place}>
      {children}
    </ErrorBoundary>
  );
}

function NotDrawn({ resetErrorBoundary }: FallbackProps) {
  return (
    <Notice
      tone="failure"
      role="alert"
      actions={<Button onClick={resetErrorBoundary}>{strings.notDrawn.tryAgain}</Button>}
    >
      {strings.notDrawn.here}
    </Notice>
  );
}
