/** Label names and values, as Prometheus has them. */
export type Labels = Readonly<Record<string, string>>;
