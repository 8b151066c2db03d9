import { MantineProvider } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { WindowView } from './shell/window-view';
import { type DeskParts, DeskProvider, useDesk } from './state/desk-context';
import { colourVariables, theme } from './theme';

type Props = {
  readonly parts: DeskParts;
  /** Lets the styles that the library writes pass the page's policy. */
  readonly styleNonce: string;
};

/** The window, given its parts. */
export function GatehouseWindow({ parts, styleNonce }: Props) {
  return (
    <DeskProvider parts={parts}>
      <Themed styleNonce={styleNonce} />
    </DeskProvider>
  );
}

function Themed({ styleNonce }: { readonly styleNonce: string }) {
  const preferred = useDesk((state) => state.preferences?.theme ?? 'system');
  const ofSystem = useColorScheme(undefined, { getInitialValueInEffect: false });
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={colourVariables}
      forceColorScheme={preferred === 'system' ? ofSystem : preferred}
      getStyleNonce={() => styleNonce}
    >
      <WindowView />
    </MantineProvider>
  );
}
