import Markdown, { type Components } from 'react-markdown';
import { VisibleCharacters } from '../ui/names';
import ui from '../ui/ui.module.css';

/** A text as its Markdown means it: without HTML, with nothing that is fetched or leads anywhere. */
export function MarkdownText({ text }: { readonly text: string }) {
  return (
    <Markdown rehypePlugins={plugins} components={components}>
      {text}
    </Markdown>
  );
}

type Node = { type: string; tagName?: string; value?: string; properties?: object; children?: Node[] };

/** Puts each text into an element of its own, so that hidden characters in it can be drawn. */
function wrapTexts() {
  const walk = (node: Node): void => {
    if (node.children === undefined) return;
    node.children = node.children.map((child) => {
      if (child.type !== 'text' && child.type !== 'raw') return child;
      return {
        type: 'element',
        tagName: 'span',
        properties: {},
        children: [{ type: 'text', value: child.value ?? '' }],
      };
    });
    for (const child of node.children) {
      if (child.tagName !== 'span') walk(child);
    }
  };
  return walk as () => void;
}

const plugins = [wrapTexts];

const components: Components = {
  span: ({ children }) => (typeof children === 'string' ? <VisibleCharacters text={children} /> : children),
  // A link says where it would lead, and leads nowhere; of a picture there are its words.
  a: ({ children, href, title }) => (
    <>
      {children}
      {href !== undefined && (
        <span className={ui['dim']}>
          {' '}
          (<VisibleCharacters text={[href, title].filter((part) => part !== undefined).join(' ')} />)
        </span>
      )}
    </>
  ),
  img: ({ alt, src, title }) => (
    <VisibleCharacters
      text={[alt, typeof src === 'string' ? src : undefined, title].filter((part) => part !== undefined).join(' ')}
    />
  ),
};
