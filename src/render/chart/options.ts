/** How a picture is to look, beside what its answer says. */
import type { Theme } from '../../domain/saved-query.ts';

/** What the place of a picture asks of it. */
export interface ChartOptions {
  readonly theme: Theme;
  /** How large it is shown, px: it is laid out anew for that, with names beneath where it is narrow. */
  readonly size?: { readonly width?: number; readonly height?: number };
  /** Colour slots (1 to 8) by series name, of earlier answers in the thread. */
  readonly slots?: Readonly<Record<string, number>>;
}
