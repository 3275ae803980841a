/** How questions are said, for who has not asked many. */

const WAYS: readonly { readonly title: string; readonly words: readonly string[] }[] = [
  { title: 'When', words: ['6h', 'since 09:00', 'yesterday 14:00-16:00', 'around 14:32', 'last friday'] },
  { title: 'Which', words: ['web01 web02', 'web*', 'top 5', 'bottom 3'] },
  { title: 'Against', words: ['vs last week', 'vs web02'] },
  { title: 'As', words: ['as table', 'as csv', 'as bars', 'stacked', 'log scale'] },
  { title: 'Else', words: ['alerts', 'deploys 24h', 'queries', 'hosts', 'status', 'help cpu'] },
];

/** A short list beside the box. */
export function HowToAsk() {
  return (
    <section class="ways" aria-labelledby="ways">
      <h2 id="ways">How to ask</h2>
      <dl>
        {WAYS.map(({ title, words }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              {words.map((word) => (
                <code key={word}>{word}</code>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p>
        Any order, any of them: <code>last 1h cpu web01</code>. After an answer, <code>6h</code> or{' '}
        <code>also web02</code> goes on from it.
      </p>
    </section>
  );
}
