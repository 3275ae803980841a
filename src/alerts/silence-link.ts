/** The pages of a group of alerts, its form for a silence as one that means all of them. Pure. */
import type { Alert, AlertLink } from '../domain/alert.ts';

/** A form for a silence: where it is, the parameter that holds its matchers, and these as the page has them. */
interface SilenceForm {
  readonly page: string;
  readonly kind: 'filter' | 'matcher';
  readonly matchers: readonly string[];
}

/**
 * The links of all alerts. Forms for a silence of one alert each become one with the matchers that all have; where there is
 * none such, none is offered, as it would silence a part of them only.
 */
export function linksOfGroup(alerts: readonly Alert[]): readonly AlertLink[] {
  const forms = alerts.map(({ links }) => links.find(({ rel }) => rel === 'silence'));
  const [first] = forms;
  const href = forms.includes(undefined) ? undefined : silenceOfAll(forms.flatMap((form) => form?.href ?? []));
  return alerts
    .flatMap(({ links }) => links)
    .flatMap((link) => {
      if (link.rel !== 'silence') return [link];
      return link === first && href !== undefined ? [{ ...link, href }] : [];
    });
}

function silenceOfAll(hrefs: readonly string[]): string | undefined {
  const distinct = [...new Set(hrefs)];
  if (distinct.length <= 1) return distinct[0];
  const [first, ...others] = distinct.map(formOf);
  if (!first || others.some((other) => other?.page !== first.page || other.kind !== first.kind)) return undefined;
  const common = first.matchers.filter((one) => others.every((other) => other?.matchers.includes(one)));
  if (common.length === 0) return undefined;
  const values = first.kind === 'filter' ? [`{${common.join(',')}}`] : common;
  const query = values.map((value) => `${first.kind}=${encodeURIComponent(value)}`).join('&');
  return `${first.page}${first.page.includes('?') ? '&' : '?'}${query}`;
}

/** Reads `…/#/silences/new?filter={a="x",b="y"}` of Alertmanager and `…/alerting/silence/new?matcher=a%3Dx&matcher=b%3Dy` of Grafana. */
function formOf(href: string): SilenceForm | undefined {
  const at = href.lastIndexOf('?');
  if (at < 0) return undefined;
  const query = new URLSearchParams(href.slice(at + 1));
  const [filter, matchers] = [query.get('filter'), query.getAll('matcher')];
  query.delete('filter');
  query.delete('matcher');
  const page = query.size > 0 ? `${href.slice(0, at)}?${query}` : href.slice(0, at);
  if (filter !== null)
    return { page, kind: 'filter', matchers: filter.match(/[^\s{},="]+=~?"(?:[^"\\]|\\.)*"/g) ?? [] };
  return { page, kind: 'matcher', matchers };
}
