import { PageFrame } from '../page-frame';
import type { DeskParts } from '../state/desk-context';
import { PopoverView } from './popover-view';

/** The popover, given its parts. */
export function PopoverPage({ parts, styleNonce }: { readonly parts: DeskParts; readonly styleNonce: string }) {
  return (
    <PageFrame parts={parts} styleNonce={styleNonce}>
      <PopoverView />
    </PageFrame>
  );
}
