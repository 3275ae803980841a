/** A string that must not be seen: prints, logs and serialises as `[redacted]`. */
import { inspect } from 'node:util';

/** Wraps a secret; made where config is loaded, opened where it is sent. */
export class Secret {
  #value: string;
  #read: (() => Promise<string | undefined>) | undefined;

  constructor(value: string) {
    this.#value = value;
  }

  /** Notes where the secret comes from, for {@link Secret.refresh}. */
  comesFrom(read: () => Promise<string | undefined>): void {
    this.#read = read;
  }

  /** Reads the secret again where it comes from a place that may have changed; what cannot be read stays as it was. */
  async refresh(): Promise<void> {
    const value = await this.#read?.().catch(() => undefined);
    if (value !== undefined) this.#value = value;
  }

  /** The secret itself; call it only where it is sent. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}
