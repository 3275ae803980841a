/** What the console shows and what the API gives it: read by the browser's part and by the server that draws the first sight. */

/** A window, as an explanation has it. */
export interface ExplainedWindow {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly text: string;
}

/** How a question was understood. */
export interface Explained {
  readonly query?: string;
  readonly command?: string;
  readonly source?: string;
  readonly arguments?: Readonly<Record<string, readonly string[]>>;
  readonly range?: ExplainedWindow;
  readonly comparison?:
    | { readonly range: ExplainedWindow }
    | { readonly arguments: Readonly<Record<string, readonly string[]>> };
  readonly ranking?: { readonly order: string; readonly count: number };
  readonly output?: string;
  readonly looks?: object;
  readonly notes?: readonly string[];
}

/** A page that an answer or an alert leads to. */
export interface PageLink {
  readonly title: string;
  readonly url: string;
}

/** An answer of the API. */
export interface Answered {
  readonly id?: string;
  /** Its own page. */
  readonly page?: string;
  readonly q?: string;
  readonly askedAt?: string;
  readonly explanation: Explained;
  readonly text: string;
  /** The message as safe HTML. */
  readonly html?: string;
  readonly alt: string;
  readonly frames?: readonly unknown[];
  readonly links: readonly PageLink[];
  readonly notes: readonly string[];
  readonly followUps?: readonly string[];
  readonly image: string | null;
}

/** A failure of the API. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly suggestions?: readonly string[];
}

/** A saved query of the catalogue. */
export interface QueryEntry {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly aliases: readonly string[];
  readonly examples: readonly string[];
  readonly tags: readonly string[];
  readonly owner?: string;
  readonly pack: string;
  readonly source: string;
  readonly env?: string;
  readonly demo: boolean;
  readonly unit: string;
  readonly range: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly multi: boolean;
    readonly default?: string;
    readonly example?: string;
    readonly description?: string;
  }[];
  /** A question that has an answer now. */
  readonly example?: string;
  /** Safe HTML. */
  readonly help?: string;
}

/** A question that was asked in this browser. */
export interface Asked {
  readonly q: string;
  readonly atMs: number;
}

/** A table of data; cells are text. */
export interface DataTable {
  readonly title?: string;
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** How many rows there are in all. */
  readonly total: number;
}

/** What the page in front of the reader is about. */
export type View =
  | {
      readonly page: 'ask';
      readonly q: string;
      /** The answer that a follow-up refers to. */
      readonly follows?: string;
      readonly answer?: Answered;
      readonly problem?: Problem;
    }
  | { readonly page: 'answer'; readonly id: string; readonly answer: Answered; readonly tables: readonly DataTable[] }
  | { readonly page: 'queries'; readonly queries: readonly QueryEntry[] }
  | { readonly page: 'sign-in'; readonly next: string; readonly isRefused: boolean }
  | { readonly page: 'problem'; readonly problem: Problem };

/** Whether pictures and page are light or dark, or as the system has it. */
export type Theme = 'auto' | 'light' | 'dark';

/** What is true of the whole site. */
export interface Site {
  /** Questions that work here, best first. */
  readonly examples: readonly string[];
  /** Whether data are made up and an alert may be fired to look at. */
  readonly isDemo: boolean;
  /** Whether there is a session that can be ended. */
  readonly isSignedIn: boolean;
}

/** Everything that a first sight is drawn from. */
export interface Page {
  readonly site: Site;
  readonly theme: Theme;
  readonly view: View;
}

/** What the server's part of the build exports. */
export interface ConsoleServer {
  /** Gives the HTML of the body, what the browser goes on from, and the title. */
  render(page: Page): { readonly html: string; readonly data: string; readonly title: string };
}
