import { PageFrame } from './page-frame';
import { WindowView } from './shell/window-view';
import type { DeskParts } from './state/desk-context';

/** The window, given its parts. */
export function GatehouseWindow({ parts, styleNonce }: { readonly parts: DeskParts; readonly styleNonce: string }) {
  return (
    <PageFrame parts={parts} styleNonce={styleNonce}>
      <WindowView />
    </PageFrame>
  );
}
