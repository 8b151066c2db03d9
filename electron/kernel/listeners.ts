/** Who is told of something. */
export interface Listeners<What = void> {
  /** Answers the function that ends it. */
  add(listener: (what: What) => void): () => void;
  /** Tells everyone who listens now; whoever comes or leaves meanwhile counts from the next time on. */
  tell(what: What): void;
}

/** Nobody listens yet. */
export function createListeners<What = void>(): Listeners<What> {
  const listeners = new Set<(what: What) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(what) {
      for (const listener of [...listeners]) listener(what);
    },
  };
}
