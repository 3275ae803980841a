/** The timeline: what fired, what was changed, the newest first. */
import { useSignal } from '@preact/signals';
import { StatePill, standText } from './alert-state.tsx';
import type { AlertGroup, ChangeEntry, View } from './contract.ts';
import type { State } from './state.ts';
import { clockOf, dayOf } from './wording.ts';

type Entry =
  | { readonly atMs: number; readonly alert: AlertGroup }
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
  const days = daysOf(view, state.zone.value);
  const firing = view.alerts.filter(({ status }) => status === 'firing').length;
  return (
    <div class="timeline">
      <header class="page-head">
        <h1 tabIndex={-1}>Alerts and changes</h1>
        <p>{firing === 0 ? 'Nothing fires now.' : `${firing} ${firing === 1 ? 'group fires' : 'groups fire'} now.`}</p>
      </header>
      <div class="tabs">
        <nav aria-label="Which alerts">
          {TABS.map((tab) => (
            <a key={tab.state} href={tab.path} aria-current={tab.state === view.state ? 'page' : undefined}>
              {tab.title}
            </a>
          ))}
        </nav>
        {state.site.isDemo && state.isHydrated.value && <FireDemo state={state} />}
      </div>
      {days.map(({ day, entries }) => (
        <section key={day} aria-label={day}>
          <h2>{day}</h2>
          <ol>
            {entries.map((entry) =>
              'alert' in entry ? (
                <AlertRow key={entry.alert.id} state={state} alert={entry.alert} />
              ) : (
                <ChangeRow key={`${entry.change.id} ${entry.atMs}`} state={state} change={entry.change} />
              ),
            )}
          </ol>
        </section>
      ))}
      {days.length === 0 && (
        <p class="sheet">
          {view.state === 'open'
            ? 'No alert is open.'
            : 'Nothing was told in the last 7 days. Alerts arrive at /hooks/…, deploys at /changes/….'}
        </p>
      )}
    </div>
  );
}

function daysOf({ alerts, changes, state }: Extract<View, { page: 'alerts' }>, zone: string) {
  const entries: Entry[] = [
    ...alerts.map((alert) => ({ atMs: Date.parse(alert.since), alert })),
    ...(state === 'open' ? [] : changes).map((change) => ({ atMs: Date.parse(change.startsAt), change })),
  ].sort((one, other) => other.atMs - one.atMs);
  const days = Map.groupBy(entries, ({ atMs }) => dayOf(new Date(atMs), zone));
  return Array.from(days, ([day, of]) => ({ day, entries: of }));
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

function AlertRow({ state, alert }: { readonly state: State; readonly alert: AlertGroup }) {
  return (
    <li class={`row row-${alert.status}`}>
      <time dateTime={alert.since}>{clockOf(new Date(alert.since), state.zone.value)}</time>
      <div>
        <StatePill alert={alert} /> <a href={`/alerts/${encodeURIComponent(alert.id)}`}>{alert.title}</a>
        <p>{standText(alert, state.nowMs.value)}</p>
      </div>
    </li>
  );
}

function ChangeRow({ state, change }: { readonly state: State; readonly change: ChangeEntry }) {
  const { kind, phase, title, startsAt, actor, links } = change;
  const [link] = links.filter(({ href }) => /^https?:/i.test(href));
  return (
    <li class="row row-change">
      <time dateTime={startsAt}>{clockOf(new Date(startsAt), state.zone.value)}</time>
      <div>
        <span class="pill pill-change">{kind}</span> {link ? <a href={link.href}>{title}</a> : title}
        <p>{[phase === 'info' ? undefined : phase, actor && `by ${actor.name}`].filter(Boolean).join(' · ')}</p>
      </div>
    </li>
  );
}
