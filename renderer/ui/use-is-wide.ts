import { useMediaQuery } from '@mantine/hooks';

/** Whether the window has room for the columns that a table can do without. */
export function useIsWide(): boolean {
  return useMediaQuery('(min-width: 75em)', false, { getInitialValueInEffect: false });
}
