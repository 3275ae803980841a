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
  /** Absent where it could not be kept. */
  readonly id?: string;
  /** Its own page. */
  readonly page?: string;
  /** In full; absent for help and the like, which no question can follow. */
  readonly question?: string;
  readonly explanation: Explained;
  readonly text: string;
  /** The message as safe HTML. */
  readonly html: string;
  readonly alt: string;
  readonly frames?: readonly unknown[];
  readonly links: readonly PageLink[];
  readonly notes: readonly string[];
  readonly followUps: readonly string[];
  readonly image: string | null;
}

/** An answer that was kept. */
export interface KeptAnswer extends Answered {
  readonly q: string;
  readonly askedAt: string;
  readonly askedBy: { readonly platform: string; readonly userName: string };
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
  /** A question that has an answer now. */
  readonly example?: string;
  /** As in chat, as safe HTML. */
  readonly help: string;
}

/** A page of a sender's. */
export interface AlertLink {
  readonly rel: string;
  readonly url: string;
  readonly title: string;
}

/** One problem of a group, as its sender told of it. */
export interface AlertMember {
  readonly title: string;
  readonly status: string;
  readonly severity: string;
  readonly description?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string | null;
  /** Since when nothing was heard of it, where that is too long to say that it fires. */
  readonly silentSince?: string;
}

/** Times that a group fired that the API lists. */
export const FIRINGS_MAX = 50;

/** Problems that belong together. */
export interface AlertGroup {
  readonly id: string;
  readonly title: string;
  /** `silent`: what fired was not told of for too long. */
  readonly status: 'firing' | 'silent' | 'resolved';
  readonly severity: string;
  readonly acknowledged: boolean;
  readonly suppressed: boolean;
  readonly flapping: boolean;
  readonly source: string;
  readonly since: string;
  /** When it was last told of. */
  readonly heard: string;
  readonly ended: string | null;
  readonly count: number;
  readonly firing: number;
  readonly silent: number;
  /** When it fired, the newest first, at most {@link FIRINGS_MAX}; without an end while it lasts, or where nobody told of one. */
  readonly firings: readonly { readonly since: string; readonly ended: string | null }[];
  /** IANA zone that its words and charts are in. */
  readonly zone: string;
  /** The post of the rooms, as plain text and as safe HTML. */
  readonly text: string;
  readonly html: string;
  readonly links: readonly AlertLink[];
  readonly members: readonly AlertMember[];
}

/** A deploy or another change. */
export interface ChangeEntry {
  readonly id: string;
  readonly kind: string;
  readonly phase: string;
  readonly title: string;
  readonly startsAt: string;
  readonly actor?: { readonly name: string };
  readonly links: readonly { readonly href: string; readonly title?: string; readonly rel: string }[];
}

/** What was gathered for a group of alerts. */
export interface AlertContext {
  readonly charts: readonly {
    readonly title: string;
    readonly alt: string;
    readonly image: string;
    readonly page: string;
  }[];
  readonly html: string;
  /** What could not be had, in whole sentences. */
  readonly failures: readonly string[];
}

/** What was told lately. */
export interface Timeline {
  readonly from: string;
  readonly to: string;
  /** Where the list goes on; null when this is all of it. */
  readonly next: string | null;
  /** How many groups fire now, by severity, the worst first. */
  readonly firing: Readonly<Record<string, number>>;
  /** Of how many that fired nothing was heard for too long. */
  readonly silent: number;
  readonly alerts: readonly AlertGroup[];
  readonly changes: readonly ChangeEntry[];
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
  | { readonly page: 'answer'; readonly answer: KeptAnswer; readonly tables: readonly DataTable[] }
  | { readonly page: 'queries'; readonly queries: readonly QueryEntry[] }
  | ({
      readonly page: 'alerts';
      readonly state: 'open' | 'all';
      /** Whether it ends now and begins with the newest. */
      readonly isNewest: boolean;
    } & Timeline)
  | { readonly page: 'alert'; readonly alert: AlertGroup; readonly context?: AlertContext }
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
  /** IANA zone that times are said in. */
  readonly zone: string;
  /** The bot's time, ms since the Unix epoch. */
  readonly nowMs: number;
}

/** Everything that a first sight is drawn from. */
export interface Page {
  readonly site: Site;
  readonly theme: Theme;
  readonly view: View;
}

/** Gives what the API has at a path; rejects with what it refused. */
export type GetJson = (path: string) => Promise<unknown>;

/** What the server's part of the build exports. */
export interface ConsoleServer {
  /** Gives the HTML of the body, what the browser goes on from, and the title. */
  render(page: Page): { readonly html: string; readonly data: string; readonly title: string };
  /** Fetches what the page at an address is about; rejects as `get` does. */
  viewAt(url: URL, get: GetJson): Promise<View>;
}
