/** A chart in the theme of the page. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { State } from './state.ts';

/** A bot that has much to draw at once is asked again before anybody is told. */
const AGAIN_MS = 1_500;

/** The picture at `src`; while the theme is the system's and no script runs, the browser chooses. */
export function Picture({
  state,
  src,
  alt,
  isLazy = false,
}: {
  readonly state: State;
  readonly src: string;
  readonly alt: string;
  readonly isLazy?: boolean;
}) {
  const failed = useSignal<string | undefined>(undefined);
  const hasTriedTwice = useRef(false);
  const theme = state.pictures.value;
  const own = theme === undefined ? src : themed(src, theme);
  if (failed.value === own)
    return (
      <p class="note">
        The picture could not be drawn.{' '}
        <button
          type="button"
          class="plain"
          onClick={() => {
            failed.value = undefined;
          }}
        >
          Try again
        </button>
      </p>
    );
  const image = (
    <img
      key={own}
      src={own}
      alt={alt}
      width={900}
      height={400}
      loading={isLazy ? 'lazy' : 'eager'}
      decoding="async"
      onError={({ currentTarget }) => {
        if (hasTriedTwice.current) failed.value = own;
        else setTimeout(() => currentTarget.setAttribute('src', own), AGAIN_MS);
        hasTriedTwice.current = true;
      }}
    />
  );
  return (
    <a class="picture" href={own} target="_blank" rel="noopener">
      {theme === undefined ? (
        <picture>
          <source media="(prefers-color-scheme: dark)" srcset={themed(src, 'dark')} />
          {image}
        </picture>
      ) : (
        image
      )}
    </a>
  );
}

function themed(src: string, theme: 'light' | 'dark'): string {
  if (theme === 'light') return src;
  return `${src}${src.includes('?') ? '&' : '?'}theme=${theme}`;
}
