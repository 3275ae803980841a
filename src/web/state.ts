/** What the console knows; components read it, and only the modules that act write it. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { AlertContext, Asked, Page, Site, Theme, View } from './contract.ts';

/** How far an answer is. */
export interface Progress {
  readonly q: string;
  readonly stage: 'asking' | 'understood' | 'fetching' | 'drawing';
  /** How the question was understood, in words. */
  readonly understood?: string;
  /** What is being done, where the server says it: `Asking Graphite`. */
  readonly doing?: string;
  readonly sinceMs: number;
}

/** Everything that changes while the console is open. */
export interface State {
  readonly site: Site;
  readonly view: Signal<View>;
  /** Set while a question is being answered. */
  readonly progress: Signal<Progress | undefined>;
  /** Whether another page is on its way. */
  readonly isLoading: Signal<boolean>;
  readonly theme: Signal<Theme>;
  readonly isSystemDark: Signal<boolean>;
  /** What pictures are asked for; undefined while the system's is not known: the browser then chooses. */
  readonly pictures: ReadonlySignal<'light' | 'dark' | undefined>;
  readonly isHydrated: Signal<boolean>;
  readonly history: Signal<readonly Asked[]>;
  /** Zone that times are said in: the reader's, once it is known. */
  readonly zone: Signal<string>;
  /** The bot's time, ms since the Unix epoch; it goes on. */
  readonly nowMs: Signal<number>;
  /** What was gathered for alerts in this visit, by their id; a string where it failed. */
  readonly contexts: Signal<Readonly<Record<string, AlertContext | string>>>;
  /** Said to who cannot see it. */
  readonly said: Signal<string>;
  /** The question as it stands in its box. */
  readonly draft: Signal<string>;
  ask(q: string, follows?: string): void;
  stop(): void;
  go(path: string): void;
  forget(): void;
  setTheme(theme: Theme): void;
  /** Gathers the context of a group of alerts, once. */
  gather(id: string): void;
  fireDemo(): Promise<void>;
}

const nothing = () => undefined;

/** Makes the state of a page; without a browser nothing acts. */
export function createState({ site, theme, view }: Page): State {
  const chosen = signal(theme);
  const isSystemDark = signal(false);
  const isHydrated = signal(false);
  const pictures = computed(() => {
    if (chosen.value !== 'auto') return chosen.value;
    if (!isHydrated.value) return undefined;
    return isSystemDark.value ? 'dark' : 'light';
  });
  return {
    site,
    view: signal(view),
    progress: signal<Progress | undefined>(undefined),
    isLoading: signal(false),
    theme: chosen,
    isSystemDark,
    pictures,
    isHydrated,
    history: signal<readonly Asked[]>([]),
    zone: signal(site.zone),
    nowMs: signal(site.nowMs),
    contexts: signal<Readonly<Record<string, AlertContext | string>>>({}),
    said: signal(''),
    draft: signal(view.page === 'ask' ? view.q : ''),
    ask: nothing,
    stop: nothing,
    go: nothing,
    forget: nothing,
    setTheme: nothing,
    gather: nothing,
    fireDemo: async () => undefined,
  };
}

/** The title of the browser's tab. */
export function titleOf(view: View): string {
  switch (view.page) {
    case 'ask':
      return view.q === '' ? 'Glimpse' : `${view.q} · Glimpse`;
    case 'answer':
      return `${view.answer.q} · Glimpse`;
    case 'queries':
      return 'Queries · Glimpse';
    case 'alerts':
      return 'Alerts · Glimpse';
    case 'alert':
      return `${view.alert.title} · Glimpse`;
    case 'sign-in':
      return 'Sign in · Glimpse';
    case 'problem':
      return `${view.problem.detail.slice(0, 60)} · Glimpse`;
  }
}
