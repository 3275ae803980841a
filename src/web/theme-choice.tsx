/** System, light or dark. */
import type { Theme } from './contract.ts';
import type { State } from './state.ts';

const THEMES: readonly { readonly theme: Theme; readonly title: string }[] = [
  { theme: 'auto', title: 'Auto' },
  { theme: 'light', title: 'Light' },
  { theme: 'dark', title: 'Dark' },
];

/** Radio buttons in a row; only where there is a script that can heed them. */
export function ThemeChoice({ state }: { readonly state: State }) {
  if (!state.isHydrated.value) return null;
  return (
    <fieldset class="themes">
      <legend class="unseen">Theme</legend>
      {THEMES.map(({ theme, title }) => (
        <label key={theme}>
          <input
            type="radio"
            name="theme"
            checked={state.theme.value === theme}
            onChange={() => state.setTheme(theme)}
          />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  );
}
