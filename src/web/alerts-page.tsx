/** What fires, the worst first; the timeline of what fired and what was changed, the newest first. */
import { useSignal } from '@preact/signals';
import { StatePill } from './alert-state.tsx';
import { earlierOf, earlierText, standText } from './alert-words.ts';
import type { AlertGroup, ChangeEntry, View } from './contract.ts';
import type { State } from './state.ts';
import { clockOf, dayOf, momentText, shortDayOf, titled } from './wording.ts';

type Entry =
  | { readonly atMs: number; readonly alert: AlertGroup; readonly earlier?: AlertGroup['firings'][number] }
  | { readonly atMs: number; readonly change: ChangeEntry };

const TABS = [
  { state: 'all', path: '/alerts', title: 'Last 7 days' },
  { state: 'open', path: '/alerts?state=open', title: 'Firing now' },
] as const;

/** The page. */
export function AlertsPage({
  state,
  view,
}: {
  readonly state: State;
  readonly view: Extract<View, { page: 'alerts' }>;
}) {
  const zone = state.zone.value;
  const today = dayOf(new Date(state.nowMs.value), zone);
  const sections = view.state === 'open' ? severitiesOf(view) : daysOf(view, zone);
  return (
    <div class="timeline">
      <header class="page-head">
        <h1 tabIndex={-1}>Alerts and changes</h1>
        <p>
          <span>
            {view.isNewest || view.state === 'open'
              ? firingText(view)
              : `${momentText(view.from, zone)} – ${momentText(view.to, zone)}`}
          </span>
          <span>Times in {zone}</span>
        </p>
      </header>
      <div class="tabs">
        <nav aria-label="Which alerts">
          {TABS.map((tab) => (
            <a
              key={tab.state}
              href={tab.path}
              aria-current={view.isNewest && tab.state === view.state ? 'page' : undefined}
            >
              {tab.title}
            </a>
          ))}
        </nav>
        {state.site.isDemo && state.isHydrated.value && <FireDemo state={state} />}
      </div>
      {sections.map(({ title, entries }) => (
        <section key={title} aria-label={title}>
          <h2>{title}</h2>
          <ol>
            {entries.map((entry) =>
              'alert' in entry ? (
                <AlertRow
                  key={`${entry.alert.id} ${entry.atMs}`}
                  state={state}
                  isDated={view.state === 'open' && dayOf(new Date(entry.atMs), zone) !== today}
                  {...entry}
                />
              ) : (
                <ChangeRow key={`${entry.change.id} ${entry.atMs}`} state={state} change={entry.change} />
              ),
            )}
          </ol>
        </section>
      ))}
      {sections.length === 0 && (
        <p class="sheet">
          {view.state === 'open'
            ? 'No alert is open.'
            : `Nothing was told in ${view.isNewest ? 'the last 7 days' : 'that time'}. Alerts arrive at /hooks/…, deploys at /changes/….`}
        </p>
      )}
      <Further view={view} />
    </div>
  );
}

/** The rest of a long list, else what was before it; and the way back. */
function Further({ view: { state, from, to, next, isNewest } }: { readonly view: Extract<View, { page: 'alerts' }> }) {
  const further = next !== null ? { state, from, to, before: next } : state === 'all' ? { to: from } : undefined;
  if (!further && isNewest) return null;
  return (
    <nav class="further" aria-label="Further">
      {further && <a href={`/alerts?${new URLSearchParams(further)}`}>{state === 'open' ? 'More' : 'Earlier'}</a>}
      {!isNewest && (
        <a href={state === 'open' ? '/alerts?state=open' : '/alerts'}>
          Back to the {state === 'open' ? 'worst' : 'newest'}
        </a>
      )}
    </nav>
  );
}

/** `307 groups fire now: 2 critical, 305 warning; no news of 3.` */
function firingText({ firing, silent }: Pick<View & { page: 'alerts' }, 'firing' | 'silent'>): string {
  const some = Object.entries(firing).filter(([, count]) => count > 0);
  const all = some.reduce((sum, [, count]) => sum + count, 0);
  const news = silent === 0 ? '' : `; no news of ${silent}`;
  if (all === 0) return `Nothing fires now${news}.`;
  const by = some.map(([severity, count]) => `${count} ${severity === 'unknown' ? 'of unknown severity' : severity}`);
  return `${all} ${all === 1 ? 'group fires' : 'groups fire'} now: ${by.join(', ')}${news}.`;
}

