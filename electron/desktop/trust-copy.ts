import { keepTrust } from '../connect/kept-trust';
import type { Feed } from '../kernel/feed';
import type { Logger } from '../kernel/ports';
import type { StoreHolder } from '../kernel/store-holder';

type TrustCopyParts = {
  readonly home: string;
  readonly isHomeInPlace: () => boolean;
  readonly holder: StoreHolder;
  readonly feed: Feed;
  readonly logger: Logger;
};

const changing = new Set<string>(['tool_class.set', 'tool_class.cleared', 'workspace.untrusted', 'workspace.trusted']);

/**
 * Keeps a copy of what the operator has said of tools and folders for the hooks, which judge by themselves while Gatehouse is away.
 * Answers the function that ends it.
 */
export function followTrust({ home, isHomeInPlace, holder, feed, logger }: TrustCopyParts): () => void {
  const keep = () => {
    const state = holder.state();
    if (!state.isOpen || !isHomeInPlace()) return;
    const { trust } = state.store.read;
    try {
      const classes = trust.classes().map(({ agentId, toolName, level, definitionHash }) => ({
        ...{ agentId, toolName, level },
        ...(definitionHash !== undefined && { definitionHash }),
      }));
      keepTrust(home, { untrusted: trust.untrustedRoots(), classes });
    } catch (error) {
      if (!holder.failed(error)) logger.error({ error }, 'the copy of trusted folders and tools could not be written');
    }
  };
  keep();
  const ends = [
    holder.onChange(keep),
    feed.subscribe((commit) => {
      if (commit.some(({ name }) => changing.has(name))) keep();
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
