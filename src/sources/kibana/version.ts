/** What a version of Kibana or OpenSearch Dashboards can do. Pure. */

/** Which product answers. */
export type Flavour = 'kibana' | 'opensearch-dashboards';

/** What answers; without numbers it is not known, and taken for a recent one. */
export interface KibanaVersion {
  readonly flavour: Flavour;
  readonly major?: number;
  readonly minor?: number;
  /** As the server says it: `8.19.2`. */
  readonly text?: string;
}

/** What people call each of them. */
export const TITLES: Readonly<Record<Flavour, string>> = {
  kibana: 'Kibana',
  'opensearch-dashboards': 'OpenSearch Dashboards',
};

/** The oldest line whose API is known to us. */
const OLDEST = [7, 10] as const;

/** Reads `8.19`, `9.2.1-SNAPSHOT`. */
export function versionOf(flavour: Flavour, text: string | undefined): KibanaVersion {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})/.exec(text ?? '') ?? [];
  if (text === undefined || major === undefined) return { flavour };
  return { flavour, major: Number(major), minor: Number(minor), text };
}

/** Whether it is Kibana of this version or later; one that is not known counts as such when `orUnknown`. */
export function isAtLeast(version: KibanaVersion, major: number, minor: number, orUnknown = false): boolean {
  if (version.flavour !== 'kibana') return false;
  if (version.major === undefined) return orUnknown;
  return version.major > major || (version.major === major && (version.minor ?? 0) >= minor);
}

/** `/api/data_views` came with 8.0; before, and in Dashboards, they are called index patterns. */
export function hasDataViews(version: KibanaVersion): boolean {
  return isAtLeast(version, 8, 0, true);
}

/** `/api/short_url` came with 8.0, in place of `/api/shorten_url`. */
export function hasShortUrls(version: KibanaVersion): boolean {
  return isAtLeast(version, 8, 0, true);
}

/** From 8.15 on Discover writes `dataSource`; it still reads `index`, which is all that earlier ones know. */
export function hasDataSource(version: KibanaVersion): boolean {
  return isAtLeast(version, 8, 15);
}

/** From 9.2 on Discover has tabs, and a link says that it wants one of its own; earlier ones do not mind. */
export function hasTabs(version: KibanaVersion): boolean {
  return isAtLeast(version, 9, 2);
}

/** Whether it is older than what is supported. */
export function isTooOld({ flavour, major, minor = 0 }: KibanaVersion): boolean {
  if (flavour !== 'kibana' || major === undefined) return false;
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
