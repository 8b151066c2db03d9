import type { LifecycleSection } from '../../shared/contract/automation';
import { countOf } from '../format';

type SectionText = {
  readonly title: string;
  /** What is in it, and what to do. */
  readonly words: string;
  /** What is said while nothing is in it. */
  readonly none: string;
  /** When something will be in it. */
  readonly whenSome: string;
  /** What the column of its instant is called. */
  readonly since: string;
};

/** What the Lifecycle view says. */
export const lifecycleStrings = {
  subtitle: 'Automations that need your look, come to their end, or are over.',
  sections: 'Sections',
  columns: { name: 'Automation', why: 'Why it is here', actions: 'Actions' },
  moreFindings: (count: number) => `And ${countOf(count, 'more finding', 'more findings')}.`,
  noReason: 'No reason given.',
  deletedBy: 'Deleted by',
  expiresOn: 'Its time is over then, and it is paused.',
  expiredOn: 'Its time is over, so it is paused.',
} as const;

/** What each section of Lifecycle is called and says. */
export const sectionTexts: Readonly<Record<LifecycleSection, SectionText>> = {
  review: {
    title: 'Needs review',
    words: 'Gatehouse asks you to look at these. Acknowledge what is fine; retire what is not.',
    none: 'Nothing needs your review',
    whenSome:
      'An automation shows up here when its runs go wrong or add up, or when something it depends on is taken away.',
    since: 'Asked',
  },
  failing: {
    title: 'Failing',
    words: 'Most of their recent runs failed or were blocked.',
    none: 'Nothing is failing',
    whenSome: 'An automation shows up here when three quarters of its recent runs failed or were blocked.',
    since: 'Found',
  },
  expiring: {
    title: 'Expiring',
    words: 'Their time is over soon; then they are paused. Extend what you still need.',
    none: 'Nothing expires soon',
    whenSome: 'An automation shows up here before it expires, as long before as Settings say.',
    since: 'Expires',
  },
  expired: {
    title: 'Expired',
    words: 'Their time is over and they are paused. Extend them to go on, or retire them.',
    none: 'Nothing has expired',
    whenSome: 'An automation that has expired is paused and shows up here.',
    since: 'Expired',
  },
  retired: {
    title: 'Retired',
    words: 'They run no more. Extending one brings it back.',
    none: 'Nothing is retired',
    whenSome: 'What you retire stays here until you extend or delete it.',
    since: 'Retired',
  },
  deleted: {
    title: 'Deleted',
    words: 'They can be restored for 7 days; after that their definitions and runs are removed for good.',
    none: 'Nothing was deleted lately',
    whenSome: 'What is deleted can be restored from here for 7 days.',
    since: 'Restorable until',
  },
};
