/** A button that copies an address. */
import { useSignal } from '@preact/signals';
import type { State } from './state.ts';

const SAID_MS = 2_000;

/** Copies the whole address of a path; only where the browser lets a page do so. */
export function CopyLink({ state, path }: { readonly state: State; readonly path: string }) {
  const isCopied = useSignal(false);
  if (!state.isHydrated.value || !navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(new URL(path, location.href).href);
    isCopied.value = true;
    state.said.value = 'Link copied.';
    setTimeout(() => {
      isCopied.value = false;
    }, SAID_MS);
  };
  return (
    <button type="button" class="plain" onClick={() => void copy()}>
      {isCopied.value ? 'Copied' : 'Copy link'}
    </button>
  );
}
