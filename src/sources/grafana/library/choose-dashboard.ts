/** Which dashboard the first words of a question mean. Pure. */
import { nearest } from '../../../lib/nearest.ts';
import type { DashboardHit } from '../dashboards.ts';
import { isTakenWord } from './import-names.ts';
import { slugOf } from './slug.ts';

/** A dashboard with the words that are left for its panel. */
export interface DashboardChoice {
  readonly hit: DashboardHit;
  readonly rest: readonly string[];
  /** Set where the words were only near: what was said. */
  readonly said?: string;
}

/**
 * The dashboards that words may mean, all in the best way there is: by uid or whole title, else by how the title begins,
 * else by all words being in it, else the nearest. The more words name the dashboard, the better.
 */
export function chooseDashboards(words: readonly string[], hits: readonly DashboardHit[]): readonly DashboardChoice[] {
  const known = hits.map((hit) => ({
    hit,
    slug: slugOf(hit.title),
    folder: slugOf(`${hit.folder ?? 'General'} ${hit.title}`),
  }));
  const ways: ((said: string, joined: string, one: (typeof known)[number]) => boolean)[] = [
    (said, slug, one) => one.hit.uid === said || one.slug === slug || one.folder === slug,
    (_, slug, one) => one.slug.startsWith(`${slug}-`),
    (_, slug, one) => slug.length > 2 && one.slug.startsWith(slug),
    (_, slug, one) => slug.split('-').every((word) => one.slug.split('-').includes(word)),
  ];
  for (const isMeant of ways) {
    for (let count = words.length; count > 0; count -= 1) {
      const said = words.slice(0, count).join(' ');
      const slug = slugOf(said);
      if (slug === '') continue;
      const found = known.filter((one) => isMeant(said, slug, one));
      // a uid is what tells those of one title apart, though it may be written as the title is
      const own = found.filter(({ hit }) => hit.uid === said);
      if (found.length > 0) return (own.length > 0 ? own : found).map(({ hit }) => ({ hit, rest: words.slice(count) }));
    }
  }
  return nearOnes(words, hits);
}

function nearOnes(words: readonly string[], hits: readonly DashboardHit[]): readonly DashboardChoice[] {
  for (let count = words.length; count > 0; count -= 1) {
    const said = words.slice(0, count).join(' ');
    const near = nearest(
      slugOf(said),
      hits.map(({ title }) => slugOf(title)),
    );
    const [first] = near;
    const found = hits.filter(({ title }) => slugOf(title) === first);
    if (found.length > 0) return found.map((hit) => ({ hit, rest: words.slice(count), said }));
  }
  return [];
}

/** The words by which a dashboard can be asked for again: those of its title where no other has it, else its uid. */
export function askFor(
  hit: Pick<DashboardHit, 'uid' | 'title'>,
  hits: readonly Pick<DashboardHit, 'uid' | 'title'>[],
): string {
  const slug = slugOf(hit.title);
  const isAlone = hits.every(({ uid, title }) => uid === hit.uid || slugOf(title) !== slug);
  return isAlone && /^\p{L}/u.test(slug) && slug.length <= 60 && !isTakenWord(slug) ? slug : hit.uid;
}
