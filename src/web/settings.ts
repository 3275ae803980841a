/** What the server must know to draw the first sight as this browser will: cookies that are not secrets. */
import type { Theme } from './contract.ts';
import type { State } from './state.ts';

/** Durations are said in seconds at first, in minutes soon. */
const TICK_MS = 5_000;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Light and dark are the system's, unless somebody chooses; choices last. */
export function watchTheme(state: State): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  state.isSystemDark.value = system.matches;
  system.addEventListener('change', () => {
    state.isSystemDark.value = system.matches;
  });
  state.setTheme = (theme: Theme) => {
    state.theme.value = theme;
    document.documentElement.dataset.theme = theme;
    tell('glimpse_theme', theme);
  };
  state.isHydrated.value = true;
}

/** Times are read and said in the zone of who asks. */
export function watchTime(state: State): void {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  tell('glimpse_zone', timeZone);
  state.zone.value = timeZone;
  const aheadMs = state.site.nowMs - Date.now();
  setInterval(() => {
    state.nowMs.value = Date.now() + aheadMs;
  }, TICK_MS);
}

function tell(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser, and waits
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`;
}
