/** A link that people follow. */

/** An address with what it is called. */
export interface Link {
  readonly title: string;
  /** Absolute, http or https, with a frozen window. */
  readonly url: string;
}
