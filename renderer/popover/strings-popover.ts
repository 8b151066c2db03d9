import { formatNumber } from '../format';

/** What the popover says. */
export const popoverStrings = {
  waiting: (count: number) => (count === 1 ? '1 request is waiting' : `${formatNumber(count)} requests are waiting`),
  nothing: 'Nothing is waiting',
  nothingDetail: 'A request comes up here by itself while this is open. Esc closes it.',
  open: 'Open in Gatehouse',
  close: 'Close (Esc)',
  trouble: 'The database cannot be used at the moment. Open Gatehouse to see what to do.',
};
