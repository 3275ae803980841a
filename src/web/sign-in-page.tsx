/** Where a browser shows a token, once. */
import type { View } from './contract.ts';

/** A form that works without script. */
export function SignInPage({ view: { next, isRefused } }: { readonly view: Extract<View, { page: 'sign-in' }> }) {
  return (
    <form class="sheet narrow sign-in" method="post" action="/session">
      <h1>Sign in</h1>
      <p>This bot answers to who has one of its tokens.</p>
      <input type="hidden" name="next" value={next} />
      <label for="token">Token</label>
      <input
        id="token"
        name="token"
        type="password"
        required
        autocomplete="current-password"
        spellcheck={false}
        aria-describedby={isRefused ? 'refused token-kept' : 'token-kept'}
        aria-invalid={isRefused}
      />
      {isRefused && (
        <p id="refused" class="wrong" role="alert">
          This is no token of this bot.
        </p>
      )}
      <button type="submit">Sign in</button>
      <p id="token-kept" class="faint">
        Tokens are named under <code>tokens</code> in the config. This browser keeps a session of a week, not the token.
      </p>
    </form>
  );
}
