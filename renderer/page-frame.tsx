import { type MantineColorSchemeManager, MantineProvider } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { type DeskParts, DeskProvider, useDesk } from './state/desk-context';
import { colourVariables, theme } from './theme';
import { Contained } from './ui/contained';

type FrameProps = {
  /** Lets the styles that the library writes pass the page's policy. */
  readonly styleNonce: string;
  readonly children: ReactNode;
};

/** What is around all of a page: its parts, and the looks that the operator prefers. */
export function PageFrame({ parts, ...themed }: FrameProps & { readonly parts: DeskParts }) {
  return (
    <DeskProvider parts={parts}>
      <Themed {...themed} />
    </DeskProvider>
  );
}

// The scheme is always forced. The library's own manager would ask the page's storage for one, and the first frame waits for that.
const noOtherScheme: MantineColorSchemeManager = {
  get: (scheme) => scheme,
  set() {},
  subscribe() {},
  unsubscribe() {},
  clear() {},
};

function Themed({ styleNonce, children }: FrameProps) {
  const preferred = useDesk((state) => state.preferences?.theme ?? 'system');
  const ofSystem = useColorScheme(undefined, { getInitialValueInEffect: false });
  return (
    <MantineProvider
      theme={theme}
      colorSchemeManager={noOtherScheme}
      cssVariablesResolver={colourVariables}
      forceColorScheme={preferred === 'system' ? ofSystem : preferred}
      getStyleNonce={() => styleNonce}
    >
      <Contained>{children}</Contained>
    </MantineProvider>
  );
}
