/** Sentences that quote what came from outside, as spans that keep it harmless. Pure. */
import type { Line, Span } from '../../domain/message.ts';

/** Parts in backticks are code, parts in double asterisks are bold; everything is treated as if it came from outside. */
export function sentence(text: string): Line {
  const spans: Span[] = [];
  let plainFrom = 0;
  for (const match of text.matchAll(/`([^`\n]+)`|\*\*([^*\n]+)\*\*/g)) {
    if (match.index > plainFrom) spans.push({ name: text.slice(plainFrom, match.index) });
    const [whole, code, bold] = match;
    if (code !== undefined) spans.push({ code });
    if (bold !== undefined) spans.push({ name: bold, bold: true });
    plainFrom = match.index + whole.length;
  }
  if (plainFrom < text.length) spans.push({ name: text.slice(plainFrom) });
  return spans;
}
