/** Addresses of the console. */

/** Pages that the console draws itself; pictures, files and the bot's other pages are the browser's. */
export const OWN_PATH = /^\/(?:$|queries$|alerts$|(?:alerts|answers)\/[^/.]+$)/;

/** The address of a question. */
export function pathOfQuestion(q: string, follows?: string): string {
  return `/?${new URLSearchParams({ q, ...(follows !== undefined && { follows }) })}`;
}
