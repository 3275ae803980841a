/** Values of labels that a post shows without their names; they are kept with the alert, for they tell what it is one with. Pure. */
import type { Alert } from '../../domain/alert.ts';
import type { Labels } from '../../domain/labels.ts';

const ANNOTATION = 'shown_values';

/** The annotation that keeps them. */
export function hintAnnotation(words: readonly string[]): Labels {
  return words.length === 0 ? {} : { [ANNOTATION]: words.join(' ') };
}

/** Those of an alert. */
export function hintsOf({ annotations }: Pick<Alert, 'annotations'>): readonly string[] {
  return annotations[ANNOTATION]?.split(' ') ?? [];
}
