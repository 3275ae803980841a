/** What tokens and people may be allowed over HTTP. */

/** In the words of the config. */
export const SCOPES = ['ask', 'read', 'alerts', 'metrics', 'admin'] as const;

/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];
