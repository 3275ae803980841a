/** How a picture is to look, beside what its answer says. */
import type { Theme } from '../../domain/saved-query.ts';

/** What the place of a picture asks of it. */
export interface ChartOptions {
  readonly theme: Theme;
  /** Colour slots (1 to 8) by series name, of earlier answers in the thread. */
  readonly slots?: Readonly<Record<string, number>>;
}
