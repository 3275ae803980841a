/** Posts that the operator's own patterns recognise: named groups become labels. */
import type { Labels } from '../../domain/labels.ts';
import type { Sighting } from '../../domain/sighting.ts';
import { compilePattern } from '../../lib/safe-pattern.ts';
import { labelsHash } from '../reading/ids.ts';
import { hrefOf, linkOf } from '../reading/links.ts';
import { numberOf } from '../reading/loose.ts';
import { makeAlert } from '../reading/make-alert.ts';
import { severityIn, severityOf } from '../reading/severity.ts';
import type { SightingReader } from './reader.ts';
import { hrefsIn, plainLine, wholeText } from './texts.ts';

/** One pattern of the config. */
export interface AlertPattern {
  readonly name: string;
  /** In RE2's syntax. */
  readonly match: string;
  /** Names that the post may have been posted under; `*` stands for any characters. Left out: any. */
  readonly from?: readonly string[] | undefined;
  /** When that fits too, it is over. */
  readonly resolved?: string | undefined;
  /** Labels that such an alert always has. */
  readonly labels?: Labels | undefined;
}

/** Groups that say something of the alert and are not what identifies it. */
const SAID = new Set(['status', 'severity', 'title', 'description', 'url', 'value']);
const LABEL_MAX_CHARS = 500;
/** What `status` says when it is over. */
const OVER = /^(?:resolved|ok|okay|recovered|recovery|closed|up|normal|cleared|fixed|success|succeeded|green|back)$/i;

/** Makes the reader of a pattern. @throws SyntaxError for one that cannot be compiled */
export function patternReader({ name, match, from, resolved, labels: fixed = {} }: AlertPattern): SightingReader {
  const pattern = compilePattern(match);
  const end = resolved === undefined ? undefined : compilePattern(resolved);
  return {
    title: name,
    read(sighting, delivery) {
      if (from && !from.some((one) => isNamed(one, sighting))) return undefined;
      const text = wholeText(sighting);
      const found = pattern.matches(text);
      if (found.length === 0) return undefined;
      const isOver = end?.fits(text) === true;
      const alerts = found.map((groups) => {
        const own = Object.entries(groups).filter(([label, value]) => !SAID.has(label) && value.trim() !== '');
        const named = Object.fromEntries(
          own.map(([label, value]) => [label, plainLine(value).slice(0, LABEL_MAX_CHARS)]),
        );
        const labels: Labels = { alertname: name, ...fixed, ...named };
        const { status, severity, title, description, url, value } = groups;
        const number = numberOf(value);
        const page = hrefOf(url) ?? sighting.attachments.find((one) => one.url !== undefined)?.url;
        const isResolved = isOver || (status !== undefined && OVER.test(plainLine(status)));
        return makeAlert(delivery, {
          source: 'pattern',
          key: labelsHash(labels),
          status: isResolved ? 'resolved' : 'firing',
          ...(severity === undefined
            ? severityIn(labels)
            : { severity: severityOf(plainLine(severity)), severityText: severity }),
          titles: [title && plainLine(title), plainLine(text.split('\n')[0] ?? ''), name],
          description,
          labels,
          values: number === undefined ? [] : [{ name, value: number }],
          links: [...linkOf('source', page), ...queriesIn(text)],
        });
      });
      return { alerts, changes: [] };
    },
  };
}

/** Pages that tell what was judged by: pictures of Graphite, panels of Grafana. */
function queriesIn(text: string) {
  const hrefs = hrefsIn(text);
  return [
    ...hrefs.filter((href) => /\/render\/?\?/.test(href)).flatMap((href) => linkOf('query', href)),
    ...hrefs.filter((href) => /[?&](?:viewPanel|panelId)=/.test(href)).flatMap((href) => linkOf('panel', href)),
  ];
}

function isNamed(pattern: string, { by }: Sighting): boolean {
  const parts = pattern.toLowerCase().split('*');
  const name = by.toLowerCase();
  if (parts.length === 1) return name === parts[0];
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  return rest.every((part) => {
    const found = name.indexOf(part, at);
    at = found + part.length;
    return found >= 0 && at <= name.length - last.length;
  });
}
