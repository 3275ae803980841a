/** Marks of the double. */
import type { Reply } from '../http-backend.ts';
import { failure, json } from './replies.ts';
import type { GrafanaStore } from './store.ts';

/** `GET /api/annotations`: tags must all be there unless `matchAny`; the newest first, 100 of them. */
export function listAnnotations({ annotations = [] }: GrafanaStore, parameters: URLSearchParams): Reply {
  const tags = parameters.getAll('tags');
  const isAny = parameters.get('matchAny') === 'true';
  const type = parameters.get('type');
  const [from, to] = [Number(parameters.get('from') ?? 0), Number(parameters.get('to') ?? Number.MAX_SAFE_INTEGER)];
  const uid = parameters.get('dashboardUID');
  const found = annotations.filter((one) => {
    const has = (tag: string) => one.tags.includes(tag);
    const isTagged = tags.length === 0 || (isAny ? tags.some(has) : tags.every(has));
    const isOfType = type === null || (type === 'alert') === (one.alertId !== undefined && one.alertId > 0);
    return (
      isTagged &&
      isOfType &&
      (one.timeEnd ?? one.time) >= from &&
      one.time <= to &&
      (uid === null || one.dashboardUID === uid)
    );
  });
  const limit = Number(parameters.get('limit') ?? 100);
  return json(
    found
      .sort((a, b) => b.time - a.time)
      .slice(0, limit)
      .map((one) => ({ alertId: 0, panelId: 0, timeEnd: one.time, newState: '', prevState: '', ...one })),
  );
}

/** `POST /api/annotations`. */
export function annotate(store: GrafanaStore, body: string): Reply {
  if (store.mayAnnotate === false) {
    return failure(
      403,
      "You'll need additional permissions to perform this action. Permissions needed: annotations:create",
    );
  }
  const { text, time, timeEnd, tags = [], dashboardUID, panelId } = JSON.parse(body) as Record<string, unknown>;
  if (typeof text !== 'string' || text === '')
    return failure(400, 'Failed to save annotation: text field should not be empty');
  const id = (store.annotations?.length ?? 0) + 1;
  store.annotations?.push({
    id,
    text,
    time: Number(time ?? store.nowSeconds() * 1000),
    ...(timeEnd !== undefined && { timeEnd: Number(timeEnd) }),
    tags: tags as string[],
    ...(dashboardUID !== undefined && { dashboardUID: String(dashboardUID) }),
    ...(panelId !== undefined && { panelId: Number(panelId) }),
  });
  return json({ message: 'Annotation added', id });
}
