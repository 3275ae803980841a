/** Names of definitions that are made from panels: words that people can type, each once. Pure. */
import { slugOf, withoutVariables } from './slug.ts';

/** The catalog takes names of up to 64 characters; some are left for a number. */
const NAME_MAX_CHARS = 58;

/** Single words that mean something of their own in a question; a test compares them with those of the language. */
const TAKEN: ReadonlySet<string> = new Set(
  `a about add after again against ago alerts also am an and annotate are around as at back before best between biggest
  bottom busiest by can chart charts circa coming commands compare compared comparing comparison could currently d day days deploys
  display draw drop during except excluding for friday from fullest get give graph graphs h help hey hi highest hosts hour
  hours how hr hrs i image in instead is just largest last latest let lets like look lowest m me metric metrics min mins
  minus minute minutes mo mon monday month months mth my near need next none not nothing now of on one only over past per period
  picture please plot plus pm previous prior queries refresh remove repeat right runbook s saturday sec second seconds secs see
  show since slowest smallest status sunday tell thank thanks the this through thru thursday till timezone to today tomorrow
  tonight top trend tuesday until us usage utilisation utilization versus vs w want was wednesday week weekend weeks were what
  whats why window with within without wk wks worst would y year years yesterday you yr yrs zone zoom`.split(/\s+/),
);

/** Whether a word alone would be read as something else: `top`, `status`, `5m`. */
export function isTakenWord(word: string): boolean {
  return TAKEN.has(word) || /^\d+[a-z]{0,3}$/.test(word);
}

/** Gives names: of the panel's title, behind its dashboard's where that is taken or no name. Remembers what it gave. */
export function createNamer(dashboardTitle: string): (title: string, id: number) => string {
  const given = new Set<string>();
  const base = slugOf(dashboardTitle).replace(/^[^\p{L}]+/u, '') || 'dashboard';
  return (title, id) => {
    const slug = slugOf(withoutVariables(title));
    const isName = /^\p{L}/u.test(slug) && !isTakenWord(slug);
    const plain = isName ? slug : `${base}-${slug === '' ? `panel-${id}` : slug}`;
    const short = plain.slice(0, NAME_MAX_CHARS).replace(/-+$/, '');
    let name = short;
    for (let count = 2; given.has(name); count += 1) name = `${short}-${count}`;
    given.add(name);
    return name;
  };
}
