import { memo, useMemo } from 'react';
import { JsonView } from 'react-json-view-lite';
import { visibleText } from '../../shared/kernel/visible-text';
import { readableJson } from '../act/act';
import { ExactText } from '../act/exact-text';
import { strings } from '../strings';
import ui from '../ui/ui.module.css';
import classes from './automations.module.css';

const style = {
  container: `${ui['framed']} ${ui['mono']} ${classes['container']}`,
  childFieldsContainer: '',
  basicChildStyle: classes['child'] ?? '',
  label: classes['label'] ?? '',
  clickableLabel: `${classes['label']} ${classes['clickable']}`,
  nullValue: ui['dim'] ?? '',
  undefinedValue: ui['dim'] ?? '',
  numberValue: classes['number'] ?? '',
  stringValue: classes['string'] ?? '',
  booleanValue: classes['number'] ?? '',
  otherValue: classes['string'] ?? '',
  punctuation: classes['punctuation'] ?? '',
  collapseIcon: classes['collapse'] ?? '',
  expandIcon: classes['expand'] ?? '',
  collapsedContent: classes['collapsed'] ?? '',
  noQuotesForStringValues: false,
  quotesForFieldNames: false,
  stringifyStringValues: true,
  ariaLables: { collapseJson: strings.json.collapse, expandJson: strings.json.expand },
};

/** Deeper levels are closed at first. */
const isOpenAtFirst = (level: number) => level < 3;

/** The same value with every hidden character in its names and texts shown: the tree draws texts as they are. */
function visibleJson(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (Array.isArray(value)) return value.map(visibleJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [visibleText(key), visibleJson(child)]));
}

type Props = { readonly value: object; readonly label: string };

/** What a tree may have, in names and items and in characters: a larger one would be all but endless to draw. */
const MOST_PARTS = 1_000;
const MOST_CHARACTERS = 50_000;

function isTree(value: unknown): boolean {
  let parts = 0;
  const text = JSON.stringify(value, (_name, part: unknown) => {
    parts += 1;
    return part;
  });
  return parts <= MOST_PARTS && text.length <= MOST_CHARACTERS;
}

/** JSON that others wrote, as a tree to open and close by mouse and keys; what is too large for one, to the letter and in parts. */
export const JsonTree = memo(function JsonTree({ value, label }: Props) {
  const data = useMemo(() => (isTree(value) ? (visibleJson(value) as object) : undefined), [value]);
  if (data === undefined) return <ExactText text={readableJson(value)} label={label} />;
  return <JsonView data={data} style={style} shouldExpandNode={isOpenAtFirst} clickToExpandNode aria-label={label} />;
});
