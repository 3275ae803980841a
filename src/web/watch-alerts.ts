/** Alerts as they come: the timeline renews itself, context is gathered once, the demo fires one. */
import { fireDemoAlert, getContext, getJson, problemFrom } from './api.ts';
import type { View } from './contract.ts';
import type { State } from './state.ts';
import { viewAt } from './views.ts';

/** People look up within this; the bot answers from its store. */
const RENEW_MS = 15_000;
/** A fired alert is told within a second. */
const FIRED_MS = 1_500;

/** Makes the pages of alerts act; `show` draws a view in place of the one that is there. */
export function watchAlerts(state: State, show: (view: View) => void): void {
  const gathering = new Set<string>();

  async function renew(): Promise<void> {
    const before = state.view.value;
    if (before.page !== 'alerts' && before.page !== 'alert') return;
    // one that fails is the next one's business
    const next = await viewAt(new URL(location.href), getJson).catch(() => undefined);
    if (next && state.view.value === before && JSON.stringify(next) !== JSON.stringify(before)) show(next);
  }

  setInterval(() => {
    if (document.visibilityState === 'visible') void renew();
  }, RENEW_MS);

  state.gather = (id) => {
    if (gathering.has(id)) return;
    gathering.add(id);
    // what failed gives way to the new try
    const { [id]: _, ...others } = state.contexts.value;
    state.contexts.value = others;
    const keep = (context: State['contexts']['value'][string]) => {
      state.contexts.value = { ...state.contexts.value, [id]: context };
      state.said.value = typeof context === 'string' ? context : 'The context is there.';
    };
    getContext(id)
      .then(keep, (thrown) => keep(problemFrom(thrown).detail))
      .finally(() => gathering.delete(id));
  };

  state.fireDemo = async () => {
    try {
      await fireDemoAlert();
      state.said.value = 'Fired.';
    } catch (thrown) {
      state.said.value = problemFrom(thrown).detail;
    }
    await new Promise((done) => setTimeout(done, FIRED_MS));
    await renew();
  };
}