/** As the list has them, the worst first; of each the newest first. */
function severitiesOf({ alerts }: Extract<View, { page: 'alerts' }>) {
  const severities = Map.groupBy(alerts, ({ status, severity }) => (status === 'silent' ? 'no news' : severity));
  return Array.from(severities, ([severity, of]): { title: string; entries: readonly Entry[] } => ({
    title: severity === 'unknown' ? 'Of unknown severity' : titled(severity),
    entries: of.map((alert) => ({ atMs: Date.parse(alert.since), alert })).sort((one, other) => other.atMs - one.atMs),
  }));
}

function daysOf(view: Extract<View, { page: 'alerts' }>, zone: string) {
  const entries = [
    ...view.alerts.flatMap((alert) => entriesOf(alert, view)),
    ...view.changes.map((change): Entry => ({ atMs: Date.parse(change.startsAt), change })),
  ].sort((one, other) => other.atMs - one.atMs);
  const days = Map.groupBy(entries, ({ atMs }) => dayOf(new Date(atMs), zone));
  return Array.from(days, ([title, of]) => ({ title, entries: of }));
}

/** A group as it stands, and the times that it fired before; what came after the window is told elsewhere. */
function entriesOf(alert: AlertGroup, { isNewest, to }: Extract<View, { page: 'alerts' }>): readonly Entry[] {
  const sinceMs = Date.parse(alert.since);
  const present: Entry = { atMs: sinceMs, alert };
  const earlier = earlierOf(alert).map((firing) => ({ atMs: Date.parse(firing.since), alert, earlier: firing }));
  return isNewest || sinceMs < Date.parse(to) ? [present, ...earlier] : earlier;
}

function FireDemo({ state }: { readonly state: State }) {
  const isBusy = useSignal(false);
  const fire = async () => {
    isBusy.value = true;
    await state.fireDemo();
    isBusy.value = false;
  };
  return (
    <button type="button" aria-disabled={isBusy.value} onClick={() => isBusy.value || void fire()}>
      {isBusy.value ? 'Firing …' : 'Fire a demo alert'}
    </button>
  );
}

function AlertRow({
  state,
  alert,
  earlier,
  isDated,
}: {
  readonly state: State;
  readonly alert: AlertGroup;
  readonly earlier?: AlertGroup['firings'][number];
  /** Whether its day stands in no heading. */
  readonly isDated: boolean;
}) {
  const { since, status } = earlier ? { since: earlier.since, status: 'resolved' as const } : alert;
  return (
    <li class={`row row-${status}`}>
      <time dateTime={since}>
        {isDated && <span>{shortDayOf(new Date(since), state.zone.value)}</span>}
        {clockOf(new Date(since), state.zone.value)}
      </time>
      <div>
        <div class="row-title">
          <StatePill alert={{ ...alert, status }} />{' '}
          <a href={`/alerts/${encodeURIComponent(alert.id)}`}>
            <bdi>{alert.title}</bdi>
          </a>
        </div>
        <p>{earlier ? earlierText(earlier, alert) : standText(alert, state.nowMs.value)}</p>
      </div>
    </li>
  );
}

function ChangeRow({ state, change }: { readonly state: State; readonly change: ChangeEntry }) {
  const { kind, phase, title, startsAt, actor, links } = change;
  const name = <bdi>{title}</bdi>;
  const [link] = links.filter(({ href }) => /^https?:/i.test(href));
  return (
    <li class="row row-change">
      <time dateTime={startsAt}>{clockOf(new Date(startsAt), state.zone.value)}</time>
      <div>
        <div class="row-title">
          <span class="pill pill-change">{kind}</span> {link ? <a href={link.href}>{name}</a> : name}
        </div>
        <p>{[phase === 'info' ? undefined : phase, actor && `by ${actor.name}`].filter(Boolean).join(' · ')}</p>
      </div>
    </li>
  );
}
