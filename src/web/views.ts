/** What pages are about, fetched the same way by the browser and by the server that draws their first sight. */
import type { AlertContext, AlertGroup, GetJson, KeptAnswer, QueryEntry, Timeline, View } from './contract.ts';
import { tablesOf } from './tables.ts';

/** Parts of an address that say which stretch of a timeline is meant. */
const PLACES = ['from', 'to', 'before'];
/** Groups on one page of the timeline. */
const PAGE_GROUPS = '40';

/** Fetches what the page at an address is about; rejects as `get` does. */
export async function viewAt({ pathname: path, searchParams }: URL, get: GetJson): Promise<View> {
  const pathname = path.replace(/\/$/, '');
  const [, section, id] = /^\/(answers|alerts)\/([^/]+)$/.exec(pathname) ?? [];
  if (section === 'answers') return answerView((await get(`/api/answers/${id}`)) as KeptAnswer);
  if (section === 'alerts') {
    const alert = (await get(`/api/alerts/${id}`)) as AlertGroup;
    // only who has no script asks for it so
    if (!searchParams.has('context')) return { page: 'alert', alert };
    return { page: 'alert', alert, context: (await get(`/api/alerts/${id}/context`)) as AlertContext };
  }
  if (pathname === '/alerts') {
    const state = searchParams.get('state') === 'open' ? 'open' : 'all';
    const place = PLACES.flatMap((name) => searchParams.getAll(name).map((value) => [name, value]));
    const asked = new URLSearchParams([['state', state], ['limit', PAGE_GROUPS], ...place]);
    const timeline = (await get(`/api/alerts?${asked}`)) as Timeline;
    return { page: 'alerts', state, isNewest: place.length === 0, ...timeline };
  }
  if (pathname === '/queries') {
    const { queries } = (await get('/api/queries')) as { readonly queries: readonly QueryEntry[] };
    return { page: 'queries', queries };
  }
  return { page: 'ask', q: '' };
}

/** Its data as tables, not as they were: those may be large. */
function answerView({ frames = [], ...answer }: KeptAnswer): View {
  return { page: 'answer', answer, tables: tablesOf(frames) };
}
