/** The time; tests hand in one that they set. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** New ids; tests hand in ones that they can foretell. */
export interface Ids {
  /** A UUID that sorts by time. */
  uuid(): string;
}

/** Where the app writes what a developer needs to see. */
export interface Logger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What keeps secrets for this user of this system, so that other programs cannot read them from a file. */
export interface Keychain {
  /** Bytes that only this keychain can open again. */
  seal(secret: string): Buffer;
  /** Throws when the keychain is locked or is not the one that sealed. */
  open(sealed: Buffer): string;
}
