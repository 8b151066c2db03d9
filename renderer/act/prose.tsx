import { Button } from '@mantine/core';
import { useMemo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import { AgentParagraphs, VisibleCharacters } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './act.module.css';
import { FIRST_LINES } from './file-view';
import { actStrings } from './strings-act';

/** Characters up to which a text is laid out as Markdown. */
const LONGEST_MARKDOWN = 30_000;

/** What Markdown would not show: the targets of links by reference, and words beside the language of a code block. */
const hidesSomething = /^ {0,3}\[[^\]]+\]:|^ {0,3}(?:```|~~~)[^\n]*\S[^\S\n]+\S/m;

type Props = {
  readonly text: string;
  readonly label: string;
  readonly isWhole: boolean;
  readonly onShowWhole: () => void;
};

/** How many lines of a text are not shown at first. */
export function hiddenLines(text: string): number {
  return Math.max(0, text.split('\n').length - FIRST_LINES);
}

/** A prompt or a plan as its Markdown means it: without HTML, with nothing that is fetched or leads anywhere. */
export function Prose({ text, label, isWhole, onShowWhole }: Props) {
  const hidden = hiddenLines(text);
  const shown = isWhole || hidden === 0 ? text : text.split('\n').slice(0, FIRST_LINES).join('\n');
  const isPlain = useMemo(() => shown.length > LONGEST_MARKDOWN || hidesSomething.test(shown), [shown]);
  return (
    <div className={`${ui['block']} ${classes['prose']}`} role="group" aria-label={label}>
      {isPlain ? (
        <AgentParagraphs text={shown} />
      ) : (
        <Markdown rehypePlugins={plugins} components={components}>
          {shown}
        </Markdown>
      )}
      {shown !== text && (
        <Button size="compact-xs" onClick={onShowWhole}>
          {actStrings.more(hidden)}
        </Button>
      )}
    </div>
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
