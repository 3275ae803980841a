/** One way to go on with a question. */

/** Text that replaces what is being typed. */
export interface CompletionItem {
  readonly text: string;
  readonly kind: 'query' | 'value' | 'time' | 'word';
  /** What it means, in a few words. */
  readonly title?: string;
}
