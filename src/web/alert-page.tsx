/** One group of alerts: what fired, its members, what is known around it. */
import { useEffect } from 'preact/hooks';
import { StatePill } from './alert-state.tsx';
import { earlierOf, standText } from './alert-words.ts';
import { type AlertContext, type AlertGroup, type AlertMember, FIRINGS_MAX, type View } from './contract.ts';
import { Picture } from './picture.tsx';
import { Prose } from './prose.tsx';
import type { State } from './state.ts';
import { clockOf, dayOf, momentText, titled, windowText } from './wording.ts';
import { Words } from './words.tsx';

/** Times that it fired before; the timeline has all of them. */
const EARLIER_MAX = 10;

/** The page. */
export function AlertPage({
  state,
  view: { alert, context },
}: {
  readonly state: State;
  readonly view: Extract<View, { page: 'alert' }>;
}) {
  // all times are in the zone of its words and charts
  const { title, since, ended, html, zone } = alert;
  const members = alert.members.map((member) => withoutTold(member, alert.text));
  const whole = members.length === 1 ? members[0]?.description : undefined;
  // each alert of a group may have its own page of a kind; the first one will do
  const links = [...Map.groupBy(alert.links, (link) => link.title).values()].flatMap((same) => same.slice(0, 1));
  const earlier = earlierOf(alert);
  const hasMembers = members.some(({ labels }) => members.length > 1 || Object.keys(labels).length > 0);
  return (
    <div class="answer alert">
      <header class="page-head">
        <p>
          <a href="/alerts">Alerts and changes</a>
        </p>
        <h1 tabIndex={-1}>
          <StatePill alert={alert} /> <bdi>{title}</bdi>
        </h1>
        <p>
          <span>{standText(alert, state.nowMs.value)}</span>
          <span>
            {ended === null ? momentText(since, zone) : windowText({ from: since, to: ended, zone, text: '' })}
          </span>
          <span>Times in {zone}</span>
        </p>
      </header>
      <div class="stack">
        <article class="sheet" aria-label="As the rooms have it">
          <Words html={html} />
        </article>
        <Context state={state} alert={alert} given={context} />
      </div>
      <div class="beside">
        {links.length > 0 && (
          <section aria-labelledby="links">
            <h2 id="links">Pages</h2>
            <ul class="plain-list">
              {links.map((link) => (
                <li key={link.url}>
                  <a href={link.url}>{titled(link.title)}</a>
                </li>
              ))}
            </ul>
          </section>
        )}
        {earlier.length > 0 && (
          <section aria-labelledby="earlier">
            <h2 id="earlier">Fired before</h2>
            <ul class="plain-list">
              {earlier.slice(0, EARLIER_MAX).map((firing) => (
                <li key={firing.since}>
                  {dayOf(new Date(firing.since), zone)}, {timesText(firing.since, firing.ended, zone)}
                </li>
              ))}
            </ul>
            {earlier.length > EARLIER_MAX && (
              <p class="faint">
                … and {alert.firings.length < FIRINGS_MAX ? earlier.length - EARLIER_MAX : 'many'} times more
              </p>
            )}
          </section>
        )}
        {whole !== undefined && (
          <section aria-labelledby="whole">
            <h2 id="whole">In full</h2>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
            <section class="tall" tabIndex={0} aria-label="Its description">
              <p>{whole}</p>
            </section>
          </section>
        )}
        {hasMembers && (
          <section aria-labelledby="members">
            <h2 id="members">{members.length === 1 ? 'Labels' : `${members.length} of ${alert.count} alerts`}</h2>
            {members.map((member) => (
              <Member key={JSON.stringify(member.labels)} member={member} zone={zone} isAlone={members.length === 1} />
            ))}
          </section>
        )}
      </div>
    </div>
  );
}

/** Posts have the beginning of long descriptions; what they have whole is not said again. */
function withoutTold({ description, ...member }: AlertMember, post: string): AlertMember {
  const isTold = description === undefined || post.includes(description.replace(/\s+/g, ' ').trim());
  return isTold ? member : { ...member, description };
}

function timesText(from: string, to: string | null, zone: string): string {
  const clocks = [from, to].filter((at) => at !== null).map((at) => clockOf(new Date(at), zone));
  return [...new Set(clocks)].join('–');
}

/** Gathered when it is looked at: charts, changes, log lines, history, who is on call. */
function Context({
  state,
  alert,
  given,
}: {
  readonly state: State;
  readonly alert: AlertGroup;
  readonly given: AlertContext | undefined;
}) {
  const context = given ?? state.contexts.value[alert.id];
  useEffect(() => {
    if (context === undefined) state.gather(alert.id);
  }, [alert.id]);
  if (context === undefined)
    return (
      <section class="sheet" aria-label="Context" aria-busy="true">
        {state.isHydrated.value ? (
          <>
            <p class="faint">Gathering charts, changes, log lines and history …</p>
            <div class="ground" aria-hidden="true" />
          </>
        ) : (
          <a href="?context=1">Gather charts, changes, log lines and history</a>
        )}
      </section>
    );
  if (typeof context === 'string')
    return (
      <section class="sheet" aria-label="Context">
        <p class="note">
          <Prose text={context} />{' '}
          <button type="button" class="plain" onClick={() => state.gather(alert.id)}>
            Try again
          </button>
        </p>
      </section>
    );
  const isEmpty = context.html === '' && context.charts.length === 0 && context.failures.length === 0;
  return (
    <section class="sheet context" aria-label="Context">
      {isEmpty && <p class="faint">Nothing was found: no charts, changes, log lines or history.</p>}
      {context.html !== '' && <Words html={context.html} />}
      {context.charts.map(({ title, image, alt, page }) => (
        <div key={page} class="chart">
          <Picture state={state} src={image} alt={alt} />
          <a href={page}>
            Data of this chart: <bdi>{title}</bdi>
          </a>
        </div>
      ))}
      {context.failures.length > 0 && (
        <ul class="note">
          {context.failures.map((failure) => (
            <li key={failure}>
              <Prose text={failure} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Member({
  member: { title, status, severity, description, labels, startsAt, endsAt, silentSince },
  zone,
  isAlone,
}: {
  readonly member: AlertMember;
  readonly zone: string;
  readonly isAlone: boolean;
}) {
  return (
    <div class="member">
      {!isAlone && (
        <p>
          <b>
            <bdi>{title}</bdi>
          </b>{' '}
          {silentSince !== undefined ? 'no news' : status === 'firing' ? severity : status},{' '}
          {timesText(startsAt, endsAt, zone)}
        </p>
      )}
      {!isAlone && description !== undefined && <p>{description}</p>}
      <ul class="labels" aria-label="Labels">
        {Object.entries(labels).map(([name, value]) => (
          <li key={name}>
            <code>
              {name}={value}
            </code>
          </li>
        ))}
      </ul>
    </div>
  );
}
