import { countOf, formatNumber } from '../format';

/** What the desk says around an act. */
export const actStrings = {
  exact: 'Exact text',
  exactDetail: 'The act to the letter, as it is approved',
  changes: 'Changes',
  linesOf: (path: string) => `Lines of ${path}`,
  how: { edit: '', write: 'written whole', create: 'new file', delete: 'deleted' },
  isNew: 'new file',
  everywhere: 'at every place',
  movedTo: 'moves to',
  counts: (added: number, removed: number) =>
    `${countOf(added, 'line', 'lines')} added, ${countOf(removed, 'line', 'lines')} removed`,
  deletes: 'The whole file goes.',
  nothing: 'Nothing in it changes.',
  more: (count: number) => `Show ${formatNumber(count)} more ${count === 1 ? 'line' : 'lines'}`,
  moreFiles: (count: number, of: number) =>
    `Show ${formatNumber(count)} ${count === of ? '' : `of ${formatNumber(of)} `}more ${of === 1 ? 'file' : 'files'}`,
  goesOn: '⋯ the line goes on',
  unchanged: (count: number) => `${formatNumber(count)} unchanged ${count === 1 ? 'line' : 'lines'}`,
  prompt: 'What it is told',
  plan: 'Plan',
  fields: 'Arguments',
  noFields: 'No arguments.',
  danger: 'High risk',
} as const;
