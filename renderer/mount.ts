import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { sayWhatIsCut } from './ui/cut-texts';

/** Draws a page into its document; `draw` is given what lets its styles pass the page's policy. */
export function mount(draw: (styleNonce: string) => ReactNode): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no root element');
  sayWhatIsCut(document);
  createRoot(root).render(draw(document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''));
}
