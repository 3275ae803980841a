/** Text inside links that people paste into chats. Pure. */

/** Also what `encodeURIComponent` leaves alone and chat markup does not: brackets end a link, `_` and `*` make it italic. */
export function encodeForLink(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*_~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
