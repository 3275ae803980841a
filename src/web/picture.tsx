/** A chart in the theme of the page. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { State } from './state.ts';

/** A bot that has much to draw at once is asked again before anybody is told. */
const AGAIN_MS = 1_500;

/** A screen narrower than this has a picture laid out for it, one for all, so that it is drawn once. */
const NARROW = '(max-width: 32rem)';
const DARK = '(prefers-color-scheme: dark)';
const NARROW_SIZE = { width: '360', scale: '2' } as const;

/** The picture at `src`; for narrow screens, and while the theme is the system's, the browser chooses. */
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
  const isOpen = theme === undefined;
  const own = isOpen ? src : themed(src, theme);
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
      <picture key={own}>
        {isOpen && <source media={`${NARROW} and ${DARK}`} srcset={narrow(themed(src, 'dark'))} />}
        <source media={NARROW} srcset={narrow(own)} />
        {isOpen && <source media={DARK} srcset={themed(src, 'dark')} />}
        {image}
      </picture>
    </a>
  );
}

function themed(src: string, theme: 'light' | 'dark'): string {
  return theme === 'light' ? src : withQuery(src, { theme });
}

const narrow = (src: string) => withQuery(src, NARROW_SIZE);

function withQuery(src: string, query: Readonly<Record<string, string>>): string {
  return `${src}${src.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`;
}
