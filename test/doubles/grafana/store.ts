/** What a Grafana of the tests holds, and the shapes of what it gives. */

/** Any JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** A dashboard as it is stored. */
export interface StoredDashboard {
  readonly uid: string;
  readonly folder?: { readonly uid: string; readonly title: string };
  /** Classic JSON: what `/api/dashboards/uid` and `v1beta1` give; of one stored as v2, the lossy conversion. */
  readonly v1: Json;
  /** Its own spec, where it is stored as v2. */
  readonly v2?: Json;
  /** `v2beta1` and the like, where it is stored as v2. */
  readonly storedVersion?: string;
}

/** A data source. */
export interface StoredDatasource {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly isDefault?: boolean;
  readonly jsonData?: Json;
}

/** A query as `/api/ds/query` gets it. */
export interface GrafanaQuery extends Json {
  readonly refId: string;
  readonly datasource: { readonly uid: string; readonly type?: string };
  readonly intervalMs: number;
  readonly maxDataPoints: number;
}

/** What is answered for one refId. */
export interface QueryAnswer {
  readonly frames?: readonly Json[];
  readonly error?: string;
  readonly errorSource?: 'plugin' | 'downstream';
  readonly status?: number;
}

/** A mark. */
export interface StoredAnnotation {
  readonly id: number;
  readonly time: number;
  readonly timeEnd?: number;
  readonly text: string;
  readonly tags: readonly string[];
  readonly dashboardUID?: string;
  readonly panelId?: number;
  readonly alertId?: number;
  readonly newState?: string;
}

/** What it holds and how it behaves. */
export interface GrafanaStore {
  readonly nowSeconds: () => number;
  readonly version?: string;
  readonly orgId?: number;
  /** Where it is mounted: `/grafana`; nothing for the root. */
  readonly basePath?: string;
  /** What must be sent as a bearer token; absent: any credentials will do. */
  readonly token?: string;
  readonly dashboards: readonly StoredDashboard[];
  readonly datasources: readonly StoredDatasource[];
  /** Whether `/api/datasources` may be read; without it, only the settings of the frontend tell of them. */
  readonly mayListDatasources?: boolean;
  /** Models of library panels by uid. */
  readonly libraryPanels?: Readonly<Record<string, Json>>;
  /** Versions of the resource API; none: an old server. */
  readonly apiVersions?: readonly string[];
  /** Whether a dashboard that is stored as v2 is refused at the classic address, as some versions do (406). */
  readonly refusesNewAtOldAddress?: boolean;
  /** Answers one query. */
  answer(query: GrafanaQuery, fromMs: number, toMs: number): QueryAnswer;
  /** Answers below `/resources/` and `/proxy/` of a data source; nothing: 404. */
  resource?(uid: string, path: string, parameters: URLSearchParams): unknown;
  /** 207 instead of 400 where a refId failed. */
  readonly isMultiStatus?: boolean;
  /** Of several Graphite targets only the last is run, and answered as A. */
  readonly isLastTargetOnly?: boolean;
  /** May be written to. */
  readonly annotations?: StoredAnnotation[];
  readonly mayAnnotate?: boolean;
  /** Paths by uid. */
  readonly shortUrls?: Map<string, string>;
  /** Alert rules by uid, as the provisioning API gives them. */
  readonly alertRules?: Readonly<Record<string, Json>>;
  /** Whether the provisioning API may be read; without it, only that of the pages. */
  readonly mayProvision?: boolean;
  /** Answered to a question for permissions. */
  readonly permissions?: Readonly<Record<string, readonly string[]>>;
}

/** A column for {@link frameOf}. */
export interface Column {
  readonly name: string;
  readonly type: 'time' | 'number' | 'string' | 'boolean' | 'enum' | 'other';
  readonly values: readonly unknown[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly config?: Json;
}

/** A frame as the API writes it, column-major; numbers that JSON has not go into `entities`. */
export function frameOf(refId: string, columns: readonly Column[], schema: Json = {}): Json {
  const entities = columns.map(({ values }) => entitiesOf(values));
  return {
    schema: {
      refId,
      ...schema,
      fields: columns.map(({ name, type, labels, config }) => ({
        name,
        type,
        typeInfo: { frame: type === 'time' ? 'time.Time' : type === 'number' ? 'float64' : type, nullable: true },
        ...(labels && { labels }),
        ...(config && { config }),
      })),
    },
    data: {
      values: columns.map(({ values }) => values.map((value) => (isOdd(value) ? null : value))),
      ...(entities.some((one) => one !== null) && { entities }),
    },
  };
}

function isOdd(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

function entitiesOf(values: readonly unknown[]): Json | null {
  const at = (wanted: number) => values.flatMap((value, index) => (Object.is(value, wanted) ? [index] : []));
  const [NaNs, Inf, NegInf] = [at(Number.NaN), at(Number.POSITIVE_INFINITY), at(Number.NEGATIVE_INFINITY)];
  if (NaNs.length + Inf.length + NegInf.length === 0) return null;
  return {
    ...(NaNs.length > 0 && { NaN: NaNs }),
    ...(Inf.length > 0 && { Inf }),
    ...(NegInf.length > 0 && { NegInf }),
  };
}
