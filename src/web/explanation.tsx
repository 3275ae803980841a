/** How a question was understood, as a list. */
import type { Explained } from './contract.ts';
import { Prose } from './prose.tsx';
import { windowText } from './wording.ts';

/** What is absent is left out. */
export function Explanation({ explanation }: { readonly explanation: Explained }) {
  const { query, command, source, range, comparison, ranking, output, looks, notes } = explanation;
  const facts: (readonly [name: string, said: string | undefined])[] = [
    ['Query', query],
    ['Command', command],
    ['Source', source],
    ...Object.entries(explanation.arguments ?? {}).map(([name, values]) => [name, values.join(', ')] as const),
    ['Window', range && `${range.text}: ${windowText(range)}`],
    ['Compared with', comparison && comparedText(comparison)],
    ['Ranking', ranking && `${ranking.order} ${ranking.count}`],
    ['Output', output],
    ['Looks', looks && Object.keys(looks).length > 0 ? looksText(looks) : undefined],
    ['Notes', notes?.join(' ')],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, said]) =>
        said === undefined || said === '' ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{name === 'Notes' ? <Prose text={said} /> : said}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function comparedText(comparison: NonNullable<Explained['comparison']>): string {
  if ('range' in comparison) return `${comparison.range.text}: ${windowText(comparison.range)}`;
  return Object.values(comparison.arguments).flat().join(', ');
}

function looksText(looks: object): string {
  return Object.entries(looks)
    .map(([name, value]) => (value === true ? name : `${name} ${value}`))
    .join(', ');
}
