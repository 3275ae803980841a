/** Text inside HTML, between tags or in a quoted attribute. */

/** Writes the five characters that mean something in HTML as numbers, which every parser reads alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
