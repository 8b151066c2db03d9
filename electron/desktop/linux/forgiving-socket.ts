import { Socket } from 'node:net';

/**
 * A socket on which a message that the wire library cannot read is skipped. Without it any program on the bus could end
 * ours: the library throws at a file descriptor (type `h`), out of an event that nobody can catch.
 */
export class ForgivingSocket extends Socket {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== 'readable') return super.emit(event, ...args);
    try {
      return super.emit(event, ...args);
    } catch {
      // INVARIANT: the library takes a message off the stream before it parses it, so trying again makes progress.
      setImmediate(() => {
        if (!this.destroyed) this.emit('readable');
      });
      return true;
    }
  }
}
