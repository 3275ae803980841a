/** Messages as HTML: the server makes them harmless; here nothing passes but the few elements that it writes. */

/** Elements and attributes of messages, exactly as the server writes them. */
const PART =
  /<(?:\/?(?:b|bdi|code|pre|p|mark|table|thead|tbody|tr|div|th|td)|(?:th|td) class="number"|th scope="col"(?: class="number")?|div class="scroll" tabindex="0"|pre tabindex="0"|a href="https?:[^"<>]*"|\/a)>/iy;

/** Whether every `<` begins one of the few elements. */
function isHarmless(html: string): boolean {
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    PART.lastIndex = at;
    if (!PART.test(html)) return false;
  }
  return true;
}

function checked(html: string): string {
  return isHarmless(html) ? html : html.replaceAll('<', '&lt;');
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): unknown };
}

const policy = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('glimpse', {
  createHTML: checked,
});

/** What an element may show as its content: the one place where text becomes markup. */
export function messageMarkup(html: string): { readonly __html: string } {
  return { __html: policy ? (policy.createHTML(html) as string) : checked(html) };
}
