import ui from './ui.module.css';

/** Texts that are cut where they have no room: lines by our style, paragraphs by the library's. */
const CUTTABLE = `.${ui['cut']}, [data-line-clamp]`;

/** What was said here, so that only that is taken away again. */
const said = new WeakMap<Element, string>();

/** Lets whatever is cut be read under the pointer, anywhere in this page; what has a title of its own keeps it. Answers how to end that. */
export function sayWhatIsCut(page: Document): () => void {
  const onPointerOver = ({ target }: Event) => {
    const text = target instanceof Element ? target.closest<HTMLElement>(CUTTABLE) : null;
    if (text !== null) say(text);
  };
  page.addEventListener('pointerover', onPointerOver);
  return () => page.removeEventListener('pointerover', onPointerOver);
}

function say(text: HTMLElement): void {
  const isOurs = text.title === '' || text.title === said.get(text);
  if (!isOurs) return;
  const isCut = text.scrollWidth > text.clientWidth || text.scrollHeight > text.clientHeight;
  const whole = isCut ? (text.textContent ?? '') : '';
  said.set(text, whole);
  if (whole === '') text.removeAttribute('title');
  else text.title = whole;
}
